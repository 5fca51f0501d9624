import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { FIRST_QUERY, SIGN_IN, welcome } from './welcome';

const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'));

test.each([FIRST_QUERY, SIGN_IN])('what a newcomer is told to paste fits the graph', (text) => {
  expect(validate(schema, parse(text))).toEqual([]);
});

test('demo accounts are named only where they exist', () => {
  expect(welcome('http://localhost:4000', true, 1)).toContain('buyer@demo.test');
  expect(welcome('http://localhost:4000', false, 1)).not.toContain('demo.test');
});
