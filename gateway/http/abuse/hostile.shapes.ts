import { type HostileDocument, deep, many } from './hostile.document';

const COMPLEX = 'QUERY_TOO_COMPLEX';
const INVALID = 'GRAPHQL_VALIDATION_FAILED';
const PARSE = 'GRAPHQL_PARSE_FAILED';

/** Documents that are hard to walk. */
export const SHAPES: readonly HostileDocument[] = [
  {
    name: 'thirteen levels',
    query: `{ order(id: 1) { ${deep(12, 'seller', 'id')} } }`,
    code: COMPLEX,
  },
  { name: 'hundreds of levels', query: `{ ${deep(600, 'order', 'id')} }`, code: COMPLEX },
  { name: 'levels of inline fragments', query: `{ ${deep(600, '...', 'id')} }`, code: INVALID },
  {
    name: 'twenty-one root fields',
    query: `{ ${many(21, (i) => `a${i}: __typename`)} }`,
    code: COMPLEX,
  },
  {
    name: 'a batch by aliases',
    query: `mutation { ${many(40, (i) => `a${i}: accountSignIn(input: { email: "a@b.c", password: "p${i}" }) { accessToken }`)} }`,
    code: COMPLEX,
  },
  {
    name: 'aliases of one field',
    query: `{ order(id: 1) { ${many(200, (i) => `a${i}: id`)} } }`,
    code: COMPLEX,
  },
  {
    name: 'the same field a thousand times',
    query: `{ order(id: 1) { ${many(1_000, () => 'id')} } }`,
    code: COMPLEX,
  },
  {
    name: 'the same field with other arguments',
    query: `{ ${many(150, (i) => `order(id: ${i}) { id }`)} }`,
    code: COMPLEX,
  },
  {
    name: 'conflicting fields in fragments',
    query: `{ order(id: 1) { ${many(150, (i) => `...F${i}`)} } } ${many(150, (i) => `fragment F${i} on Order { x: ${i % 2 ? 'id' : 'number'} }`)}`,
    code: COMPLEX,
  },
  {
    name: 'conflicting fields level by level',
    query: `{ ${many(19, () =>
      deep(
        5,
        'order',
        many(12, () => 'id'),
      ),
    )} }`,
    code: COMPLEX,
  },
  {
    name: 'a few conflicting fields',
    query: '{ order(id: 1) { x: id x: number } }',
    code: INVALID,
  },
  {
    name: 'fragments that double',
    query: `{ ...F0 } fragment F24 on Query { __typename } ${many(24, (i) => `fragment F${i} on Query { ...F${i + 1} order(id: 1) { buyer: number } ...F${i + 1} }`)}`,
    code: COMPLEX,
  },
  {
    name: 'fragments that double below fields',
    query: `{ order(id: 1) { ...F0 } } fragment F10 on Order { id } ${many(10, (i) => `fragment F${i} on Order { ...F${i + 1} group { orders { ...F${i + 1} } } }`)}`,
    code: COMPLEX,
  },
  {
    name: 'a fragment that spreads itself',
    query: '{ ...F } fragment F on Query { ...F }',
    code: INVALID,
  },
  {
    name: 'fragments in a ring',
    query:
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }',
    code: INVALID,
  },
  {
    name: 'a ring below a field',
    query: '{ order(id: 1) { ...F } } fragment F on Order { group { orders { ...F } } }',
    code: INVALID,
  },
  {
    name: 'a flood of directives',
    query: `{ __typename ${many(60, () => '@skip(if: false)')} }`,
    code: COMPLEX,
  },
  {
    name: 'unknown directives',
    query: `{ ${many(20, (i) => `a: __typename @x${i}`)} }`,
    code: INVALID,
  },
  {
    name: 'hundreds of operations',
    query: many(300, (i) => `query A${i} { __typename }`),
    operationName: 'A1',
    code: COMPLEX,
  },
  {
    name: 'hundreds of unused fragments',
    query: `{ __typename } ${many(250, (i) => `fragment F${i} on Query { __typename }`)}`,
    code: COMPLEX,
  },
  {
    name: 'hundreds of unknown fields',
    query: `{ order(id: 1) { ${many(900, (i) => `isd${i}`)} } }`,
    code: INVALID,
  },
  {
    name: 'hundreds of variables',
    query: `query (${many(300, (i) => `$v${i}: Int`)}) { __typename }`,
    code: INVALID,
  },
];

/** Documents that are hard to read. */
export const TEXTS: readonly HostileDocument[] = [
  { name: 'more tokens than one may', query: `{ ${many(2_100, () => 'a')} }`, code: PARSE },
  { name: 'an unterminated text', query: '{ order(id: "', code: PARSE },
  {
    name: 'an unterminated block text',
    query: `{ order(id: """${'x'.repeat(50_000)}`,
    code: PARSE,
  },
  { name: 'braces that never end', query: '{'.repeat(1_900), code: PARSE },
  { name: 'brackets that never end', query: `{ order(id: ${'['.repeat(1_900)}`, code: PARSE },
  { name: 'null bytes', query: '{ order(id: "\u0000") \u0000 { id } }', code: PARSE },
  { name: 'a lone surrogate', query: '{ order(id: "\\uD800") { id } }', code: PARSE },
  { name: 'an escape beyond Unicode', query: '{ order(id: "\\u{110000}") { id } }', code: PARSE },
  { name: 'only a comment', query: `#${'x'.repeat(60_000)}`, code: PARSE },
  { name: 'commas and nothing else', query: ','.repeat(50_000), code: PARSE },
  { name: 'a schema', query: 'type Query { a: Int }', code: INVALID },
  {
    name: 'a number too long',
    query: `{ orders(first: ${'9'.repeat(20_000)}) { pageInfo { hasNextPage } } }`,
    code: INVALID,
  },
  {
    name: 'a literal too deep',
    query: `{ listingSearch(where: ${'{ text: '.repeat(400)}1${' }'.repeat(400)}) { totalCount { count } } }`,
    code: INVALID,
  },
  {
    name: 'an unknown operation',
    query: 'query A { __typename }',
    operationName: 'B',
    code: 'OPERATION_RESOLUTION_FAILURE',
  },
  {
    name: 'the name of a prototype',
    query: 'query A { __typename }',
    operationName: '__proto__',
    code: 'OPERATION_RESOLUTION_FAILURE',
  },
  {
    name: 'a giant name',
    query: 'query A { __typename }',
    operationName: 'x'.repeat(50_000),
    code: 'OPERATION_RESOLUTION_FAILURE',
  },
  {
    name: 'no name for many operations',
    query: 'query A { __typename } query B { __typename }',
    code: 'OPERATION_RESOLUTION_FAILURE',
  },
];
