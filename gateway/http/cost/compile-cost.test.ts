import fc from 'fast-check';
import {
  Kind,
  NoUnusedVariablesRule,
  type SelectionSetNode,
  buildSchema,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { costModel } from './cost-model';
import { compileCost } from './compile-cost';

const SDL = `
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(
    assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION
  interface Node { id: ID! }
  type Shelf implements Node {
    id: ID!
    books(first: Int, last: Int): BookConnection
      @listSize(assumedSize: 20, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"])
    newest(first: Int = 3): [Book!]! @listSize(slicingArguments: ["first"])
    owners: [Owner!]! @listSize(assumedSize: 2)
    notes: [Owner!]!
  }
  type BookConnection { edges: [BookEdge!]! nodes: [Book!]! total: Int }
  type BookEdge { cursor: ID! node: Book! }
  type Book implements Node { id: ID! title: String! shelf: Shelf author: Owner appraisal: Int @cost(weight: 7) }
  type Owner implements Node @cost(weight: 3) { id: ID! name: String! shelf: Shelf }
  input BookInput { title: String! tags: [TagInput!] weight: Int @cost(weight: 2) }
  input TagInput { name: String! }
  type Query { shelf(id: ID): Shelf node(id: ID!): Node nodes(ids: [ID!]!): [Node]! search(text: String): Shelf @cost(weight: 5) }
  type Mutation { bookAdd(input: BookInput!): Book @cost(weight: 10) }
`;
const schema = buildSchema(SDL);
const model = costModel(SDL);
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

function costOf(text: string) {
  const document = parse(text);
  expect(validate(schema, document, rules)).toEqual([]);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  const cost = compileCost(model, schema, document, operation);
  const coerced = (variables: Record<string, unknown>) => {
    const { coerced: values } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      variables,
    );
    if (values === undefined) throw new Error('the variables do not fit');
    return values;
  };
  return {
    requested: (variables = {}) => cost.requested(coerced(variables)),
    actual: (data: unknown, variables = {}) => cost.actual(coerced(variables), data),
  };
}
const requested = (text: string, variables = {}): number => costOf(text).requested(variables);

