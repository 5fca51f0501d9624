import { randomUUID } from 'node:crypto';
import { HOUR, ManualClock, MINUTE, after } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase, run } from '#kernel/testing/database';
import { until } from '#kernel/testing/until';
import { startFulfillment } from '../fulfillment.main';
import {
  type MadeShipment,
  type Trade,
  WEBHOOK_SECRET,
  createShipment,
  deliver,
  hear,
  newTrade,
  openOrder,
  scanBody,
  told,
  user,
} from '../testing/trade';

const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
let subgraph: Subgraph;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const test = await openTestDatabase('fulfillment', clock);
  url = test.url;
  subgraph = await startFulfillment(
    { db: test.db, clock, log: silentLogger() },
    {
      carriers: {
        aurora: { url: 'http://127.0.0.1:9', apiKey: 'k', webhookSecret: WEBHOOK_SECRET },
      },
    },
  );
  for (const loop of subgraph.loops) loop.start();
  close = async () => {
    await Promise.all(subgraph.loops.map((loop) => loop.stop()));
    await test.close();
  };
});
afterAll(() => close());

interface World {
  readonly trade: Trade;
  readonly shipment: MadeShipment;
  readonly sscc: string;
}

async function shipped(quantities = [1]): Promise<World> {
  const trade = newTrade(quantities);
  const fulfillmentOrderId = await openOrder(subgraph, trade);
  const { shipment } = await createShipment(subgraph, user(trade.sellerAccountId), {
    fulfillmentOrderId,
  });
  if (shipment === null) throw new Error('no shipment');
  return { trade, shipment, sscc: shipment.parcels[0]?.sscc ?? '' };
}

const drained = () =>
  until(async () => {
    const row = await subgraph.db.first<{ waiting: bigint }>(
      `select count(*) as waiting from "carrierMessage" where outcome is null`,
    );
    return row?.waiting === 0n;
  }, 'all messages to be processed');

async function scan(
  { sscc }: World,
  status: string,
  hours: number,
  more: { eventId?: string; revision?: number } = {},
): Promise<void> {
  const occurredAt = after(clock.now(), hours * HOUR);
  const { status: answer } = await deliver(
    subgraph,
    clock,
    scanBody({ sscc, status, occurredAt, ...more }),
  );
  expect(answer).toBe(202);
  await drained();
}

const milestone = async ({ shipment }: World): Promise<string | undefined> =>
  (
    await subgraph.db.first<{ milestone: string }>('select milestone from shipment where id = $1', [
      shipment.id,
    ])
  )?.milestone;
const changes = async ({ shipment, trade }: World): Promise<string[]> =>
  (await told(subgraph))
    .filter(({ data }) => data['shipmentId'] === shipment.id || data['orderId'] === trade.orderId)
    .filter(({ type }) => !['shipment.created', 'fulfillment_order.opened'].includes(type))
    .map(({ type, data }) =>
      type === 'shipment.milestone_changed'
        ? `${String(data['from'])}>${String(data['to'])}`
        : type.replace('fulfillment_order.progressed', `order ${String(data['to'])}`),
    );
const messages = async (): Promise<bigint> =>
  (await subgraph.db.first<{ n: bigint }>('select count(*) as n from "carrierMessage"'))?.n ?? 0n;
const lastOutcome = async (): Promise<string | undefined> => {
  await drained();
  const row = await subgraph.db.first<{ outcome: string }>(
    'select outcome from "carrierMessage" order by id desc limit 1',
  );
  return row?.outcome;
};

