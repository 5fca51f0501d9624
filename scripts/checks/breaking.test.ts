import { breakingFindings } from './breaking';

const before = 'type Query { order(id: ID!): Order } type Order { id: ID! number: String }';
const without = 'type Query { order(id: ID!): Order } type Order { id: ID! }';

test('a removed field is found, an added one is not', async () => {
  expect(await breakingFindings(before, without, [])).toEqual([
    expect.stringContaining('Order.number'),
  ]);
  expect(await breakingFindings(without, before, [])).toEqual([]);
});

test('a break passes with a date and a reason, and only then', async () => {
  const entry = { path: 'Order.number', decided: '2026-11-25', reason: 'never filled' };
  expect(await breakingFindings(before, without, [entry])).toEqual([]);
  expect(await breakingFindings(before, without, [{ ...entry, reason: ' ' }])).toHaveLength(1);
  expect(await breakingFindings(before, without, [{ ...entry, decided: 'soon' }])).toHaveLength(1);
});
