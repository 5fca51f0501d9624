import type { FederationCase } from './federation-case';

/** @skip and @include, arguments and variables, introspection, mutations. */
export const REQUEST_CASES: readonly FederationCase[] = [
  {
    it: 'skips by a variable that is true',
    query:
      'query ($a: Boolean!) { product(id: "p1") { name @skip(if: $a) weight @include(if: $a) } }',
    variables: { a: true },
    data: '{"product":{"weight":10}}',
  },
  {
    it: 'skips by a variable that is false',
    query:
      'query ($a: Boolean!) { product(id: "p1") { name @skip(if: $a) weight @include(if: $a) } }',
    variables: { a: false },
    data: '{"product":{"name":"Lamp"}}',
  },
  {
    it: 'needs both directives to agree',
    query:
      '{ product(id: "p1") { id name @skip(if: true) @include(if: true) weight @skip(if: false) @include(if: false) } }',
    data: '{"product":{"id":"p1"}}',
  },
  {
    it: 'leaves a fragment out by a default',
    query:
      'query ($a: Boolean = false) { product(id: "p1") { ...F @include(if: $a) id } } fragment F on Product { stock }',
    data: '{"product":{"id":"p1"}}',
  },
  {
    it: 'takes a fragment in against a default',
    query:
      'query ($a: Boolean = false) { product(id: "p1") { ...F @include(if: $a) id } } fragment F on Product { stock }',
    variables: { a: true },
    data: '{"product":{"stock":5,"id":"p1"}}',
  },
  {
    it: 'answers an empty object when everything is skipped',
    query: 'query ($a: Boolean!) { product(id: "p1") @skip(if: $a) { id } }',
    variables: { a: true },
    data: '{}',
  },
  {
    it: 'answers an empty entity when all of its fields are skipped',
    query: 'query ($a: Boolean!) { product(id: "p1") { stock @skip(if: $a) name @skip(if: $a) } }',
    variables: { a: true },
    data: '{"product":{}}',
  },
  {
    it: 'keeps a field that is skipped once and wanted once',
    query:
      'query ($a: Boolean!) { product(id: "p1") { name @skip(if: $a) ... on Product { name } } }',
    variables: { a: true },
    data: '{"product":{"name":"Lamp"}}',
  },
  {
    it: 'takes one of two selections of a field',
    query:
      'query ($a: Boolean!) { product(id: "p1") { dims @include(if: $a) { w } dims @skip(if: $a) { h } } }',
    variables: { a: false },
    data: '{"product":{"dims":{"h":2}}}',
  },
  {
    it: 'asks a subgraph only when its fields are wanted',
    query:
      'query ($a: Boolean!) { product(id: "bad") { spare @include(if: $a) name @skip(if: $a) } }',
    variables: { a: false },
    data: '{"product":{"name":"Bad"}}',
  },
  {
    it: 'skips within fragments on implementations',
    query:
      'query ($a: Boolean!) { medias { ... on Book @skip(if: $a) { pages } ... on Movie { minutes @include(if: $a) } } }',
    variables: { a: true },
    data: '{"medias":[{},{"minutes":117}]}',
  },
  { it: 'leaves defaults to the subgraph', query: '{ say }', data: '{"say":"hi 1 nothing"}' },
  {
    it: 'sends null where null is said',
    query: '{ say(text: null, times: 2) }',
    data: '{"say":"null 2 nothing"}',
  },
  {
    it: 'takes a missing variable for a missing argument',
    query: 'query ($t: String, $n: Int) { say(text: $t, times: $n) }',
    data: '{"say":"hi 1 nothing"}',
  },
  {
    it: 'takes a variable that is null for null',
    query: 'query ($t: String) { say(text: $t) }',
    variables: { t: null },
    data: '{"say":"null 1 nothing"}',
  },
  {
    it: 'fills a variable’s default',
    query: 'query ($t: String = "default") { say(text: $t) }',
    data: '{"say":"default 1 nothing"}',
  },
  {
    it: 'fills defaults within an input object and makes a list of one',
    query: '{ say(in: { b: "x" }) }',
    data: '{"say":"hi 1 {\\"a\\":3,\\"b\\":[\\"x\\"]}"}',
  },
  {
    it: 'fills defaults within a variable',
    query: 'query ($i: In) { say(in: $i) }',
    variables: { i: { c: { a: 1 } } },
    data: '{"say":"hi 1 {\\"a\\":3,\\"c\\":{\\"a\\":1}}"}',
  },
  {
    it: 'takes a variable within an input object',
    query: 'query ($a: Int!, $b: String!) { say(in: { a: $a, b: [$b, "y"] }) }',
    variables: { a: 7, b: 'x' },
    data: '{"say":"hi 1 {\\"a\\":7,\\"b\\":[\\"x\\",\\"y\\"]}"}',
  },
  {
    it: 'carries a custom scalar through, whatever it holds',
    query: 'query ($j: Json) { blob(in: $j) }',
    variables: { j: { a: [1, { __typename: 'X', with_a: null }] } },
    data: '{"blob":{"a":[1,{"__typename":"X","with_a":null}]}}',
  },
  {
    it: 'carries a custom scalar that is a literal',
    query: '{ blob(in: [1, "two", { three: null }]) }',
    data: '{"blob":[1,"two",{"three":null}]}',
  },
  {
    it: 'gives an entity’s fetch its variables',
    query: 'query ($at: ID) { product(id: "p1") { spare(at: $at) } }',
    variables: { at: 'abcd' },
    data: '{"product":{"spare":6}}',
  },
  {
    it: 'sends an enum variable',
    query: 'query ($k: Kind) { kind(of: $k) }',
    variables: { k: 'GREEN' },
    data: '{"kind":"GREEN"}',
  },
  {
    it: 'names types at every level',
    query: '{ __typename product(id: "p1") { t: __typename dims { __typename } } }',
    data: '{"__typename":"Query","product":{"t":"Product","dims":{"__typename":"Dims"}}}',
  },
  { it: 'asks nobody for the root’s type', query: '{ t: __typename }', data: '{"t":"Query"}' },
  {
    it: 'mixes introspection with data',
    query: '{ say __type(name: "Dims") { kind name } other: say(times: 2) }',
    data: '{"say":"hi 1 nothing","__type":{"kind":"OBJECT","name":"Dims"},"other":"hi 2 nothing"}',
  },
  {
    it: 'orders introspection like the document',
    query: '{ __type(name: "Dims") { name __typename } }',
    data: '{"__type":{"name":"Dims","__typename":"__Type"}}',
    apollo: { because: 'key order', data: '{"__type":{"__typename":"__Type","name":"Dims"}}' },
  },
  {
    it: 'introspects by a variable, through a fragment',
    query: 'query ($n: String!) { t: __type(name: $n) { ...T } } fragment T on __Type { name }',
    variables: { n: 'Must' },
    data: '{"t":{"name":"Must"}}',
  },
  {
    it: 'introspects within fragments',
    query: '{ ... on Query { ... { __type(name: "Dims") { name } } } }',
    data: '{"__type":{"name":"Dims"}}',
  },
  {
    it: 'introspects within a fragment with a condition',
    query:
      'query ($a: Boolean!) { say ... on Query @include(if: $a) { __type(name: "Dims") { name } } }',
    variables: { a: true },
    data: '{"say":"hi 1 nothing","__type":{"name":"Dims"}}',
    apollo: { because: 'introspection in a fragment', data: undefined, errors: [[null, 'THROWN']] },
  },
  {
    it: 'shows clients no inaccessible values',
    query: '{ __type(name: "Kind") { enumValues { name } } }',
    data: '{"__type":{"enumValues":[{"name":"RED"},{"name":"GREEN"}]}}',
  },
  {
    it: 'knows no type that is for subgraphs only',
    query: '{ __type(name: "join__Graph") { name } }',
    data: '{"__type":null}',
  },
  {
    it: 'runs mutations one after the other, across subgraphs',
    query:
      'mutation { a: add(n: 1) s: addStock(n: 5) b: add(n: 2) t: addStock(n: 2) c: add(n: 3) }',
    data: '{"a":1,"s":5,"b":12,"t":7,"c":123}',
  },
  {
    it: 'goes on after a mutation that failed',
    query: 'mutation { add(n: 1) fail b: add(n: 2) }',
    data: '{"add":1,"fail":null,"b":12}',
    errors: [[['fail'], 'FORBIDDEN']],
  },
  {
    it: 'fetches from others for a mutation’s answer before the next',
    query: 'mutation { take(id: "p1") { name stock } add(n: 4) }',
    data: '{"take":{"name":"Lamp","stock":5},"add":4}',
  },
  {
    it: 'skips a mutation',
    query: 'mutation ($a: Boolean!) { add(n: 1) @skip(if: $a) b: add(n: 2) }',
    variables: { a: true },
    data: '{"b":2}',
  },
];
