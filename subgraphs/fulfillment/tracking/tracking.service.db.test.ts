import { randomUUID } from 'node:crypto';
import { HOUR, ManualClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { startFulfillment } from '../fulfillment.main';
import { Bench, type Packed } from '../testing/bench';
import { WEBHOOK_SECRET, hear, newTrade, openOrder, told } from '../testing/trade';
import { trackingHash } from './delivery-place.rules';

const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
let bench: Bench;
let subgraph: Subgraph;
let close: () => Promise<void>;

beforeAll(async () => {
  const test = await openTestDatabase('fulfillment', clock);
  const carrier = { url: 'http://127.0.0.1:9', apiKey: 'k', webhookSecret: WEBHOOK_SECRET };
  subgraph = await startFulfillment(
    { db: test.db, clock, log: silentLogger() },
    { carriers: { aurora: carrier } },
  );
  bench = new Bench(subgraph, clock);
  for (const loop of subgraph.loops) loop.start();
  close = async () => {
    await Promise.all(subgraph.loops.map((loop) => loop.stop()));
    await test.close();
  };
});
afterAll(() => close());

describe('tracking', () => {
  test('a whole way: shipped once, delivered once, each milestone once, in order', async () => {
    const world = await bench.packed();
    for (const [i, status] of ['PU', 'AR', 'DP', 'AR', 'OD', 'DL'].entries()) {
      clock.advance(HOUR);
      await bench.scan(world, status, -0.5 + i / 1000);
    }
    expect(await bench.changes(world)).toEqual([
      'order IN_PROGRESS',
      'shipment.shipped',
      'CREATED>PICKED_UP',
      'order FULFILLED',
      'PICKED_UP>IN_TRANSIT',
      'shipment.tracking_updated',
      'shipment.tracking_updated',
      'IN_TRANSIT>OUT_FOR_DELIVERY',
      'OUT_FOR_DELIVERY>DELIVERED',
      'shipment.delivered',
    ]);
    const facts = (await told(subgraph)).filter(
      ({ data }) => data['shipmentId'] === world.shipment.id,
    );
    for (const { topics } of facts) {
      expect(topics).toEqual([`shipment:${world.shipment.id}`, `order:${world.trade.orderId}`]);
    }
    expect(facts.find(({ type }) => type === 'shipment.shipped')?.data).toMatchObject({
      allShipped: true,
      lines: [{ orderLineId: world.trade.lineIds[0], quantity: 1 }],
    });
    expect(facts.find(({ type }) => type === 'shipment.delivered')?.data).toMatchObject({
      allDelivered: true,
    });
  });

  test('it says which parcel left, as a digest, and whether it arrived in another city', async () => {
    const world = await bench.packed();
    await subgraph.db.query(
      `update parcel set "trackingNumber" = 'AUR 77-1' where "shipmentId" = $1`,
      [world.shipment.id],
    );
    await bench.scan(world, 'PU', -1);
    await bench.scan(world, 'DL', 0);
    const [shipped, delivered] = ['shipment.shipped', 'shipment.delivered'].map(
      async (wanted) =>
        (await told(subgraph)).find(
          ({ type, data }) => type === wanted && data['shipmentId'] === world.shipment.id,
        )?.data,
    );
    // the order goes to Rio de Janeiro, and every scan is from Recife
    expect(await delivered).toMatchObject({ elsewhere: true });
    const row = await bench.row<{ carrierId: string }>(world);
    const digest = trackingHash(row?.carrierId ?? '', 'AUR771');
    expect((await shipped)?.['trackings']).toEqual([digest]);
  });

  test('all at once and backwards ends the same', async () => {
    const world = await bench.packed();
    const statuses = ['DL', 'OD', 'DP', 'AR', 'PU'];
    await Promise.all(statuses.map((status, i) => bench.scan(world, status, -i)));
    expect(await bench.milestone(world)).toBe('DELIVERED');
    const seen = await bench.changes(world);
    expect(seen.filter((one) => one === 'shipment.delivered')).toHaveLength(1);
    expect(seen.filter((one) => one === 'shipment.shipped')).toHaveLength(1);
    expect(seen.indexOf('shipment.shipped')).toBeLessThan(seen.indexOf('shipment.delivered'));
    const row = await bench.row<{ shippedAt: Date; deliveredAt: Date }>(world);
    expect(row?.deliveredAt).toEqual(clock.now());
  });

  test('a part of an order is not all of it', async () => {
    const trade = newTrade([2]);
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const parts: Packed[] = [];
    for (let i = 0; i < 2; i++) parts.push(await bench.packed(trade, fulfillmentOrderId, 1));
    for (const part of parts) await bench.scan(part, 'DL', 0);
    const flags = (await told(subgraph))
      .filter(({ data }) => data['orderId'] === trade.orderId)
      .flatMap(({ data }) => data['allShipped'] ?? data['allDelivered'] ?? []);
    expect(flags).toEqual([false, false, true, true]);
  });

  test('a delivery taken back is retracted before the money is released, and only noted afterwards', async () => {
    const early = await bench.packed();
    const eventId = randomUUID();
    await bench.scan(early, 'DL', -1, { eventId });
    await bench.scan(early, 'AT', -1, { eventId, revision: 2 });
    expect((await bench.changes(early)).slice(-2)).toEqual([
      'DELIVERED>DELIVERY_ATTEMPTED',
      'shipment.delivery_retracted',
    ]);
    await bench.scan(early, 'DL', 0);
    expect((await bench.changes(early)).filter((one) => one === 'shipment.delivered')).toHaveLength(
      2,
    );

    const late = await bench.packed();
    await bench.scan(late, 'DL', -1, { eventId: `late-${eventId}` });
    const { orderId, sellerId, buyerId, funded } = late.trade;
    await hear(subgraph, 'escrow.released', {
      orderId,
      sellerId,
      buyerId,
      escrowId: funded.escrowId,
      grossMinor: '1',
      commissionMinor: '0',
      taxMinor: '0',
      netMinor: '1',
      remainingMinor: '0',
      currency: 'BRL',
      cause: 'OPERATOR',
    });
    await bench.scan(late, 'AT', -1, { eventId: `late-${eventId}`, revision: 2 });
    expect(await bench.milestone(late)).toBe('DELIVERED');
    expect(await bench.changes(late)).not.toContain('shipment.delivery_retracted');
    const row = await bench.row<{ deliveryQuestionedAt: Date | null }>(late);
    expect(row?.deliveryQuestionedAt).toEqual(clock.now());
  });

  test('lost, then seen again', async () => {
    const world = await bench.packed();
    await bench.scan(world, 'PU', -5);
    await bench.scan(world, 'LS', -2);
    expect((await bench.changes(world)).at(-1)).toBe('shipment.lost');
    await bench.scan(world, 'AR', -1);
    expect((await bench.changes(world)).at(-1)).toBe('LOST>IN_TRANSIT');
  });
});

test('cancelling races the first scan: one wins, never both and never neither', async () => {
  const wins = { scan: 0, cancel: 0 };
  for (let i = 0; i < 25; i++) {
    const world = await bench.packed();
    const { orderId, sellerId, buyerId } = world.trade;
    const parties = { orderId, sellerId, buyerId };
    const request = { ...parties, requestedBy: 'BUYER', reason: 'race' } as const;
    await Promise.all([
      bench.scan(world, 'PU', 0),
      hear(subgraph, 'order.cancellation_requested', request),
    ]);
    const seen = await bench.changes(world);
    const cancelled = seen.includes('fulfillment_order.cancelled');
    const refused = seen.includes('fulfillment_order.cancel_refused');
    expect([cancelled, refused].sort()).toEqual([false, true]);
    expect(await bench.milestone(world)).toBe(cancelled ? 'CANCELLED' : 'PICKED_UP');
    expect(seen.includes('shipment.shipped')).toBe(refused);
    wins[cancelled ? 'cancel' : 'scan'] += 1;
  }
  expect(wins.scan + wins.cancel).toBe(25);
});
