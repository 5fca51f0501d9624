import { type FeatureValue, type Features, type Leaf, type Predicate, typeOf } from './predicate';

/** UNKNOWN: it depends on something that is missing. */
export type Verdict = 'TRUE' | 'FALSE' | 'UNKNOWN';

/** A leaf that decided, where it stands in the tree, and what the feature was. */
export interface Deciding {
  /** E.g. `all.0.not`. */
  readonly path: string;
  readonly leaf: Leaf;
  /** Absent when it was missing. */
  readonly was?: FeatureValue;
}

/** A verdict and the leaves that alone already bring it about. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly because: readonly Deciding[];
}

const OPPOSITE: Readonly<Record<Verdict, Verdict>> = {
  TRUE: 'FALSE',
  FALSE: 'TRUE',
  UNKNOWN: 'UNKNOWN',
};

/** Evaluates a tree by Kleene's three values. Total: a value of another type than asked for counts as missing. */
export function evaluate(node: Predicate, features: Features, path = ''): Evaluation {
  const at = (step: string): string => (path === '' ? step : `${path}.${step}`);
  if ('not' in node) {
    const { verdict, because } = evaluate(node.not, features, at('not'));
    return { verdict: OPPOSITE[verdict], because };
  }
  if ('all' in node) {
    return fold(
      node.all.map((one, n) => evaluate(one, features, at(`all.${n}`))),
      'FALSE',
    );
  }
  if ('any' in node) {
    return fold(
      node.any.map((one, n) => evaluate(one, features, at(`any.${n}`))),
      'TRUE',
    );
  }
  const was = Object.hasOwn(features, node.feature) ? features[node.feature] : undefined;
  const because = [{ path, leaf: node, ...(was === undefined ? {} : { was }) }];
  return { verdict: ask(node, was), because };
}

/** One that decides is enough; else one that is unknown leaves it open; else all of them together decide. */
function fold(parts: readonly Evaluation[], deciding: Verdict): Evaluation {
  const decided = parts.find(({ verdict }) => verdict === deciding);
  if (decided !== undefined) return decided;
  const open = parts.filter(({ verdict }) => verdict === 'UNKNOWN');
  const from = open.length > 0 ? open : parts;
  return {
    verdict: open.length > 0 ? 'UNKNOWN' : OPPOSITE[deciding],
    because: from.flatMap(({ because }) => because),
  };
}

function ask(leaf: Leaf, was: FeatureValue | undefined): Verdict {
  if (leaf.is === 'missing') return was === undefined ? 'TRUE' : 'FALSE';
  if (was === undefined || !isOf(was, typeOf(leaf))) return 'UNKNOWN';
  return compare(leaf, was) ? 'TRUE' : 'FALSE';
}

function isOf(value: FeatureValue, type: string): boolean {
  if (Array.isArray(value)) return type === 'set';
  return typeof value === type && !Number.isNaN(value);
}

/** The types are right by now. */
function compare(leaf: Exclude<Leaf, { is: 'missing' }>, was: FeatureValue): boolean {
  switch (leaf.is) {
    case 'lt':
      return (was as number) < leaf.value;
    case 'lte':
      return (was as number) <= leaf.value;
    case 'gt':
      return (was as number) > leaf.value;
    case 'gte':
      return (was as number) >= leaf.value;
    case 'eq':
      return was === leaf.value;
    case 'ne':
      return was !== leaf.value;
    case 'in':
      return leaf.value.includes(was as string);
    case 'notIn':
      return !leaf.value.includes(was as string);
    case 'contains':
      return (was as readonly string[]).includes(leaf.value);
    case 'lacks':
      return !(was as readonly string[]).includes(leaf.value);
  }
}
