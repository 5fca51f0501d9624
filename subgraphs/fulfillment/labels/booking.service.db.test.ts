import { HOUR, ManualClock, SECOND } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { until } from '#kernel/testing/until';
import { startFulfillment } from '../fulfillment.main';
import { API_KEY, CarrierProcess } from '../testing/simulator';
import {
  type MadeShipment,
  type Trade,
  WEBHOOK_SECRET,
  ask,
  buyLabel,
  createShipment,
  newTrade,
  openOrder,
  told,
  user,
} from '../testing/trade';

// Near real time: the simulator signs and stamps with the wall clock.
const clock = new ManualClock(new Date());
let carrier: CarrierProcess;
let subgraph: Subgraph;
let close: () => Promise<void>;

beforeAll(async () => {
  carrier = await CarrierProcess.start();
  const test = await openTestDatabase('fulfillment', clock);
  subgraph = await startFulfillment(
    { db: test.db, clock, log: silentLogger() },
    {
      carriers: {
        aurora: {
          url: carrier.url,
          apiKey: API_KEY,
          webhookSecret: WEBHOOK_SECRET,
          deadlineMs: 1_000,
        },
      },
      quietMs: 2 * HOUR,
    },
  );
  carrier.receive = subgraph.hooks['carriers'];
  for (const loop of subgraph.loops) loop.start();
  close = async () => {
    await Promise.all(subgraph.loops.map((loop) => loop.stop()));
    await test.close();
    await carrier.stop();
  };
}, 30_000);
afterAll(() => close());
afterEach(() => carrier.call('DELETE', '/sim/fault'));

interface World {
  readonly trade: Trade;
  readonly shipment: MadeShipment;
  readonly buy: (key?: string) => ReturnType<typeof buyLabel>;
}

async function packed(postalCode?: string): Promise<World> {
  const trade = newTrade([1], postalCode);
  const fulfillmentOrderId = await openOrder(subgraph, trade);
  const seller = user(trade.sellerAccountId);
  const made = await createShipment(subgraph, seller, { fulfillmentOrderId });
  const { shipment } = made;
  if (shipment === null) throw new Error('no shipment');
  return { trade, shipment, buy: (key = 'k') => buyLabel(subgraph, seller, shipment.id, key) };
}

const label = ({ shipment }: World) =>
  subgraph.db.first<{ id: string; state: string; carrierRef: string | null }>(
    'select id, state, "carrierRef" from "shippingLabel" where "shipmentId" = $1',
    [shipment.id],
  );
const labelIs = (world: World, state: string) =>
  until(async () => (await label(world))?.state === state, `label ${state}`);
const booked = async (world: World) => {
  const row = await label(world);
  return (await carrier.bookings()).filter(({ clientRef }) => clientRef === row?.id);
};
const types = async ({ trade }: World): Promise<string[]> =>
  (await told(subgraph))
    .filter(({ data }) => data['orderId'] === trade.orderId)
    .map(({ type }) => type);
const count = async (world: World, type: string): Promise<number> =>
  (await types(world)).filter((one) => one === type).length;
const milestoneIs = (world: World, milestone: string) =>
  until(async () => {
    const row = await subgraph.db.first<{ milestone: string }>(
      'select milestone from shipment where id = $1',
      [world.shipment.id],
    );
    return row?.milestone === milestone;
  }, milestone);

test('a label: booked once, charged once, with number and printable document', async () => {
  const world = await packed();
  const { shipment, userErrors } = await world.buy();
  expect(userErrors).toEqual([]);
  expect(shipment).toMatchObject({
    milestone: 'LABELLED',
    label: { state: 'ISSUED', charge: { minorUnits: '525', currencyCode: 'BRL' } },
  });
  expect(shipment?.parcels[0]?.trackingNumber).toMatch(/^AUR/);
  const again = await Promise.all([world.buy(), world.buy('another key')]);
  expect(again.map(({ shipment: one }) => one?.label?.id)).toEqual([
    shipment?.label?.id,
    shipment?.label?.id,
  ]);
  expect(await booked(world)).toHaveLength(1);
  expect(await count(world, 'label.charged')).toBe(1);
  const query = 'query ($id: ID!) { shipment(id: $id) { label { pdfBase64 } } }';
  const pdf = async (account: string) => {
    const { data } = await ask(subgraph, user(account), query, { id: world.shipment.id });
    return (data?.['shipment'] as { label: { pdfBase64: string } | null }).label?.pdfBase64;
  };
  const bytes = Buffer.from((await pdf(world.trade.sellerAccountId)) ?? '', 'base64');
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(await pdf(world.trade.buyerId)).toBeUndefined();
});

test('the answer is lost after booking: LABEL_PENDING, then the same label, booked and charged once', async () => {
  const world = await packed();
  await carrier.fault('POST /api/shipments', 'drop_after');
  const first = await world.buy();
  expect(first.shipment).toBeNull();
  expect(first.userErrors).toMatchObject([{ code: 'LABEL_PENDING', retryable: true }]);
  expect(await label(world)).toMatchObject({ state: 'AMBIGUOUS' });
  expect(await booked(world)).toHaveLength(1);
  const second = await world.buy();
  expect(second.userErrors).toEqual([]);
  expect(second.shipment?.label?.state).toBe('ISSUED');
  expect(await booked(world)).toHaveLength(1);
  expect(await count(world, 'label.charged')).toBe(1);
});

