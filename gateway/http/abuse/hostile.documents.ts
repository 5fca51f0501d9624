import { type HostileDocument, deep, many } from './hostile.document';
import { SHAPES, TEXTS } from './hostile.shapes';

const COMPLEX = 'QUERY_TOO_COMPLEX';
const INVALID = 'GRAPHQL_VALIDATION_FAILED';
const COST = 'MAX_COST_EXCEEDED';
const INPUT = 'BAD_USER_INPUT';
const CARD = 'SENSITIVE_DATA_REFUSED';

const page = (arguments_: string) =>
  `orders(${arguments_}) { nodes { lines { id } timeline { event } } edges { node { id } } }`;
const ORDERS = `query ($n: Int) { ${page('first: $n')} }`;
const LIVE = 'orderUpdated(id: "ord_1") { cursor }';

const COSTS: readonly HostileDocument[] = [
  {
    name: 'a page that is too dear as a literal',
    query: ORDERS.replace('query ($n: Int)', '').replace('$n', '100'),
    code: COST,
  },
  {
    name: 'a page that is too dear as a variable',
    query: ORDERS,
    variables: { n: 1_000 },
    code: COST,
  },
  {
    name: 'a page that is too dear as a default',
    query: ORDERS.replace('$n: Int', '$n: Int = 100'),
    code: COST,
  },
  {
    name: 'a page that no one could count',
    query: ORDERS,
    variables: { n: 2_147_483_647 },
    code: COST,
  },
  {
    name: 'pages in aliases',
    query: `{ ${many(10, (i) => `a${i}: ${page('first: 20')}`)} }`,
    code: COST,
  },
  {
    name: 'pages in fragments',
    query: `{ ${many(9, (i) => `...F${i}`)} } ${many(9, (i) => `fragment F${i} on Query { a${i}: ${page('last: 30')} }`)}`,
    code: COST,
  },
  {
    name: 'thousands of things by id',
    query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    variables: { ids: Array.from({ length: 2_000 }, () => 'ord_1') },
    code: COST,
  },
  {
    name: 'the schema many times',
    query: `{ ${many(6, (i) => `a${i}: __schema { types { name fields { name } } }`)} }`,
    code: COST,
  },
  {
    name: 'aliases inside the schema',
    query: `{ __schema { ${many(6, (i) => `a${i}: types { fields { name } }`)} } }`,
    code: COST,
  },
  {
    name: 'the schema in loops',
    query:
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
    code: INVALID,
  },
  {
    name: 'a type in loops',
    query:
      '{ __type(name: "Query") { fields { type { fields { type { fields { type { name } } } } } } } }',
    code: INVALID,
  },
  {
    name: 'interfaces and their types in loops',
    query:
      '{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { name } } } } } } }',
    code: INVALID,
  },
  {
    name: 'a large input',
    query:
      'mutation ($l: [ListingInput!]!) { listingsUpsert(input: { sellerId: "s", listings: $l }) { userErrors { code } } }',
    variables: { l: Array.from({ length: 1_500 }, () => ({})) },
    code: INPUT,
  },
];

const VALUES: readonly HostileDocument[] = [
  { name: 'a text for a number', query: ORDERS, variables: { n: 'x'.repeat(50_000) }, code: INPUT },
  { name: 'a number beyond 32 bits', query: ORDERS, variables: { n: 1e300 }, code: INPUT },
  { name: 'variables nested deeply', query: ORDERS, variables: { n: nest(1_000) }, code: INPUT },
  {
    name: 'keys of a prototype',
    query: 'query ($w: ListingSearchWhere) { listingSearch(where: $w) { totalCount { count } } }',
    variables: { w: JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":{}}}') as unknown },
    code: INPUT,
  },
  {
    name: 'a card number in a literal',
    query: '{ order(id: "4111111111111111") { id } }',
    code: CARD,
  },
  {
    name: 'a card number in a variable',
    query: ORDERS,
    variables: { n: 5, x: ['4111-1111-1111-1111'] },
    code: CARD,
  },
  {
    name: 'a card number that does not fit',
    query: ORDERS,
    variables: { n: '4111 1111 1111 1111' },
    code: CARD,
  },
  {
    name: 'entities from outside',
    query: '{ _entities(representations: [{ __typename: "Order", id: "1" }]) { __typename } }',
    code: INVALID,
  },
  { name: 'the subgraph’s schema', query: '{ _service { sdl } }', code: INVALID },
  { name: 'an internal field', query: '{ apiKeyCaller(hash: "x") { keyId } }', code: INVALID },
  { name: 'deferring', query: '{ order(id: 1) { ... @defer { id } } }', code: INVALID },
  { name: 'streaming', query: '{ nodes(ids: []) @stream { id } }', code: INVALID },
];

/** Subscriptions: `plain` is what an ordinary request gets, where they do not run. */
export const LIVE_DOCUMENTS: readonly HostileDocument[] = [
  {
    name: 'a condition on the root',
    query: `subscription ($x: Boolean!) { ${LIVE.replace(')', ') @include(if: $x)')} }`,
    variables: { x: false },
    code: INVALID,
  },
  {
    name: 'a root that is left out',
    query: `subscription { ${LIVE.replace(')', ') @skip(if: true)')} }`,
    code: INVALID,
  },
  { name: 'two root fields', query: `subscription { a: ${LIVE} b: ${LIVE} }`, code: INVALID },
  {
    name: 'a root field in a fragment with a condition',
    query: `subscription ($x: Boolean!) { ... @include(if: $x) { ${LIVE} } }`,
    variables: { x: true },
    code: INVALID,
  },
  { name: 'introspection as a live field', query: 'subscription { __typename }', code: INVALID },
  {
    name: 'deferring in a live field',
    query: 'subscription { orderUpdated(id: "ord_1") { ... @defer { cursor } } }',
    code: INVALID,
  },
  {
    name: 'a deep live field',
    query: `subscription { orderUpdated(id: 1) { order { ${deep(12, 'seller', 'id')} } } }`,
    code: COMPLEX,
  },
  {
    name: 'a live field that is too dear',
    query: `subscription { orderUpdated(id: 1) { order { ${many(12, (i) => `a${i}: group { orders { lines { id } timeline { event } } }`)} } } }`,
    code: COST,
  },
  {
    name: 'a card number in a live field',
    query: 'subscription { orderUpdated(id: "4111111111111111") { cursor } }',
    code: CARD,
  },
];

export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [
  ...SHAPES,
  ...TEXTS,
  ...COSTS,
  ...VALUES,
];

function nest(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}
