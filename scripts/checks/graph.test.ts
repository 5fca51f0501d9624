import { buildSchema } from 'graphql';
import { operationFindings } from './graph';

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
