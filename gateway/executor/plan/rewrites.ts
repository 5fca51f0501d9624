import type { FetchDataRewrite } from '@apollo/query-planner';
import { type JsonObject, isObject, own, put } from './json';
import type { TypeConditions } from './type-conditions';

/** Changes an object in place. */
export type Rewrite = (object: unknown) => void;

const FRAGMENT = '... on ';

/**
 * Compiles the planner's rewrites: values it needs set (an @interfaceObject's `__typename`) and aliases of its own that
 * are turned back into the names of the operation.
 */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  types: TypeConditions,
): Rewrite | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const steps = rewrites.map((rewrite) => compile(rewrite, types));
  return (object) => {
    for (const step of steps) step(object);
  };
}

function compile(rewrite: FetchDataRewrite, types: TypeConditions): Rewrite {
  const key = rewrite.path.at(-1) ?? '';
  const change: (object: JsonObject) => void =
    rewrite.kind === 'ValueSetter'
      ? (object) => put(object, key, rewrite.setValueTo)
      : (object) => rename(object, key, rewrite.renameKeyTo);
  return rewrite.path.slice(0, -1).reduceRight<Rewrite>((next, element) => {
    if (!element.startsWith(FRAGMENT)) {
      return each((object) => next(own(object, element)));
    }
    const condition = element.slice(FRAGMENT.length);
    return each((object) => {
      const typename = object['__typename'];
      if (typeof typename !== 'string' || types.fits(condition, typename)) next(object);
    });
  }, each(change));
}

function rename(object: JsonObject, from: string, to: string): void {
  const value = own(object, from);
  if (value === undefined || value === null) return;
  put(object, to, value);
  object[from] = undefined; // deleting would make the object slow
}

/** Every object of a value that may be one, a list of them or nothing. */
const each =
  (change: (object: JsonObject) => void): Rewrite =>
  (value) => {
    if (Array.isArray(value)) for (const one of value) each(change)(one);
    else if (isObject(value)) change(value);
  };
