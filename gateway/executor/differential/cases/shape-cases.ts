import type { FederationCase } from './federation-case';

/** Nulls that bubble, errors, enums, aliases, fragments and the order of keys. */
export const SHAPE_CASES: readonly FederationCase[] = [
  {
    it: 'lets a missing non-null field bubble to the nearest nullable',
    query: '{ product(id: "gone") { name stock } }',
    data: '{"product":null}',
  },
  {
    it: 'lets it bubble to an element of a list',
    query: '{ some { name stock } }',
    data: '{"some":[{"name":"Lamp","stock":5},null,null]}',
  },
  {
    it: 'lets it bubble through non-null lists to the top',
    query: '{ products { name stock } }',
    data: 'null',
    errors: [[['products', 1, 'stock'], 'SOLD_OUT']],
  },
  {
    it: 'lets an error bubble through lists of lists',
    query: '{ rows { stock } }',
    data: '{"rows":null}',
    errors: [[['rows', 2, 0, 'stock'], 'SOLD_OUT']],
  },
  {
    it: 'lets a missing field bubble through lists of lists',
    query: '{ goneRows { stock } say }',
    data: '{"goneRows":null,"say":"hi 1 nothing"}',
  },
  {
    it: 'stops at the element of an inner list',
    query: '{ looseRows { stock } }',
    data: '{"looseRows":[[{"stock":5},null],[null]]}',
  },
  {
    it: 'stops at the object above a non-null one',
    query: '{ product(id: "p1") { name next { name sureNext { stock } } } }',
    data: '{"product":{"name":"Lamp","next":null}}',
  },
  {
    it: 'keeps nullable fields of an entity that is not there',
    query: '{ product(id: "gone") { next { name } spare } }',
    data: '{"product":{"next":{"name":"Gone"},"spare":null}}',
  },
  {
    it: 'takes over what a subgraph let bubble',
    query: '{ must { sure soft { sure } } }',
    data: '{"must":{"sure":"yes","soft":null}}',
    errors: [[['must', 'soft', 'sure'], 'INTERNAL']],
  },
  {
    it: 'takes over what bubbled to the top of a field',
    query: '{ must { must { must { sure } } } }',
    data: '{"must":null}',
    errors: [[['must', 'must', 'must'], 'INTERNAL']],
  },
  {
    it: 'keeps nulls in a list that may have them',
    query: '{ must { soft { maybe list holes } } }',
    data: '{"must":{"soft":{"maybe":null,"list":null,"holes":["a",null]}}}',
    errors: [[['must', 'soft', 'list', 1], 'INTERNAL']],
  },
  {
    it: 'answers an unknown object with null',
    query: '{ product(id: "?") { name } }',
    data: '{"product":null}',
  },
  {
    it: 'keeps the other roots beside an error',
    query: '{ fail say }',
    data: '{"fail":null,"say":"hi 1 nothing"}',
    errors: [[['fail'], 'FORBIDDEN']],
  },
  {
    it: 'hides enum values that clients do not know',
    query: '{ kinds }',
    data: '{"kinds":["RED",null,null,null]}',
  },
  {
    it: 'lets a hidden enum value bubble out of a non-null list',
    query: '{ sureKinds kind }',
    data: '{"sureKinds":null,"kind":null}',
  },
  {
    it: 'hides it in an entity, and nothing else',
    query: '{ products { name kind } }',
    data: '{"products":[{"name":"Lamp","kind":"RED"},{"name":"Desk","kind":null}]}',
  },
  {
    it: 'asks one field twice under two names',
    query: '{ a: product(id: "p1") { name } b: product(id: "p2") { name } }',
    data: '{"a":{"name":"Lamp"},"b":{"name":"Desk"}}',
  },
  {
    it: 'takes names of inherited properties for ordinary keys',
    query: '{ __proto__: product(id: "p1") { constructor: name toString: weight } }',
    data: '{"__proto__":{"constructor":"Lamp","toString":10}}',
  },
  {
    it: 'takes them for ordinary keys across subgraphs',
    query:
      '{ hasOwnProperty: product(id: "p1") { __proto__: best { constructor: stars } valueOf: stock } }',
    data: '{"hasOwnProperty":{"__proto__":{"constructor":5},"valueOf":5}}',
  },
  {
    it: 'keeps aliases that are called like keys',
    query: '{ product(id: "p1") { id: name sku: weight stock } }',
    data: '{"product":{"id":"Lamp","sku":10,"stock":5}}',
    apollo: {
      because: 'alias like a key',
      data: '{"product":{"id":"p1","sku":10,"stock":5}}',
    },
  },
  {
    it: 'keeps an object that is called like a key of its owner',
    query: '{ product(id: "p1") { id: origin { city } sku: reviews { stars } } }',
    data: '{"product":{"id":{"city":"Provided"},"sku":[{"stars":3}]}}',
    apollo: {
      because: 'alias like a key',
      data: undefined,
      errors: [[null, 'INTERNAL']],
    },
  },
  {
    it: 'asks an entity’s field with several arguments and tells which failed',
    query: '{ product(id: "p1") { x: spare y: spare(at: "abc") spare(at: "nowhere") } }',
    data: '{"product":{"x":1,"y":5,"spare":null}}',
    errors: [[['product', 'spare'], 'NOWHERE']],
  },
  {
    it: 'tells an error under the client’s aliases',
    query: '{ p: product(id: "p1") { z: spare(at: "nowhere") } }',
    data: '{"p":{"z":null}}',
    errors: [[['p', 'z'], 'NOWHERE']],
  },
  {
    it: 'keeps aliases that look like ours',
    query: '{ product(id: "p1") { with_name: name with_spare: spare(at: "ab") spare } }',
    data: '{"product":{"with_name":"Lamp","with_spare":4,"spare":1}}',
  },
  {
    it: 'shapes a union across subgraphs',
    query:
      '{ search { __typename ... on Product { name stock } ... on Media { title } ... on Org { title } } }',
    data: '{"search":[{"__typename":"Org","title":"Acme"},{"__typename":"Product","name":"Lamp","stock":5},{"__typename":"Book","title":"Emma"}]}',
  },
  {
    it: 'runs fragments within a fragment on an interface',
    query: '{ search { ... on Media { ... on Book { pages } ... on Movie { minutes } } } }',
    data: '{"search":[{},{},{"pages":300}]}',
  },
  {
    it: 'runs a fragment on the object within one on a union',
    query: '{ product(id: "p1") { ... on Hit { ... on Product { name } } } }',
    data: '{"product":{"name":"Lamp"}}',
    apollo: { because: 'fragment within a fragment', data: '{"product":{}}' },
  },
  {
    it: 'spreads named fragments in a union',
    query: '{ search { ...H } } fragment H on Hit { ...P __typename } fragment P on Product { id }',
    data: '{"search":[{"__typename":"Org"},{"id":"p1","__typename":"Product"},{"__typename":"Book"}]}',
  },
  {
    it: 'keeps the order of the document over fragments',
    query: '{ product(id: "p1") { ... on Product { name } weight ... on Product { id } } }',
    data: '{"product":{"name":"Lamp","weight":10,"id":"p1"}}',
    apollo: {
      because: 'key order',
      data: '{"product":{"name":"Lamp","id":"p1","weight":10}}',
    },
  },
  {
    it: 'merges selections of one field in the order of their first appearance',
    query: '{ product(id: "p1") { dims { h } name ... on Product { dims { w h } } } }',
    data: '{"product":{"dims":{"h":2,"w":1},"name":"Lamp"}}',
  },
  {
    it: 'shapes implementations by their own fragments',
    query: '{ medias { ... on Book { title pages } ... on Movie { title minutes } rating } }',
    data: '{"medias":[{"title":"Emma","pages":300,"rating":9},{"title":"Alien","minutes":117,"rating":9}]}',
  },
  {
    it: 'gives one key to different fields of different types',
    query:
      '{ search { ... on Product { t: name } ... on Org { t: title } ... on Book { t: title } } }',
    data: '{"search":[{"t":"Acme"},{"t":"Lamp"},{"t":"Emma"}]}',
  },
];
