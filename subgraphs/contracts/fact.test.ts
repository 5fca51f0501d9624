import { z } from 'zod';
import type { Tx } from '#kernel/db/database';
import type { Fact, NewFact } from '#kernel/events/fact';
import { toCloudEvent } from '#kernel/events/fact';
import { fact, reaction } from './fact';
import { type FactName, facts } from './facts';
import { accountIds, orderIds, refundIds, sellerIds, topics } from './ids';
import { tellerOf } from './tellers';

const orderId = orderIds.create();
const order = { orderId, sellerId: sellerIds.create(), buyerId: accountIds.create() };
const about = { subject: orderId, version: 2, topics: [topics.order(orderId)] };

const heard = (type: FactName, data: Record<string, unknown>): Fact => ({
  id: 'evt_1',
  type,
  subject: orderId,
  topics: [],
  data,
  source: tellerOf(type),
  time: new Date('2026-03-01T12:00:00Z'),
  actor: 'system',
  correlationId: 'c',
  position: { epoch: 1, xid: '1', seq: '1' },
});

test('every fact has a teller and a JSON schema', () => {
  const names = Object.keys(facts) as FactName[];
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) {
    expect(tellerOf(name)).toMatch(/^[a-z-]+$/);
    expect(z.toJSONSchema(facts[name], { io: 'input' })).toMatchObject({ type: 'object' });
  }
});

test('a fact that is not as the table says cannot be told', () => {
  expect(fact('order.confirmed', about, order)).toEqual({
    type: 'order.confirmed',
    ...about,
    data: order,
  });
  const swapped = { ...order, orderId: order.sellerId } as never;
  expect(() => fact('order.confirmed', about, swapped)).toThrow('not a ord id');
});

test('a reaction hears bigints and instants, not their texts', async () => {
  let amount: unknown;
  const data = {
    ...order,
    escrowId: 'esc_01h455vb4pex5vsknk084sn02q',
    amountMinor: '-5',
    currency: 'EUR',
  };
  const refund = { ...data, refundId: refundIds.create(), remainingMinor: '0', cause: 'CANCELLED' };
  const listens = reaction('refund.succeeded', [], (_tx, { amountMinor }) => {
    amount = amountMinor;
    return Promise.resolve();
  });
  await listens.run({} as Tx, heard('refund.succeeded', refund));
  expect(amount).toBe(-5n);
});

test('a reaction tells only what it declares', async () => {
  const told: NewFact[] = [];
  const tx = { publish: (...some: NewFact[]) => void told.push(...some) } as unknown as Tx;
  const tells = (may: FactName[]) =>
    reaction('order.placed', may, (within) => {
      within.publish(fact('order.confirmed', about, order));
      return Promise.resolve();
    });
  const placed = jest.spyOn(facts['order.placed'], 'parse').mockReturnValue({} as never);
  await tells(['order.confirmed']).run(tx, heard('order.placed', {}));
  expect(told).toHaveLength(1);
  expect(() => tells(['order.expired']).run(tx, heard('order.placed', {}))).toThrow('may not tell');
  expect(told).toHaveLength(1);
  placed.mockRestore();
});

test('the envelope is a CloudEvent', () => {
  expect(toCloudEvent(heard('order.confirmed', order))).toMatchObject({
    specversion: '1.0',
    source: '/marketplace',
    type: 'order.confirmed',
    time: '2026-03-01T12:00:00.000Z',
    data: order,
  });
});
