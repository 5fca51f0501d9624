import type { Answer } from './run';

/** The part of an answer that has to be equal. The order of keys has a check of its own, see key-order.ts. */
export interface Comparable {
  /** The data as JSON, its keys sorted. */
  readonly data: string;
  /** Path and code of each error, sorted; two at one place with one code are one. */
  readonly errors: readonly string[];
}

export function comparable({ data, errors = [] }: Answer): Comparable {
  const told = errors.map(({ path, extensions }) =>
    JSON.stringify([path ?? null, publicCode(extensions?.['code'])]),
  );
  return {
    data: data === undefined ? 'none' : JSON.stringify(sorted(data)),
    errors: [...new Set(told)].sort(),
  };
}

/** Codes of faults are masked before a client sees them. */
function publicCode(code: unknown): unknown {
  return code === undefined || code === 'DOWNSTREAM_SERVICE_ERROR' ? 'INTERNAL' : code;
}

/** True when clients cannot tell two answers apart. */
export function equal(one: Answer, other: Answer): boolean {
  const [a, b] = [comparable(one), comparable(other)];
  return a.data === b.data && a.errors.join('\n') === b.errors.join('\n');
}

/** An object becomes the list of its entries, so that no key is special. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return {
    object: Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  };
}

/** What ApolloGateway puts into paths of errors of a whole fetch. */
const NO_PLACE = new Set(['@', '_entities']);

/**
 * True when answers differ at most in the places of errors: see 'place of an error in a mixed list' and 'error of a whole
 * fetch'.
 */
export function equalButForPlaces(one: Answer, other: Answer): boolean {
  const withoutPlaces = ({ errors = [], ...rest }: Answer): Answer => ({
    ...rest,
    errors: errors.map(({ path, ...error }) => ({
      ...error,
      path: path?.filter((key) => typeof key === 'string' && !NO_PLACE.has(key)),
    })),
  });
  return equal(withoutPlaces(one), withoutPlaces(other));
}