describe('the door', () => {
  test('wrong signature, too old or an unknown connection: refused, and nothing is stored', async () => {
    const world = await shipped();
    const body = scanBody({ sscc: world.sscc, status: 'PU', occurredAt: clock.now() });
    const before = await messages();
    const forged = await deliver(subgraph, clock, body, { 'webhook-signature': 'v1,AAAA' });
    expect(forged.status).toBe(401);
    const old = new ManualClock(after(clock.now(), -5 * MINUTE - 1_000));
    expect((await deliver(subgraph, old, body)).status).toBe(401);
    const receive = subgraph.hooks['carriers'];
    const elsewhere = await receive?.({ connection: 'x', headers: {}, body: Buffer.from(body) });
    expect(elsewhere?.status).toBe(404);
    expect(await messages()).toBe(before);
  });

  test('one webhook 100 times in parallel: 100 thanks, one message, one event, one transition', async () => {
    const world = await shipped();
    const before = await messages();
    const body = scanBody({ sscc: world.sscc, status: 'PU', occurredAt: clock.now() });
    const id = { 'webhook-id': `msg_${randomUUID()}` };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => deliver(subgraph, clock, body, id)),
    );
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    await drained();
    expect((await messages()) - before).toBe(1n);
    const events = await subgraph.db.query(
      'select 1 from "trackingEvent" where "shipmentId" = $1',
      [world.shipment.id],
    );
    expect(events).toHaveLength(1);
    expect((await changes(world)).filter((one) => one === 'CREATED>PICKED_UP')).toHaveLength(1);
  });

  test('one event in 30 envelopes, in parallel: 30 messages, one event, one transition', async () => {
    const world = await shipped();
    const event = {
      sscc: world.sscc,
      status: 'PU',
      occurredAt: clock.now(),
      eventId: randomUUID(),
    };
    await Promise.all(Array.from({ length: 30 }, () => deliver(subgraph, clock, scanBody(event))));
    await drained();
    expect((await changes(world)).filter((one) => one === 'CREATED>PICKED_UP')).toHaveLength(1);
    const outcomes = await subgraph.db.query<{ outcome: string; n: bigint }>(
      `select outcome, count(*) as n from "carrierMessage" m
       where convert_from(bytes, 'UTF8') like '%' || $1 || '%' group by outcome order by outcome`,
      [event.eventId],
    );
    expect(outcomes).toEqual([
      { outcome: 'APPLIED', n: 1n },
      { outcome: 'KNOWN', n: 29n },
    ]);
  });

  test('one id with two contents: the second is kept aside', async () => {
    const world = await shipped();
    const id = { 'webhook-id': `msg_${randomUUID()}` };
    const at = { sscc: world.sscc, occurredAt: clock.now() };
    await deliver(subgraph, clock, scanBody({ ...at, status: 'PU' }), id);
    const other = scanBody({ ...at, status: 'DL' });
    for (let i = 0; i < 3; i++) await deliver(subgraph, clock, other, id);
    await drained();
    const rows = await subgraph.db.query<{ outcome: string }>(
      'select outcome from "carrierMessage" where "externalId" = $1 order by id',
      [id['webhook-id']],
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'QUARANTINED']);
    expect(await milestone(world)).toBe('PICKED_UP');
  });

  test('what cannot be read, is unknown, is not ours or is about something else is kept and harms nothing', async () => {
    const world = await shipped();
    await deliver(subgraph, clock, '{"type":"tracking.event","data":{"eventId":"x"');
    expect(await lastOutcome()).toBe('CARRIER_BUG');
    await deliver(subgraph, clock, '{"type":"quota.low","data":{}}');
    expect(await lastOutcome()).toBe('IGNORED');
    const occurredAt = clock.now();
    const foreign = { sscc: '000000000000000000', status: 'PU', occurredAt };
    await deliver(subgraph, clock, scanBody(foreign));
    expect(await lastOutcome()).toBe('UNMATCHED');
    await deliver(subgraph, clock, scanBody({ sscc: world.sscc, status: 'QQ', occurredAt }));
    expect(await lastOutcome()).toBe('UNMAPPED');
    expect(await milestone(world)).toBe('CREATED');
    await scan(world, 'PU', 0);
    expect(await milestone(world)).toBe('PICKED_UP');
  });

  test('what a carrier said can neither be changed nor removed', async () => {
    for (const sql of [
      `update fulfillment."carrierMessage" set bytes = 'x'`,
      'delete from fulfillment."carrierMessage"',
    ]) {
      await expect(run(url, sql)).rejects.toThrow(/kept|not changed/);
    }
  });
});

