import { GraphQLError, buildSchema, parse, validate } from 'graphql';
import { liveFields } from './live-field';
import { type LivePlan, planLive } from './live-plan';
import type { LiveSchema } from './live-schema';

const SDL = `
  scalar Cursor
  type Query { thing(id: ID!, deep: Boolean = false): Thing other: String }
  type Thing { id: ID! state: String! self: Thing }
  type ThingUpdate { kind: String! cursor: Cursor! eventType: String occurredAt: String! thing: Thing }
  type Subscription {
    thingUpdated(id: ID!, deep: Boolean = false, after: Cursor): ThingUpdate
    plain: String
  }
`;
const schema = buildSchema(SDL);
const fields = liveFields(`
  directive @live(
    topics: [String!]!, query: String!, delivery: String!, share: String!
  ) on FIELD_DEFINITION
  type Subscription {
    thingUpdated(id: ID!): String
      @live(topics: ["thing:{id}", "all"], query: "thing", delivery: "LATEST", share: "PARTY")
    plain: String
  }
`);

const live: LiveSchema = {
  schema,
  fields,
  maxTokens: 2_000,
  generation: 'one',
  perUser: new Set(['Thing.self']),
};

const plan = (
  query: string,
  variables?: Record<string, unknown>,
  operationName?: string,
): LivePlan => planLive({ query, variables, operationName }, live);

function codeOf(query: string, variables?: Record<string, unknown>, name?: string): unknown {
  try {
    plan(query, variables, name);
    return 'accepted';
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions['code'] : error;
  }
}

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('a live field in the supergraph', () => {
  it('is read with its topics, query and delivery', () => {
    expect([...fields]).toEqual([
      [
        'thingUpdated',
        {
          name: 'thingUpdated',
          topics: ['thing:{id}', 'all'],
          query: 'thing',
          delivery: 'LATEST',
          share: 'PARTY',
        },
      ],
    ]);
  });
});

describe('a document that many send', () => {
  it('is held once, however its variables differ, and once more for each operation in it', () => {
    const query = (): string =>
      ['subscription A($id: ID!) { thingUpdated(id: $id) { cursor thing { id } } }'].join('');
    const [one, two] = [plan(query(), { id: '1' }), plan(query(), { id: '2' })];
    expect(two.document).toBe(one.document);
    expect(two.topics).not.toEqual(one.topics);
    const both = `${query()} subscription B { thingUpdated(id: "3") { cursor } }`;
    const [a, b] = [plan(both, { id: '1' }, 'A'), plan(both, {}, 'B')];
    expect(b.document).toBe(a.document);
    expect([a.topics, b.topics]).toEqual([
      ['thing:1', 'all'],
      ['thing:3', 'all'],
    ]);
    expect(codeOf(both, {}, 'C')).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('a subscription is rewritten to the query that answers it', () => {
  it.each([
    [
      'plain',
      'subscription { thingUpdated(id: "1", after: "c") { cursor thing { id } } }',
      '{ thing: thing(id: "1") { id } }',
    ],
    [
      'aliases, twice, with arguments kept',
      'subscription S($i: ID!, $d: Boolean) { u: thingUpdated(id: $i, deep: $d) { a: thing { id } b: thing { state } } }',
      'query S($i: ID!, $d: Boolean) { a: thing(id: $i, deep: $d) { id } b: thing(id: $i, deep: $d) { state } }',
    ],
    [
      'fragments on the update are put in, those below are kept',
      `subscription ($i: ID!, $after: Cursor) { ...R }
       fragment R on Subscription { thingUpdated(id: $i, after: $after) { ...U ... on ThingUpdate { k: kind } } }
       fragment U on ThingUpdate { thing { ...T } }
       fragment T on Thing { self { ...V } } fragment V on Thing { id }`,
      `query ($i: ID!) { ... { thing: thing(id: $i) { ...T } } }
       fragment T on Thing { self { ...V } } fragment V on Thing { id }`,
    ],
    [
      'conditions go along',
      'subscription ($x: Boolean!) { thingUpdated(id: "1") { thing @include(if: $x) { id } ... @skip(if: $x) { thing { state } } } }',
      'query ($x: Boolean!) { thing: thing(id: "1") @include(if: $x) { id } ... @skip(if: $x) { thing: thing(id: "1") { state } } }',
    ],
    [
      'nothing but fields of the update still asks whether it may be seen',
      'subscription { thingUpdated(id: "1") { cursor __typename } }',
      '{ liveAccess: thing(id: "1") { __typename } }',
    ],
  ])('%s', (_what, subscription, query) => {
    const { query: made } = plan(subscription, { i: '1', d: true, x: true, after: null });
    expect(flat(made)).toBe(flat(query));
    expect(validate(schema, parse(made))).toEqual([]);
  });

  it('knows its topics, cursor, keys and what decides over access', () => {
    const planned = plan(
      'subscription ($i: ID!, $a: Cursor, $no: Boolean!) { u: thingUpdated(id: $i, after: $a) { c: cursor kind t: thing { id } gone: thing @include(if: $no) { id } t: thing { state } __typename } }',
      { i: 'x{y}', a: 'here', no: false },
    );
    expect(planned).toMatchObject({
      topics: ['thing:x{y}', 'all'],
      after: 'here',
      rootKey: 'u',
      typename: 'ThingUpdate',
      accessKeys: ['t'],
      shape: [
        { key: 'c', from: 'cursor' },
        { key: 'kind', from: 'kind' },
        { key: 't', from: 'query' },
        { key: '__typename', from: '__typename' },
      ],
    });
  });
});

describe('a bad subscription', () => {
  it.each([
    ['subscription { thingUpdated(id: "1")', 'GRAPHQL_PARSE_FAILED'],
    [
      `subscription { thingUpdated(id: "1") { ${'cursor '.repeat(2_000)} } }`,
      'GRAPHQL_PARSE_FAILED',
    ],
    ['subscription { thingUpdated { cursor } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { plain }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { __typename }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query { other }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { ...R } fragment R on Subscription { ...R }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'subscription ($x: Boolean!) { ... @include(if: $x) { thingUpdated(id: "1") { cursor } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'subscription ($x: Boolean!) { ...R } fragment R on Subscription { thingUpdated(id: "1") @skip(if: $x) { cursor } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['subscription ($i: ID!) { thingUpdated(id: $i) { cursor } }', 'BAD_USER_INPUT'],
  ])('%s is refused', (query, code) => {
    expect(codeOf(query, {})).toBe(code);
  });

  it('runs the named operation of several only', () => {
    const two = `subscription A { thingUpdated(id: "a") { cursor } }
      subscription B { thingUpdated(id: "b") { cursor } }`;
    expect(codeOf(two)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(plan(two, {}, 'B').topics).toEqual(['thing:b', 'all']);
  });
});
