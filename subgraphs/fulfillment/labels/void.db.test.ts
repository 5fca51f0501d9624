import { HOUR, ManualClock, MINUTE, SECOND } from '#kernel/clock/clock';
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
  buyLabel,
  createShipment,
  hear,
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

describe('cancelling a booked order', () => {
  const request = ({ trade: { orderId, sellerId, buyerId } }: World) =>
    hear(subgraph, 'order.cancellation_requested', {
      orderId,
      sellerId,
      buyerId,
      requestedBy: 'BUYER',
      reason: 'no longer needed',
    });

  test('not scanned yet: the carrier takes the label back first, then the order is cancelled', async () => {
    const world = await packed();
    await world.buy();
    await request(world);
    await labelIs(world, 'VOIDED');
    await milestoneIs(world, 'CANCELLED');
    expect((await booked(world))[0]?.status).toBe('VOIDED');
    expect(await count(world, 'fulfillment_order.cancelled')).toBe(1);
    expect(await count(world, 'label.refunded')).toBe(1);
  });

  test('scanned, though we have not heard of it: the carrier refuses, and so do we', async () => {
    const world = await packed();
    await world.buy();
    const heard = carrier.receive;
    carrier.receive = () => Promise.resolve({ status: 500, body: '' });
    const ref = (await label(world))?.carrierRef ?? '';
    await carrier.call('POST', `/sim/shipments/${ref}/run`, { to: 'IN_TRANSIT' });
    await request(world);
    await until(async () => (await count(world, 'fulfillment_order.cancel_refused')) > 0, 'a no');
    expect(await label(world)).toMatchObject({ state: 'ISSUED' });
    expect(await count(world, 'fulfillment_order.cancelled')).toBe(0);
    carrier.receive = heard;
  });

  test('while the booking is in doubt: found, taken back, cancelled', async () => {
    const world = await packed();
    await carrier.fault('POST /api/shipments', 'drop_after');
    await world.buy();
    await request(world);
    expect(await count(world, 'fulfillment_order.cancelled')).toBe(0);
    clock.advance(5 * SECOND);
    await until(async () => (await count(world, 'fulfillment_order.cancelled')) > 0, 'a yes');
    expect((await booked(world))[0]?.status).toBe('VOIDED');
  });

  test('the answer to the void is lost: asked again, refunded once', async () => {
    const world = await packed();
    await world.buy();
    const ref = (await label(world))?.carrierRef ?? '';
    await carrier.fault(`POST /api/shipments/${ref}/void`, 'drop_after');
    await request(world);
    await until(async () => {
      clock.advance(SECOND);
      return (await label(world))?.state === 'VOIDED';
    }, 'the void');
    expect(await count(world, 'label.refunded')).toBe(1);
    expect(clock.now().getTime() - Date.now()).toBeLessThan(24 * HOUR + MINUTE);
  });
});