test('nobody asks again: the loop settles it after five seconds', async () => {
  const world = await packed();
  await carrier.fault('POST /api/shipments', 'drop_after');
  await world.buy();
  clock.advance(5 * SECOND);
  await labelIs(world, 'ISSUED');
  expect(await booked(world)).toHaveLength(1);
});

test('the request is lost before booking: looked for, not found, booked with the same reference', async () => {
  const world = await packed();
  await carrier.fault('POST /api/shipments', 'drop_before');
  expect((await world.buy()).userErrors[0]?.code).toBe('LABEL_PENDING');
  expect(await booked(world)).toHaveLength(0);
  expect((await world.buy()).shipment?.label?.state).toBe('ISSUED');
  expect(await booked(world)).toHaveLength(1);
  expect(await count(world, 'label.charged')).toBe(1);
});

test('the carrier hangs longer than we wait: the deadline ends the call, one label in the end', async () => {
  const world = await packed();
  await carrier.fault('POST /api/shipments', 'delay', { delayMs: 2_000 });
  expect((await world.buy()).userErrors[0]?.code).toBe('LABEL_PENDING');
  await until(async () => {
    clock.advance(SECOND);
    return (await label(world))?.state === 'ISSUED';
  }, 'the label');
  expect(await booked(world)).toHaveLength(1);
  expect(await count(world, 'label.charged')).toBe(1);
});

test('we die in the middle of the call: the lease ends, the booking is found', async () => {
  const world = await packed();
  await carrier.fault('POST /api/shipments', 'drop_after');
  await world.buy();
  const row = await label(world);
  // As a process leaves it that was killed between its call and its commit.
  await subgraph.db.query(
    `update "shippingLabel" set state = 'REQUESTED', "nextAttemptAt" = $2 where id = $1`,
    [row?.id, new Date(clock.now().getTime() + 15 * SECOND)],
  );
  expect((await world.buy()).userErrors[0]?.code).toBe('LABEL_PENDING');
  clock.advance(15 * SECOND);
  await labelIs(world, 'ISSUED');
  expect(await booked(world)).toHaveLength(1);
  expect(await count(world, 'label.charged')).toBe(1);
});

test('the carrier is down, refuses, or crashes: nothing is lost and nothing doubled', async () => {
  const down = await packed();
  await carrier.end('SIGKILL');
  expect((await down.buy()).userErrors).toMatchObject([
    { code: 'CARRIER_UNAVAILABLE', retryable: true },
  ]);
  await carrier.run();
  expect((await down.buy()).shipment?.label?.state).toBe('ISSUED');
  await carrier.crash();
  expect(await booked(down)).toHaveLength(1);

  const refused = await packed();
  await carrier.fault('POST /api/shipments', 'status', { status: 422 });
  expect((await refused.buy()).userErrors).toMatchObject([
    { code: 'LABEL_REFUSED', retryable: false },
  ]);
  expect((await refused.buy('a new try')).shipment?.label?.state).toBe('ISSUED');
}, 30_000);

test('the whole way by webhooks, doubled, reordered and reworded: each fact once', async () => {
  const world = await packed();
  await world.buy();
  await carrier.call('POST', '/sim/fault', {
    plan: ['duplicate', 'reorder', 'rename'].map((kind) => ({ kind, probability: 0.5 })),
  });
  const ref = (await label(world))?.carrierRef ?? '';
  await carrier.call('POST', `/sim/shipments/${ref}/run`, { to: 'DELIVERED' });
  await milestoneIs(world, 'DELIVERED');
  for (const once of ['shipment.shipped', 'shipment.delivered', 'shipment.created']) {
    expect([once, await count(world, once)]).toEqual([once, 1]);
  }
  const query =
    'query ($id: ID!) { shipment(id: $id) { timeline { code occurredAt place { city } } } }';
  const delivered = async () => {
    const { data } = await ask(subgraph, user(world.trade.buyerId), query, {
      id: world.shipment.id,
    });
    return (data?.['shipment'] as { timeline: { code: string }[] }).timeline.map(
      ({ code }) => code,
    );
  };
  await until(async () => (await delivered())[0] === 'PICKED_UP', 'the late webhooks');
  expect((await delivered()).at(-1)).toBe('DELIVERED');
}, 30_000);

test('webhooks that never come are mended by asking', async () => {
  const world = await packed();
  await world.buy();
  carrier.receive = () => Promise.resolve({ status: 500, body: '' });
  const ref = (await label(world))?.carrierRef ?? '';
  await carrier.call('POST', `/sim/shipments/${ref}/run`, { to: 'IN_TRANSIT' });
  clock.advance(2 * HOUR);
  await milestoneIs(world, 'IN_TRANSIT');
  const pulls = await subgraph.db.query(
    `select 1 from "carrierMessage" where transport = 'PULL' and outcome = 'APPLIED'`,
  );
  expect(pulls.length).toBeGreaterThan(0);
  expect(await count(world, 'shipment.shipped')).toBe(1);
}, 30_000);
