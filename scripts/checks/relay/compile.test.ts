import { readFileSync } from 'node:fs';
import { buildSchema, parse } from 'graphql';
import { relayApp } from './app';
import { compileRelay } from './compile';
import { connectionFields } from './connections';

jest.setTimeout(60_000);

const API = readFileSync('schema/api.graphql', 'utf8');
const schema = buildSchema(API);
const text = relayApp(schema)
  .flatMap(({ graphql }) => graphql)
  .join('\n');

test('the app uses every connection in each direction, every mutation and every subscription', () => {
  expect(() => parse(text)).not.toThrow();
  const lists = connectionFields(schema);
  expect(lists.map(({ parent, field }) => `${parent.name}.${field.name}`)).toEqual(
    expect.arrayContaining(['Query.orders', 'Product.offers', 'Variant.offers']),
  );
  expect(text.match(/@connection\(/g)).toHaveLength(lists.length * 3);
  for (const type of [schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const name of Object.keys(type?.getFields() ?? {})) expect(text).toContain(` ${name}(`);
  }
});

/** The API with one field of one type gone. */
function without(type: string, field: string): string {
  const [whole = ''] =
    new RegExp(`^type ${type}( implements [^{]+)? {[^}]+^}`, 'm').exec(API) ?? [];
  const less = whole.replace(new RegExp(`(\\n  """[^"]+""")?\\n  ${field}: .*`), '');
  expect(less.length).toBeLessThan(whole.length);
  return API.replace(whole, less);
}

test.each([
  ['OfferConnection', 'pageInfo'],
  ['ReviewEdge', 'cursor'],
  ['PageInfo', 'hasPreviousPage'],
  ['OrderCancelPayload', 'userErrors'],
])('an API in which %s has no %s is refused', (type, field) => {
  expect(compileRelay(without(type, field)).problem).toContain(field);
});

test('an API whose scalar nobody mapped is refused', () => {
  const strange = API.replace('scalar Cursor', 'scalar Cursor scalar Strange').replace(
    'displayName: String!',
    'displayName: Strange!',
  );
  expect(compileRelay(strange).problem).toContain('Strange');
});
