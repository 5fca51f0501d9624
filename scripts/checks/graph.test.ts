import { readFileSync, readdirSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { operationFindings, unshown } from './graph';

const schema = buildSchema('type Query { order(id: ID!): Int }');

test.each([
  ['query A { order(id: 1) }', 0],
  ['query B { order(id: 1) }', 1],
  ['query A { order(id: 1) } query B { order(id: 2) }', 1],
  ['query A { nothing }', 1],
  ['query A {', 1],
])('%s has %d findings', (text, count) => {
  expect(operationFindings(schema, 'A', text)).toHaveLength(count);
});

test('a mutation or subscription without an example is named, a query is not', () => {
  const graph = buildSchema(`type Query { order: Int thing: Int }
    type Mutation { pay: Int cancel: Int } type Subscription { orderUpdated: Int }`);
  expect(unshown(graph, ['mutation Pay { pay }', 'query Cancel { cancel: order }'])).toEqual([
    'mutation cancel',
    'subscription orderUpdated',
  ]);
  expect(unshown(graph, ['mutation { pay cancel }', 'subscription { orderUpdated }'])).toEqual([]);
});

test('each of ours has an example', () => {
  const texts = readdirSync('schema/operations').map((file) =>
    readFileSync(`schema/operations/${file}`, 'utf8'),
  );
  const ours = buildSchema(readFileSync('schema/api.graphql', 'utf8'));
  expect(unshown(ours, texts)).toEqual([]);
});
