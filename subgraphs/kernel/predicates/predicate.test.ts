import fc from 'fast-check';
import { type Verdict, evaluate } from './evaluate';
import {
  type FeatureValue,
  type Features,
  type Leaf,
  type Predicate,
  leavesOf,
  predicateShape,
  typeErrors,
} from './predicate';

const NAMES = ['n', 'm', 's', 'b', 'z'] as const;
const TYPES = { n: 'number', m: 'number', s: 'string', b: 'boolean', z: 'set' } as const;
const WORDS = ['x', 'y', ''];

const comparison = fc.oneof(
  fc.record({
    feature: fc.constantFrom('n', 'm'),
    is: fc.constantFrom('lt', 'lte', 'gt', 'gte', 'eq', 'ne'),
    value: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({
    feature: fc.constant('s'),
    is: fc.constantFrom('eq', 'ne'),
    value: fc.constantFrom(...WORDS),
  }),
  fc.record({ feature: fc.constant('b'), is: fc.constantFrom('eq', 'ne'), value: fc.boolean() }),
  fc.record({
    feature: fc.constant('s'),
    is: fc.constantFrom('in', 'notIn'),
    value: fc.subarray(WORDS),
  }),
  fc.record({
    feature: fc.constant('z'),
    is: fc.constantFrom('contains', 'lacks'),
    value: fc.constantFrom(...WORDS),
  }),
) as fc.Arbitrary<Exclude<Leaf, { is: 'missing' }>>;
const leaves: fc.Arbitrary<Leaf> = fc.oneof(
  { weight: 4, arbitrary: comparison },
  fc.record({ feature: fc.constantFrom(...NAMES), is: fc.constant('missing' as const) }),
);
const { tree } = fc.letrec<{ tree: Predicate }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.record({ all: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
}));
const features: fc.Arbitrary<Features> = fc.record(
  {
    n: fc.integer({ min: 0, max: 4 }),
    m: fc.integer({ min: 0, max: 4 }),
    s: fc.constantFrom(...WORDS),
    b: fc.boolean(),
    z: fc.subarray(WORDS),
  },
  { requiredKeys: [] },
);

const verdict = (predicate: Predicate, known: Features): Verdict =>
  evaluate(predicate, known).verdict;

test('total: any features, also of the wrong type, give a verdict', () => {
  const anything = fc.dictionary(
    fc.constantFrom(...NAMES),
    fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.array(fc.string())),
  );
  fc.assert(
    fc.property(tree, anything, (predicate, known) => {
      expect(['TRUE', 'FALSE', 'UNKNOWN']).toContain(verdict(predicate, known));
    }),
  );
});

test('a missing value satisfies neither a comparison nor its negation', () => {
  fc.assert(
    fc.property(comparison, features, (leaf, known) => {
      const without = { ...known, [leaf.feature]: undefined };
      expect(verdict(leaf, without)).toBe('UNKNOWN');
      expect(verdict({ not: leaf }, without)).toBe('UNKNOWN');
    }),
  );
  expect(verdict({ feature: 'n', is: 'missing' }, {})).toBe('TRUE');
  expect(verdict({ not: { feature: 'n', is: 'missing' } }, {})).toBe('FALSE');
  expect(verdict({ feature: 'toString', is: 'missing' }, {})).toBe('TRUE');
});

test('negation: twice is nothing, and de Morgan holds', () => {
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 3 }), tree, features, (parts, one, known) => {
      expect(verdict({ not: { not: one } }, known)).toBe(verdict(one, known));
      const none = { all: parts.map((part) => ({ not: part })) };
      expect(verdict({ not: { any: parts } }, known)).toBe(verdict(none, known));
    }),
  );
});

test('monotone: what becomes known never turns a verdict around', () => {
  const withoutMissing = tree.filter((one) =>
    leavesOf(one).every(({ leaf }) => leaf.is !== 'missing'),
  );
  fc.assert(
    fc.property(withoutMissing, features, features, (predicate, known, more) => {
      const before = verdict(predicate, known);
      if (before !== 'UNKNOWN') expect(verdict(predicate, { ...more, ...known })).toBe(before);
    }),
  );
});

test('the deciding leaves alone bring the verdict about, whatever else is known', () => {
  fc.assert(
    fc.property(tree, features, features, (predicate, known, other) => {
      const { verdict: said, because } = evaluate(predicate, known);
      const asked = new Set<string>(because.map(({ leaf }) => leaf.feature));
      const kept = NAMES.filter((name) => asked.has(name)).map((name) => [name, known[name]]);
      const changed = { ...other, ...(Object.fromEntries(kept) as Features) };
      // a missing leaf that left it open can be outvoted by what else becomes known
      if (said !== 'UNKNOWN') expect(verdict(predicate, changed)).toBe(said);
    }),
  );
});

test('the path leads to the leaf', () => {
  fc.assert(
    fc.property(tree, features, (predicate, known) => {
      for (const { path, leaf } of evaluate(predicate, known).because) {
        const steps = path === '' ? [] : path.split('.');
        const found: unknown = steps.reduce<unknown>(
          (node, step) => (node as Record<string, unknown>)[step],
          predicate,
        );
        expect(found).toEqual(leaf);
      }
    }),
  );
});

test('only trees of the right shape, depth and size are predicates', () => {
  fc.assert(
    fc.property(tree, (predicate) => {
      const parsed = predicateShape.safeParse(predicate);
      if (parsed.success) expect(parsed.data).toEqual(predicate);
    }),
  );
  const deep = (levels: number): unknown =>
    levels === 1 ? { feature: 'n', is: 'missing' } : { not: deep(levels - 1) };
  const wide = (n: number): unknown => ({ all: Array.from({ length: n }, () => deep(1)) });
  const fits = (value: unknown): boolean => predicateShape.safeParse(value).success;
  expect([8, 9, 10_000].map((levels) => fits(deep(levels)))).toEqual([true, false, false]);
  expect([199, 200].map((n) => fits(wide(n)))).toEqual([true, false]);
  const bad: unknown[] = [null, 1, 'n > 1', [], {}, { all: 1 }, { feature: 'n', is: 'eval' }];
  expect([...bad, { not: [] }, { all: [], any: [] }].some(fits)).toBe(false);
  expect(fits({ feature: 'n', is: 'gt', value: '1' })).toBe(false);
  expect(fits({ feature: 'n', is: 'gt', value: NaN })).toBe(false);
});

test('types are checked against the features there are', () => {
  fc.assert(
    fc.property(tree, (predicate) => {
      expect(typeErrors(predicate, TYPES)).toEqual([]);
    }),
  );
  const wrong: FeatureValue[] = ['x', true];
  for (const value of wrong) {
    const leaf = { feature: 'n', is: 'eq', value } as Leaf;
    expect(typeErrors({ all: [{ not: leaf }] }, TYPES)).toHaveLength(1);
  }
  expect(typeErrors({ feature: 'constructor', is: 'missing' }, TYPES)).toHaveLength(1);
});