describe('what an operation costs', () => {
  it.each<[string, string, Record<string, unknown>, number]>([
    ['nothing but a request', '{ __typename }', {}, 1],
    ['an object, and no scalar', '{ shelf { id } }', {}, 1],
    ['a field that says its weight', '{ search { id } }', {}, 5],
    ['a type that says its weight', '{ shelf { owners { name } } }', {}, 1 + 2 * 3],
    [
      'a scalar that says its weight',
      '{ shelf { newest(first: 2) { appraisal } } }',
      {},
      1 + 2 * 8,
    ],
    ['an unsized list', '{ shelf { notes { name } } }', {}, 1 + 10 * 3],
    ['a page of the default size', '{ shelf { books { nodes { title } } } }', {}, 1 + 1 + 20],
    [
      'both lists of a page',
      '{ shelf { books(first: 3) { nodes { id } edges { node { id } } } } }',
      {},
      2 + 3 + 6,
    ],
    ['a page without its lists', '{ shelf { books(first: 90) { total } } }', {}, 2],
    ['a page from the end', '{ shelf { books(last: 4) { nodes { id } } } }', {}, 6],
    [
      'lists in lists',
      '{ shelf { books(first: 5) { nodes { shelf { newest(first: 4) { id } } } } } }',
      {},
      2 + 5 * (2 + 4),
    ],
    ['an argument’s default', '{ shelf { newest { id } } }', {}, 4],
    ['a variable’s default', 'query ($n: Int = 6) { shelf { newest(first: $n) { id } } }', {}, 7],
    [
      'null for a variable',
      'query ($n: Int = 6) { shelf { newest(first: $n) { id } } }',
      { n: null },
      11,
    ],
    ['no value for a variable', 'query ($n: Int) { shelf { newest(first: $n) { id } } }', {}, 4],
    ['as many as are named', '{ nodes(ids: ["1", "2"]) { id ... on Owner { name } } }', {}, 6],
    [
      'as many as a variable names',
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: ['1', '2', '3'] },
      9,
    ],
    [
      'the dearest type',
      '{ node(id: 1) { ... on Book { shelf { id } } ... on Owner { shelf { owners { id } } } } }',
      {},
      3 + 1 + 6,
    ],
    ['a fragment', '{ shelf { ...F } } fragment F on Shelf { newest(first: 2) { id } }', {}, 3],
    [
      'what is left out',
      '{ shelf @skip(if: true) { id } search @include(if: false) { id } }',
      {},
      1,
    ],
    [
      'a variable that leaves out',
      'query ($x: Boolean!) { search @include(if: $x) { id } }',
      { x: false },
      1,
    ],
    [
      'a variable that keeps',
      'query ($x: Boolean!) { search @skip(if: $x) { id } }',
      { x: false },
      5,
    ],
    [
      'input objects',
      'mutation { bookAdd(input: { title: "a", tags: [{ name: "b" }, { name: "c" }], weight: 1 }) { id } }',
      {},
      10 + 1 + 2 + 2,
    ],
    [
      'input objects in a variable',
      'mutation ($b: BookInput!) { bookAdd(input: $b) { id } }',
      { b: { title: 'a', tags: [{ name: 'b' }], weight: 1 } },
      10 + 1 + 1 + 2,
    ],
    [
      'variables in an input object',
      'mutation ($t: [TagInput!]) { bookAdd(input: { title: "a", tags: $t }) { id } }',
      { t: [{ name: 'b' }] },
      10 + 1 + 1,
    ],
    ['the schema', '{ __schema { types { name } } }', {}, 250],
    ['the schema twice', '{ __schema { types { name } again: types { name } } }', {}, 500],
  ])('counts %s', (_what, text, variables, cost) => {
    expect(requested(text, variables)).toBe(cost);
  });

  it('counts what an answer holds', () => {
    const page = costOf('{ shelf { books(first: 50) { nodes { appraisal author { name } } } } }');
    expect(page.requested()).toBe(2 + 50 * (1 + 7 + 3));
    const books = [
      { appraisal: 1, author: null },
      { appraisal: null, author: { name: 'x' } },
    ];
    expect(page.actual({ shelf: { books: { nodes: books } } })).toBe(2 + 2 * (1 + 7) + 3);
    expect(page.actual({ shelf: null })).toBe(1);
    expect(page.actual(null)).toBe(1);
  });
});

/** A selection on a type that is no deeper than `depth`, its lists sized by the variable `$n` or by literals. */
function selection(type: 'Shelf' | 'Book' | 'Owner', depth: number): fc.Arbitrary<string> {
  let alias = 0;
  return fc
    .array(fc.oneof(fc.constant('id'), ...fieldsOf(type, depth - 1)), { maxLength: 3 })
    .map((chosen) => `{ ${['id', ...chosen].map((one) => named(one, `a${alias++}`)).join(' ')} }`);
}

function fieldsOf(type: 'Shelf' | 'Book' | 'Owner', depth: number): fc.Arbitrary<string>[] {
  if (depth < 0) return type === 'Book' ? [fc.constant('appraisal')] : [];
  const shelf = selection('Shelf', depth);
  if (type === 'Owner') return [shelf.map((at) => `shelf @include(if: $on) ${at}`)];
  const owner = selection('Owner', depth);
  if (type === 'Book') {
    return [shelf.map((at) => `shelf ${at}`), owner.map((one) => `... on Book { author ${one} }`)];
  }
  const size = fc.oneof(fc.constant('$n'), fc.nat(30).map(String));
  const sized = fc.tuple(size, selection('Book', depth));
  return [
    sized.map(([n, books]) => `books(first: ${n}) { nodes ${books} }`),
    sized.map(([n, book]) => `books(last: ${n}) { edges { node ${book} } }`),
    sized.map(([n, books]) => `newest(first: ${n}) ${books}`),
    owner.map((owners) => `owners ${owners}`),
  ];
}
const named = (field: string, alias: string): string =>
  field.startsWith('...') ? field : `${alias}: ${field}`;

