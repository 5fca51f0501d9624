import { type GraphQLError, parse } from 'graphql';
import { refuseLargeDocuments } from './document-size';

const many = (count: number, one: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');
const nested = (depth: number, inner = 'id'): string =>
  `${'{ a '.repeat(depth - 1)} { ${inner} } ${'}'.repeat(depth - 1)}`;

function refusal(text: string): string | undefined {
  try {
    refuseLargeDocuments(parse(text));
    return undefined;
  } catch (error) {
    expect((error as GraphQLError).extensions['code']).toBe('QUERY_TOO_COMPLEX');
    return (error as GraphQLError).message;
  }
}

describe('the size of a document', () => {
  it.each<[string, string, RegExp]>([
    ['deep', nested(13), /deeper than 12/],
    ['full of operations', many(101, (i) => `query A${i} { id }`), /definitions/],
    ['deep in its second operation', `query A { id } query B ${nested(13)}`, /deeper/],
    ['full of aliases', `{ x { ${many(31, (i) => `a${i}: id`)} } }`, /aliases/],
    [
      'full of aliases in introspection',
      `{ __schema { ${many(31, (i) => `a${i}: types { name }`)} } }`,
      /aliases/,
    ],
    ['full of root fields', `{ ${many(21, (i) => `f${i}`)} }`, /root fields/],
    ['full of directives', `{ ${many(17, (i) => `f${i} @a @b @c`)} }`, /directives/],
    [
      'full of directives on one field',
      `{ id ${many(51, () => '@skip(if: false)')} }`,
      /directives/,
    ],
    [
      'full of directives on fragments',
      `{ x { ...F } } fragment F on T { ${many(51, (i) => `... @a { f${i} }`)} }`,
      /directives/,
    ],
    ['full of directives on an operation', `query ${many(51, () => '@a')} { id }`, /directives/],
    [
      'a bomb of fragments',
      `{ ...F0 } fragment F20 on T { id } ${many(20, (i) => `fragment F${i} on T { ...F${i + 1} x { ...F${i + 1} } }`)}`,
      /deeper|fields|repeats/,
    ],
    ['the same field again and again', `{ a { ${many(150, () => 'id')} } }`, /repeats/],
    [
      'the same field in fragments',
      `{ x { ${many(90, (i) => `...F${i}`)} } } ${many(90, (i) => `fragment F${i} on T { a b }`)}`,
      /repeats/,
    ],
    [
      'the same fields below the same field',
      `{ x { ${many(80, () => 'a { b { c } }')} } }`,
      /repeats/,
    ],
    [
      'a fragment in itself',
      `{ x { ...F } } fragment F on T { ${many(120, () => 'a { ...F }')} }`,
      /repeats/,
    ],
  ])('refuses one that is %s', (_what, text, reason) => {
    expect(refusal(text)).toMatch(reason);
  });

  it.each([
    ['at its depth', nested(12)],
    ['with its aliases', `{ x { ${many(30, (i) => `a${i}: id`)} } }`],
    ['with its root fields', `{ ${many(20, (i) => `f${i}`)} }`],
    ['with its directives', `{ x { ${many(50, (i) => `f${i} @skip(if: false)`)} } }`],
    [
      'that repeats a field in fragments',
      `{ x { ${many(20, (i) => `...F${i}`)} } } ${many(20, (i) => `fragment F${i} on T { a b { c } }`)}`,
    ],
    ['that introspects deeply', `{ __schema ${nested(20)} }`],
    [
      'with a small cycle, which is invalid in another way',
      '{ ...F } fragment F on T { a { ...F } }',
    ],
  ])('takes one %s', (_what, text) => {
    expect(refusal(text)).toBeUndefined();
  });
});
