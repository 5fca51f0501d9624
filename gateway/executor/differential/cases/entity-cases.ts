import type { FederationCase } from './federation-case';

/** Keys, @requires, @provides, @override, @interfaceObject, and entities that are not there. */
export const ENTITY_CASES: readonly FederationCase[] = [
  {
    it: 'hands a required field over',
    query: '{ product(id: "p1") { shipping } }',
    data: '{"product":{"shipping":20}}',
  },
  {
    it: 'requires for each element of a list',
    query: '{ products { shipping fits } }',
    data: '{"products":[{"shipping":20,"fits":true},{"shipping":40,"fits":false}]}',
  },
  {
    it: 'requires a field with an argument',
    query: '{ product(id: "p1") { fits } }',
    data: '{"product":{"fits":true}}',
  },
  {
    it: 'keeps a required argument and the client’s default apart',
    query: '{ product(id: "p1") { size fits } }',
    data: '{"product":{"size":100,"fits":true}}',
    apollo: {
      because: 'requires with arguments',
      data: '{"product":{"size":100,"fits":false}}',
    },
  },
  {
    it: 'keeps a required argument and the client’s own apart',
    query: '{ product(id: "p1") { fits size(unit: CM) } }',
    data: '{"product":{"fits":true,"size":100}}',
    apollo: {
      because: 'requires with arguments',
      data: '{"product":{"fits":true,"size":40}}',
    },
  },
  {
    it: 'asks once when the client’s variable says what is required',
    query: 'query ($u: Unit!) { product(id: "p1") { size(unit: $u) fits } }',
    variables: { u: 'INCH' },
    data: '{"product":{"size":40,"fits":true}}',
  },
  {
    it: 'requires text with an argument beside the default',
    query: '{ product(id: "p1") { tag label } }',
    data: '{"product":{"tag":"#Lamp-de","label":"Lamp-en"}}',
    apollo: {
      because: 'requires with arguments',
      data: '{"product":{"tag":"#Lamp-de","label":"Lamp-de"}}',
    },
  },
  {
    it: 'requires text with an argument beside another',
    query: '{ product(id: "p1") { label(lang: "fr") tag } }',
    data: '{"product":{"label":"Lamp-fr","tag":"#Lamp-de"}}',
    apollo: {
      because: 'requires with arguments',
      data: '{"product":{"label":"Lamp-fr","tag":"#Lamp-fr"}}',
    },
  },
  {
    it: 'requires nested fields, and null as it is',
    query: '{ products { boxed } }',
    data: '{"products":[{"boxed":"1x2"},{"boxed":"no box"}]}',
  },
  {
    it: 'requires fields of a list',
    query: '{ products { partWeight } }',
    data: '{"products":[{"partWeight":3},{"partWeight":-1}]}',
  },
  {
    it: 'requires fields within lists of lists',
    query: '{ product(id: "p1") { gridWeight } }',
    data: '{"product":{"gridWeight":7}}',
    apollo: { because: 'lists of lists in requirements', data: '{"product":{"gridWeight":300}}' },
  },
  {
    it: 'lets a required null make a non-null field fail',
    query: '{ product(id: "p3") { shipping } }',
    data: '{"product":null}',
    errors: [[['product', 'shipping'], 'INTERNAL']],
  },
  {
    it: 'requires a field whose name is an alias of another',
    query: '{ product(id: "p1") { s: shipping weight: name } }',
    data: '{"product":{"s":20,"weight":"Lamp"}}',
    apollo: {
      because: 'alias like a key',
      data: '{"product":{"s":20,"weight":null}}',
    },
  },
  {
    it: 'takes a provided field where it is provided',
    query: '{ product(id: "p1") { origin { city } } }',
    data: '{"product":{"origin":{"city":"Provided"}}}',
  },
  {
    it: 'fetches what is not provided beside what is',
    query: '{ product(id: "p1") { origin { city country { code } } } }',
    data: '{"product":{"origin":{"city":"Provided","country":{"code":"FR"}}}}',
  },
  {
    it: 'asks the overriding subgraph',
    query: '{ product(id: "p1") { discount } }',
    data: '{"product":{"discount":7}}',
  },
  {
    it: 'adds an interface object’s fields to an implementation',
    query: '{ media(id: "b1") { title reviews { stars } } }',
    data: '{"media":{"title":"Emma","reviews":[{"stars":4}]}}',
  },
  {
    it: 'tells implementations apart beside an interface object’s fields',
    query: '{ medias { __typename rating } }',
    data: '{"medias":[{"__typename":"Book","rating":9},{"__typename":"Movie","rating":9}]}',
  },
  {
    it: 'asks which implementation an interface object is',
    query: '{ latest { stars media { title } } }',
    data: '{"latest":[{"stars":5,"media":{"title":"Emma"}},{"stars":1,"media":null}]}',
  },
  {
    it: 'runs a fragment on the implementation that an interface object turns out to be',
    query: '{ latest { media { ... on Book { pages } __typename } } }',
    data: '{"latest":[{"media":{"pages":300,"__typename":"Book"}},{"media":null}]}',
  },
  {
    it: 'runs no fragment on another implementation',
    query: '{ latest { media { ... on Movie { minutes } } } }',
    data: '{"latest":[{"media":{}},{"media":null}]}',
  },
  {
    it: 'goes there and back between an interface and its interface object',
    query: '{ media(id: "b1") { reviews { media { title reviews { stars } } } } }',
    data: '{"media":{"reviews":[{"media":{"title":"Alien","reviews":[]}}]}}',
  },
  {
    it: 'keeps the type of an implementation beside an interface object’s fields',
    query: '{ book { rating __typename pages } }',
    data: '{"book":{"rating":9,"__typename":"Book","pages":300}}',
    apollo: { because: 'type beside an interface object', data: '{"book":null}' },
  },
  {
    it: 'asks an interface object’s field with several arguments at once',
    query: '{ media(id: "b1") { a: rating b: rating(of: 5) rating(of: 3) } }',
    data: '{"media":{"a":9,"b":4,"rating":2}}',
  },
  {
    it: 'adds an interface object’s fields to an implementation of a nested field',
    query: '{ product(id: "p1") { cover { title reviews { stars } __typename } } }',
    data: '{"product":{"cover":{"title":"Alien","reviews":[],"__typename":"Movie"}}}',
  },
  {
    it: 'follows a second key',
    query: '{ product(id: "p1") { best { stars } } }',
    data: '{"product":{"best":{"stars":5}}}',
  },
  {
    it: 'goes from one key to another through a third subgraph',
    query: '{ latest { product { spare(at: "x") } } }',
    data: '{"latest":[{"product":{"spare":3}},{"product":{"spare":3}}]}',
  },
  {
    it: 'fetches an entity’s field from a root of another subgraph',
    query: '{ stocked { name } }',
    data: '{"stocked":{"name":"Desk"}}',
  },
  {
    it: 'makes an entity null whose non-null field nobody can tell',
    query: '{ product(id: "p1") { owner { name } next { owner { name } } } }',
    data: '{"product":{"owner":{"name":"Ann"},"next":{"owner":null}}}',
  },
  {
    it: 'has no field of an entity that is not there',
    query: '{ me { name } latest { author { nick } } }',
    data: '{"me":{"name":"Ann"},"latest":[{"author":{"nick":null}},{"author":{"nick":null}}]}',
  },
  {
    it: 'tells a refused reference at the entity',
    query: '{ product(id: "bad") { name spare } }',
    data: '{"product":{"name":"Bad","spare":null}}',
    errors: [[['product'], 'BROKEN']],
  },
  {
    it: 'tells refused references of two subgraphs',
    query: '{ product(id: "bad") { shipping best { stars } } }',
    data: '{"product":null}',
    errors: [[['product'], 'BROKEN']],
  },
  {
    it: 'tells an error in a deep entity',
    query: '{ product(id: "p1") { reviews { product { name stock } } } }',
    data: '{"product":{"reviews":[{"product":null}]}}',
    errors: [[['product', 'reviews', 0, 'product', 'stock'], 'SOLD_OUT']],
  },
  {
    it: 'tells an error at the element that it is about',
    query: '{ search { ... on Product { spare(at: "nowhere") } } }',
    data: '{"search":[{},{"spare":null},{}]}',
    errors: [[['search', 1, 'spare'], 'NOWHERE']],
    apollo: {
      because: 'place of an error in a mixed list',
      data: '{"search":[{},{"spare":null},{}]}',
      errors: [[['search', 0, 'spare'], 'NOWHERE']],
    },
  },
  {
    it: 'tells an error at each place of the same entity',
    query: '{ rows { spare(at: "nowhere") } }',
    data: '{"rows":[[{"spare":null}],[],[{"spare":null},{"spare":null}]]}',
    errors: [
      [['rows', 0, 0, 'spare'], 'NOWHERE'],
      [['rows', 2, 0, 'spare'], 'NOWHERE'],
      [['rows', 2, 1, 'spare'], 'NOWHERE'],
    ],
  },
  {
    it: 'tells the failure of all entities at their field',
    query: '{ product(id: "p3") { origin { country { code } } } }',
    data: '{"product":{"origin":null}}',
    errors: [[['product', 'origin'], 'CLOSED']],
    apollo: {
      because: 'error of a whole fetch',
      data: '{"product":{"origin":null}}',
      errors: [[['product', 'origin', '_entities'], 'CLOSED']],
    },
  },
];
