import { z } from 'zod';

/** What a feature can be. A set is a list of texts. Missing is `undefined`, never null or NaN. */
export type FeatureValue = number | string | boolean | readonly string[];
export type FeatureType = 'number' | 'string' | 'boolean' | 'set';

/** What is known about something, by feature. What is not in it is missing. */
export type Features = Readonly<Record<string, FeatureValue | undefined>>;

/** The features that exist, with their types. */
export type FeatureTypes = Readonly<Record<string, FeatureType>>;

const feature = z.string().regex(/^[a-zA-Z][\w.]{0,63}$/);
const text = z.string().max(200);
const leaf = z.discriminatedUnion('is', [
  z.strictObject({ feature, is: z.enum(['lt', 'lte', 'gt', 'gte']), value: z.number() }),
  z.strictObject({
    feature,
    is: z.enum(['eq', 'ne']),
    value: z.union([z.number(), text, z.boolean()]),
  }),
  z.strictObject({ feature, is: z.enum(['in', 'notIn']), value: z.array(text).max(200) }),
  z.strictObject({ feature, is: z.enum(['contains', 'lacks']), value: text }),
  z.strictObject({ feature, is: z.literal('missing') }),
]);

/** A question about one feature. */
export type Leaf = z.infer<typeof leaf>;

/**
 * A typed boolean tree over features: data, never code. `all` of nothing is true, `any` of nothing is false. A missing
 * feature satisfies neither a comparison nor its negation; only `missing` asks about it.
 */
export type Predicate =
  | { readonly all: readonly Predicate[] }
  | { readonly any: readonly Predicate[] }
  | { readonly not: Predicate }
  | Leaf;

const MAX_DEPTH = 8;
const MAX_NODES = 200;

const tree: z.ZodType<Predicate> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(tree).max(MAX_NODES) }),
    z.strictObject({ any: z.array(tree).max(MAX_NODES) }),
    z.strictObject({ not: tree }),
    leaf,
  ]),
);

/** Anything as a predicate: refuses other shapes, trees deeper than 8 and those of more than 200 nodes. */
export const predicateShape = z
  .unknown()
  .refine((value) => isSmall(value), `a tree has at most ${MAX_DEPTH} levels, ${MAX_NODES} nodes`)
  .pipe(tree);

/** Looked at before the shape, so that a hostile tree is never walked to its end. */
function isSmall(root: unknown): boolean {
  let level: unknown[] = [root];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length;
    if (depth >= MAX_DEPTH || nodes > MAX_NODES) return false;
    level = level.flatMap(childrenOf);
  }
  return true;
}

function childrenOf(node: unknown): unknown[] {
  if (node === null || typeof node !== 'object') return [];
  const { all, any, not } = node as Record<string, unknown>;
  return [all, any, not].flatMap((one): unknown[] =>
    Array.isArray(one) ? (one as unknown[]) : one === undefined ? [] : [one],
  );
}

/** The leaves of a tree, each with whether an odd number of negations stands above it. */
export function leavesOf(
  node: Predicate,
  isNegated = false,
): readonly { readonly leaf: Leaf; readonly isNegated: boolean }[] {
  if ('all' in node) return node.all.flatMap((one) => leavesOf(one, isNegated));
  if ('any' in node) return node.any.flatMap((one) => leavesOf(one, isNegated));
  if ('not' in node) return leavesOf(node.not, !isNegated);
  return [{ leaf: node, isNegated }];
}

/** What is wrong with the types of a predicate's leaves, in words; empty when nothing is. */
export function typeErrors(predicate: Predicate, types: FeatureTypes): string[] {
  return leavesOf(predicate).flatMap(({ leaf: { feature: name, ...asked } }) => {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) return [`there is no feature ${name}`];
    if (asked.is === 'missing' || typeOf(asked) === type) return [];
    return [`${name} is a ${type} and cannot be asked whether it is ${asked.is}`];
  });
}

/** The type that a question wants. */
export function typeOf(asked: Pick<Leaf, 'is'> & { readonly value?: unknown }): FeatureType {
  if (asked.is === 'in' || asked.is === 'notIn') return 'string';
  if (asked.is === 'contains' || asked.is === 'lacks') return 'set';
  return typeof asked.value as FeatureType;
}
