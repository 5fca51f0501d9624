import fc from 'fast-check';
import { type Json, canonicalText, parseCanonical, sha256 } from './canonical';

const values = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same value with the members of every object in another order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, reversed(member)] as const);
  return Object.fromEntries(members.reverse());
}

describe('canonical JSON', () => {
  it('is the example of RFC 8785', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\u0022/",
      literals: [null, true, false],
    };
    expect(canonicalText(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts names by UTF-16 code units, not by code points', () => {
    expect(canonicalText({ '\ufb33': 1, '\u{1f600}': 2, '1': 3, '\r': 4 })).toBe(
      '{"\\r":4,"1":3,"😀":2,"\ufb33":1}',
    );
  });

  it('does not depend on the order of members and says the same value', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalText(value);
        expect(canonicalText(reversed(value))).toBe(text);
        expect(canonicalText(JSON.parse(text) as Json)).toBe(text);
        expect(parseCanonical(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('differs when the value differs', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const same = canonicalText(a) === canonicalText(b);
        expect(same).toBe(sha256(canonicalText(a)) === sha256(canonicalText(b)));
        if (same) expect(JSON.parse(canonicalText(a))).toEqual(JSON.parse(canonicalText(b)));
      }),
    );
  });

  it('reads no other text of the same value, and nothing that is no JSON', () => {
    for (const text of ['{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":1}', '1.0', '{', 'undefined']) {
      expect(parseCanonical(text)).toBeUndefined();
    }
  });

  it('refuses what JSON cannot say', () => {
    for (const value of [undefined, NaN, Infinity, 1n, [undefined], { a: undefined }]) {
      expect(() => canonicalText(value as Json)).toThrow(TypeError);
    }
  });
});

test('a hash is that of the bytes of the text', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('€')).toBe(sha256(Buffer.from('€', 'utf8')));
});
