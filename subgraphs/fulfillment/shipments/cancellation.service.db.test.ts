import { ManualClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { startFulfillment } from '../fulfillment.main';
import {
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

const START = new Date('2026-03-01T12:00:00Z');
const clock = new ManualClock(START);
let subgraph: Subgraph;
let close: () => Promise<void>;

beforeAll(async () => {
  const test = await openTestDatabase('fulfillment', clock);
  close = test.close;
  subgraph = await startFulfillment(
    { db: test.db, clock, log: silentLogger() },
    // Nothing listens there: these tests end before the carrier is needed.
    {
      carriers: {
        aurora: { url: 'http://127.0.0.1:9', apiKey: 'sk_x', webhookSecret: WEBHOOK_SECRET },
      },
    },
  );
});
afterAll(() => close());

const seller = (trade: Trade) => user(trade.sellerAccountId);
const state = async (trade: Trade) =>
  (
    await subgraph.db.first<{ state: string; shipBy: Date | null }>(
      'select state, "shipBy" from "fulfillmentOrder" where "orderId" = $1',
      [trade.orderId],
    )
  )?.state;
const toldOf = async (trade: Trade, type?: string) =>
  (await told(subgraph)).filter(
    (one) => one.data['orderId'] === trade.orderId && (type === undefined || one.type === type),
  );

describe('cancelling', () => {
  const request = (trade: Trade, reason = 'changed my mind') => {
    const { orderId, sellerId, buyerId } = trade;
    return hear(subgraph, 'order.cancellation_requested', {
      orderId,
      sellerId,
      buyerId,
      requestedBy: 'BUYER',
      reason,
    });
  };

  test('with nothing booked: at once, with its shipments; nothing can be made of it any more', async () => {
    const trade = newTrade([1]);
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const { shipment } = await createShipment(subgraph, seller(trade), { fulfillmentOrderId });
    await request(trade);
    expect(await state(trade)).toBe('CANCELLED');
    const [answer] = await toldOf(trade, 'fulfillment_order.cancelled');
    expect(answer?.data).toMatchObject({ reason: 'changed my mind', fulfillmentOrderId });
    const [row] = await subgraph.db.query('select milestone from shipment where id = $1', [
      shipment?.id,
    ]);
    expect(row).toEqual({ milestone: 'CANCELLED' });
    const more = await createShipment(subgraph, seller(trade), { fulfillmentOrderId });
    expect(more.userErrors[0]?.code).toBe('FULFILLMENT_ORDER_NOT_OPEN');
    const label = await buyLabel(subgraph, seller(trade), shipment?.id ?? '');
    expect(label.userErrors[0]?.code).toBe('SHIPMENT_NOT_LABELLABLE');
  });

  test('before we heard of the order at all', async () => {
    const trade = newTrade([1]);
    await request(trade);
    await openOrder(subgraph, trade);
    expect(await state(trade)).toBe('CANCELLED');
    expect((await toldOf(trade)).map(({ type }) => type)).toEqual(['fulfillment_order.cancelled']);
    await request(trade); // asked again: answered again
    expect(await toldOf(trade, 'fulfillment_order.cancelled')).toHaveLength(2);
  });

  test('a label that the carrier never took is simply dropped', async () => {
    const trade = newTrade([1]);
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const { shipment } = await createShipment(subgraph, seller(trade), { fulfillmentOrderId });
    const bought = await buyLabel(subgraph, seller(trade), shipment?.id ?? '');
    expect(bought.userErrors).toMatchObject([{ code: 'CARRIER_UNAVAILABLE', retryable: true }]);
    await request(trade);
    expect(await state(trade)).toBe('CANCELLED');
    const [label] = await subgraph.db.query(
      'select state, "nextAttemptAt" from "shippingLabel" where "shipmentId" = $1',
      [shipment?.id],
    );
    expect(label).toEqual({ state: 'FAILED', nextAttemptAt: null });
  });

  test('an order cancelled by its owner ends without an answer', async () => {
    const trade = newTrade([1]);
    await openOrder(subgraph, trade);
    const { orderId, sellerId, buyerId } = trade;
    const cancelled = { orderId, sellerId, buyerId, fault: 'BUYER', reason: 'x' } as const;
    await hear(subgraph, 'order.cancelled', cancelled);
    await hear(subgraph, 'order.cancelled', cancelled);
    expect((await toldOf(trade)).map(({ type }) => type)).toEqual([
      'fulfillment_order.opened',
      'fulfillment_order.progressed',
    ]);
  });
});
