import fc from 'fast-check';
import { isObject, merge, own, put } from './json';

type Tree = { [key: string]: unknown };

const key = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString');
const { tree } = fc.letrec<{ tree: Tree; value: unknown }>((tie) => ({
  tree: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => {
    const made: Tree = {};
    for (const [name, value] of entries) put(made, name, value);
    return made;
  }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('tree'),
  ),
}));

/** What merging means, written the slow way. */
function both(left: unknown, right: unknown): unknown {
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    return left.map((one, i) => both(one, right[i]));
  }
  if (!isObject(left) || !isObject(right)) return right;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  const made: Tree = {};
  for (const name of keys) {
    const given = Object.hasOwn(right, name);
    const known = Object.hasOwn(left, name);
    put(
      made,
      name,
      given && known ? both(left[name], right[name]) : given ? right[name] : left[name],
    );
  }
  return made;
}

const text = (value: unknown): string => JSON.stringify(value);

describe('merging answers', () => {
  it('puts everything of the second into the first', () => {
    fc.assert(
      fc.property(tree, tree, (left, right) => {
        const expected = text(both(left, right));
        const target = structuredClone(left);
        merge(target, structuredClone(right));
        expect(text(target)).toBe(expected);
      }),
    );
  });

  it('changes nothing when it is done twice, and leaves other objects alone', () => {
    fc.assert(
      fc.property(tree, tree, (left, right) => {
        const target = structuredClone(left);
        const source = structuredClone(right);
        merge(target, source);
        const once = text(target);
        merge(target, source);
        expect(text(target)).toBe(once);
      }),
    );
    expect(({} as Tree)['polluted']).toBeUndefined();
    merge({}, JSON.parse('{"__proto__":{"polluted":true}}') as Tree);
    expect(({} as Tree)['polluted']).toBeUndefined();
  });

  it('reads only what an object holds itself', () => {
    expect(own({}, 'constructor')).toBeUndefined();
    expect(own(JSON.parse('{"__proto__":1}') as Tree, '__proto__')).toBe(1);
  });
});
