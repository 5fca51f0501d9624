import type { ResponsePath } from '@apollo/query-planner';
import { isObject, own, type JsonObject } from './json';

/** Finds the objects that a path of the plan leads to; `@` means each element of a list. */
export type Find = (data: JsonObject) => JsonObject[];

export function compilePath(path: ResponsePath): Find {
  const keys = path.map(String);
  return (data) => {
    const found: JsonObject[] = [];
    walk(data, keys, 0, (object) => found.push(object));
    return found;
  };
}

/** The places of the same objects in the same order: only errors need them. */
export function placesAt(path: ResponsePath, data: JsonObject): (string | number)[][] {
  const places: (string | number)[][] = [];
  const here: (string | number)[] = [];
  walk(data, path.map(String), 0, () => places.push([...here]), here);
  return places;
}

function walk(
  value: unknown,
  keys: readonly string[],
  depth: number,
  found: (object: JsonObject) => void,
  here?: (string | number)[],
): void {
  if (Array.isArray(value)) {
    const next = keys[depth] === '@' ? depth + 1 : depth;
    for (let i = 0; i < value.length; i += 1) {
      here?.push(i);
      walk(value[i], keys, next, found, here);
      here?.pop();
    }
    return;
  }
  if (!isObject(value)) return;
  const key = keys[depth];
  if (key === undefined) {
    found(value);
    return;
  }
  here?.push(key);
  walk(own(value, key), keys, depth + 1, found, here);
  here?.pop();
}