const operation = selection('Shelf', 3).map(
  (body) => `query ($n: Int!, $on: Boolean! = true) { shelf ${body} }`,
);

describe('laws of the cost', () => {
  const numRuns = 60;

  it('never falls when more is asked for', () => {
    fc.assert(
      fc.property(operation, fc.nat(100), fc.nat(100), (text, a, b) => {
        const { requested: cost } = costOf(text);
        expect(cost({ n: Math.max(a, b) })).toBeGreaterThanOrEqual(cost({ n: Math.min(a, b) }));
        expect(cost({ n: a })).toBeGreaterThanOrEqual(cost({ n: a, on: false }));
      }),
      { numRuns },
    );
  });

  it('is the same for a literal and a variable', () => {
    fc.assert(
      fc.property(operation, fc.nat(100), (text, n) => {
        const literal = text.replaceAll(/(?<=: )\$n/g, n.toString()).replace('$n: Int!, ', '');
        expect(requested(literal)).toBe(requested(text, { n }));
      }),
      { numRuns },
    );
  });

  it('adds up over aliases', () => {
    fc.assert(
      fc.property(operation, fc.integer({ min: 1, max: 5 }), (text, times) => {
        const at = text.indexOf('shelf');
        const [head, body] = [text.slice(0, at), text.slice(at)];
        const many = Array.from({ length: times }, (_, i) => `b${i}: ${body.slice(0, -1)}`);
        const whole = `${head}${many.join(' ')} }`;
        expect(requested(whole, { n: 4 })).toBe(times * requested(text, { n: 4 }));
      }),
      { numRuns },
    );
  });

  it('is never less than what a conforming answer costs', () => {
    fc.assert(
      fc.property(
        operation,
        fc.nat(6),
        fc.boolean(),
        fc.infiniteStream(fc.nat(9)),
        (text, n, on, dice) => {
          const cost = costOf(text);
          const data = { shelf: answer(text.slice(text.indexOf('shelf') + 6), { n, on }, dice) };
          expect(cost.actual(data, { n, on })).toBeLessThanOrEqual(cost.requested({ n, on }));
        },
      ),
      { numRuns },
    );
  });
});

/** Something that a server could answer to a generated selection: lists of at most the asked length, now and then null. */
function answer(
  body: string,
  variables: { readonly n: number; readonly on: boolean },
  dice: Iterator<number>,
): unknown {
  const document = parse(`query ($n: Int, $on: Boolean) ${body.slice(0, -1)}`);
  const object = (set: SelectionSetNode, sized: number): Record<string, unknown> => {
    const found: Record<string, unknown> = {};
    for (const one of set.selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) Object.assign(found, object(one.selectionSet, sized));
      if (one.kind !== Kind.FIELD) continue;
      if (one.directives?.length && !variables.on) continue;
      const key = one.alias?.value ?? one.name.value;
      const said = one.arguments?.[0]?.value;
      const length = said?.kind === Kind.INT ? Number(said.value) : said ? variables.n : sized;
      const roll = (dice.next().value as number) % 10;
      const lists = ['nodes', 'edges', 'newest', 'owners'].includes(one.name.value);
      const most = one.name.value === 'owners' ? 2 : length;
      const inner = one.selectionSet;
      if (inner === undefined) found[key] = roll === 0 ? null : roll;
      else if (roll === 0) found[key] = null;
      else if (!lists) found[key] = object(inner, length);
      else {
        const many = Math.max(0, most - (roll % 3));
        found[key] = Array.from({ length: Math.min(many, 4) }, () => object(inner, 0));
      }
    }
    return found;
  };
  const [first] = document.definitions;
  if (first?.kind !== Kind.OPERATION_DEFINITION) throw new Error('there is one operation');
  return object(first.selectionSet, 0);
}
