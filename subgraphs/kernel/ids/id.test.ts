import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { idKind, idOfUuid, prefixOf, uuidOf } from './id';

const orders = idKind('ord');
const escrows = idKind('esc');

test('ids made one after the other sort in that order, also within one millisecond', () => {
  const ids = Array.from({ length: 20_000 }, () => orders.create());
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a UUID goes into an id and comes out again', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = idOfUuid(orders, uuid);
      expect(uuidOf(id)).toBe(uuid);
      expect(orders.parse(id)).toBe(id);
      expect(prefixOf(id)).toBe('ord');
    }),
  );
});

test('ids sort like the UUIDs inside them', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (a, b) => {
      expect(idOfUuid(orders, a) < idOfUuid(orders, b)).toBe(a < b);
    }),
  );
});

test('a kind knows its own ids only', () => {
  const id = orders.create();
  expect(escrows.parse(id)).toBeUndefined();
  for (const text of [
    '',
    'ord_',
    id.slice(0, -1),
    `${id}0`,
    id.toUpperCase(),
    `x${id}`,
    ` ${id}`,
  ]) {
    expect(orders.parse(text)).toBeUndefined();
  }
  expect(orders.parse(`ord_8${id.slice(5)}`)).toBeUndefined(); // more than 128 bits
});

test('any text is parsed without a fault', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(orders.parse(text)).toBeUndefined();
      prefixOf(text);
    }),
  );
});

test('an id of another kind is derived the same each time', () => {
  const order = orders.create();
  expect(escrows.from(order)).toBe(escrows.from(order));
  expect(uuidOf(escrows.from(order))).toBe(uuidOf(order));
  expect(() => escrows.from('nothing')).toThrow(RangeError);
});

test('a prefix may have an underscore', () => {
  const id = idOfUuid(idKind('order_group'), randomUUID());
  expect(prefixOf(id)).toBe('order_group');
  expect(prefixOf('order_group')).toBeUndefined();
});