describe('tracking', () => {
  test('a whole way: shipped once, delivered once, each milestone once, in order', async () => {
    const world = await shipped();
    for (const [i, status] of ['PU', 'AR', 'DP', 'AR', 'OD', 'DL'].entries()) {
      clock.advance(HOUR);
      await scan(world, status, -0.5 + i / 1000);
    }
    expect(await changes(world)).toEqual(
      [
        'order IN_PROGRESS',
        'order FULFILLED',
        'shipment.shipped',
        'CREATED>PICKED_UP',
        'PICKED_UP>IN_TRANSIT',
        'shipment.tracking_updated',
        'shipment.tracking_updated',
        'IN_TRANSIT>OUT_FOR_DELIVERY',
        'OUT_FOR_DELIVERY>DELIVERED',
        'shipment.delivered',
      ].sort(byFirstSeen(await changes(world))),
    );
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

  test('all at once and backwards ends the same', async () => {
    const world = await shipped();
    const statuses = ['DL', 'OD', 'DP', 'AR', 'PU'];
    await Promise.all(statuses.map((status, i) => scan(world, status, -i)));
    expect(await milestone(world)).toBe('DELIVERED');
    const seen = await changes(world);
    expect(seen.filter((one) => one === 'shipment.delivered')).toHaveLength(1);
    expect(seen.filter((one) => one === 'shipment.shipped')).toHaveLength(1);
    expect(seen.indexOf('shipment.shipped')).toBeLessThan(seen.indexOf('shipment.delivered'));
    const row = await subgraph.db.first<{ shippedAt: Date; deliveredAt: Date }>(
      'select "shippedAt", "deliveredAt" from shipment where id = $1',
      [world.shipment.id],
    );
    expect(row?.deliveredAt).toEqual(clock.now());
  });

  test('a part of an order is not all of it', async () => {
    const trade = newTrade([2]);
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const parts: World[] = [];
    for (let i = 0; i < 2; i++) {
      const { shipment } = await createShipment(subgraph, user(trade.sellerAccountId), {
        fulfillmentOrderId,
        lines: [{ orderLineId: trade.lineIds[0], quantity: 1 }],
      });
      if (shipment === null) throw new Error('no shipment');
      parts.push({ trade, shipment, sscc: shipment.parcels[0]?.sscc ?? '' });
    }
    for (const part of parts) await scan(part, 'DL', 0);
    const flags = (await told(subgraph))
      .filter(({ data }) => data['orderId'] === trade.orderId)
      .flatMap(({ data }) => data['allShipped'] ?? data['allDelivered'] ?? []);
    expect(flags).toEqual([false, false, true, true]);
  });

  test('a delivery taken back is retracted before the money is released, and only noted afterwards', async () => {
    const early = await shipped();
    const eventId = randomUUID();
    await scan(early, 'DL', -1, { eventId });
    await scan(early, 'AT', -1, { eventId, revision: 2 });
    expect((await changes(early)).slice(-2)).toEqual([
      'DELIVERED>DELIVERY_ATTEMPTED',
      'shipment.delivery_retracted',
    ]);
    await scan(early, 'DL', 0);
    expect((await changes(early)).filter((one) => one === 'shipment.delivered')).toHaveLength(2);

    const late = await shipped();
    await scan(late, 'DL', -1, { eventId: `late-${eventId}` });
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
    await scan(late, 'AT', -1, { eventId: `late-${eventId}`, revision: 2 });
    expect(await milestone(late)).toBe('DELIVERED');
    expect(await changes(late)).not.toContain('shipment.delivery_retracted');
    const row = await subgraph.db.first<{ deliveryQuestionedAt: Date | null }>(
      'select "deliveryQuestionedAt" from shipment where id = $1',
      [late.shipment.id],
    );
    expect(row?.deliveryQuestionedAt).toEqual(clock.now());
  });

  test('lost, then seen again', async () => {
    const world = await shipped();
    await scan(world, 'PU', -5);
    await scan(world, 'LS', -2);
    expect((await changes(world)).at(-1)).toBe('shipment.lost');
    await scan(world, 'AR', -1);
    expect((await changes(world)).at(-1)).toBe('LOST>IN_TRANSIT');
  });
});

test('cancelling races the first scan: one wins, never both and never neither', async () => {
  const wins = { scan: 0, cancel: 0 };
  for (let i = 0; i < 25; i++) {
    const world = await shipped();
    const { orderId, sellerId, buyerId } = world.trade;
    const parties = { orderId, sellerId, buyerId };
    const request = { ...parties, requestedBy: 'BUYER', reason: 'race' } as const;
    await Promise.all([
      scan(world, 'PU', 0),
      hear(subgraph, 'order.cancellation_requested', request),
    ]);
    const seen = await changes(world);
    const cancelled = seen.includes('fulfillment_order.cancelled');
    const refused = seen.includes('fulfillment_order.cancel_refused');
    expect([cancelled, refused].sort()).toEqual([false, true]);
    expect(await milestone(world)).toBe(cancelled ? 'CANCELLED' : 'PICKED_UP');
    expect(seen.includes('shipment.shipped')).toBe(refused);
    wins[cancelled ? 'cancel' : 'scan'] += 1;
  }
  expect(wins.scan + wins.cancel).toBe(25);
});

/** Facts about order and shipment of one transaction have no order between them; the rest keeps what was seen. */
function byFirstSeen(seen: readonly string[]) {
  return (a: string, b: string): number => seen.indexOf(a) - seen.indexOf(b);
}
