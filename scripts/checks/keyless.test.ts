import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { keylessFindings } from './keyless';

const schema = buildSchema(`
  type Query { one: Int }
  type Mutation { pay(input: Pay!): Int move(input: Move!): Int look(input: Look!): Int }
  input Pay { idempotencyKey: String! }
  input Move { idempotencyKey: String }
  input Look { id: ID! }`);

test('a mutation has a key or a reason to have none, and no reason outlives its mutation', () => {
  expect(keylessFindings(schema, { look: 'reads' })).toEqual([]);
  expect(keylessFindings(schema, {})).toEqual([
    'look takes no idempotencyKey, and no entry says why it needs none',
  ]);
  expect(keylessFindings(schema, { look: 'reads', pay: '?', gone: '?' })).toEqual([
    'the entry for pay excuses nothing',
    'the entry for gone excuses nothing',
  ]);
});

test('the graph keeps the rule', () => {
  const api = buildSchema(readFileSync('schema/api.graphql', 'utf8'));
  expect(keylessFindings(api)).toEqual([]);
});
