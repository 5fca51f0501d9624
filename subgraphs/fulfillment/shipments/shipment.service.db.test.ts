import { DAY, ManualClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { startFulfillment } from '../fulfillment.main';
import {
  type Trade,
  WEBHOOK_SECRET,
  createShipment,
  hear,
  newTrade,
  openOrder,
  told,
  user,
} from '../testing/trade';
import { isSscc } from './sscc.rules';

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

describe('opening', () => {
  test('placed, then funded: open, to be handed over after the longest handling time', async () => {
    const trade = newTrade([1, 2]);
    await hear(subgraph, 'order.placed', trade.placed);
    expect(await state(trade)).toBe('AWAITING_FUNDS');
    await hear(subgraph, 'escrow.funded', trade.funded);
    expect(await state(trade)).toBe('OPEN');
    const [opened] = await toldOf(trade);
    expect(opened).toMatchObject({
      type: 'fulfillment_order.opened',
      data: { shipBy: new Date(START.getTime() + 2 * DAY).toISOString() },
    });
    expect(opened?.topics).toContain(`order:${trade.orderId}`);
  });

  test('funded first is kept; everything twice changes nothing', async () => {
    const trade = newTrade([1]);
    await hear(subgraph, 'escrow.funded', trade.funded);
    expect(await state(trade)).toBe('AWAITING_FUNDS');
    await hear(subgraph, 'order.placed', trade.placed);
    await hear(subgraph, 'order.placed', trade.placed);
    await hear(subgraph, 'escrow.funded', trade.funded);
    expect(await state(trade)).toBe('OPEN');
    expect(await toldOf(trade)).toHaveLength(1);
  });

  test('an order that expired before it was paid is never opened', async () => {
    const trade = newTrade([1]);
    const { orderId, sellerId, buyerId } = trade;
    await hear(subgraph, 'order.expired', { orderId, sellerId, buyerId });
    await hear(subgraph, 'order.placed', trade.placed);
    await hear(subgraph, 'escrow.funded', trade.funded);
    expect(await state(trade)).toBe('CANCELLED');
    expect((await toldOf(trade)).map(({ type }) => type)).toEqual(['fulfillment_order.progressed']);
  });
});

describe('shipmentCreate', () => {
  test('packs what is open into one box with a valid SSCC, and the order is in progress', async () => {
    const trade = newTrade([1, 2]);
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const { shipment, userErrors } = await createShipment(subgraph, seller(trade), {
      fulfillmentOrderId,
    });
    expect(userErrors).toEqual([]);
    expect(shipment).toMatchObject({
      milestone: 'CREATED',
      parcels: [{ trackingNumber: null, weightG: 750 }],
      lines: [{ quantity: 1 }, { quantity: 2 }],
    });
    expect(isSscc(shipment?.parcels[0]?.sscc ?? '')).toBe(true);
    expect(await state(trade)).toBe('IN_PROGRESS');
    const [created] = await toldOf(trade, 'shipment.created');
    expect(created?.topics).toEqual([`shipment:${shipment?.id ?? ''}`, `order:${trade.orderId}`]);
    const again = await createShipment(subgraph, seller(trade), { fulfillmentOrderId });
    expect(again.userErrors).toMatchObject([{ code: 'QUANTITY_EXCEEDS_OPEN', field: ['lines'] }]);
  });

  test('parts of a line, one after the other; the same key gives the same shipment', async () => {
    const trade = newTrade([3]);
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const lines = [{ orderLineId: trade.lineIds[0], quantity: 2 }];
    const make = (quantity: number, idempotencyKey: string) =>
      createShipment(subgraph, seller(trade), {
        fulfillmentOrderId,
        idempotencyKey,
        lines: [{ ...lines[0], quantity }],
      });
    const first = await make(2, 'k1');
    expect((await make(2, 'k1')).shipment?.id).toBe(first.shipment?.id);
    expect((await make(1, 'k1')).userErrors[0]?.code).toBe('IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
    expect((await make(2, 'k2')).userErrors).toEqual([
      { code: 'QUANTITY_EXCEEDS_OPEN', field: ['lines', '0'], retryable: false },
    ]);
    expect((await make(1, 'k3')).shipment).not.toBeNull();
    expect(await toldOf(trade, 'shipment.created')).toHaveLength(2);
  });

  test('20 race for one unit: one shipment, 19 refusals', async () => {
    const trade = newTrade([1]);
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        createShipment(subgraph, seller(trade), { fulfillmentOrderId }),
      ),
    );
    expect(results.filter(({ shipment }) => shipment !== null)).toHaveLength(1);
    const codes = results.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toEqual(Array.from({ length: 19 }, () => 'QUANTITY_EXCEEDS_OPEN'));
    const [line] = await subgraph.db.query<{ allocated: number }>(
      'select allocated from "fulfillmentOrderLine" where "fulfillmentOrderId" = $1',
      [fulfillmentOrderId],
    );
    expect(line?.allocated).toBe(1);
  });

  test('is refused before the money is there, for a service that nobody offers, and for foreign lines', async () => {
    const trade = newTrade([1]);
    await openOrder(subgraph, trade);
    const unpaid = newTrade([1]);
    await hear(subgraph, 'order.placed', { ...unpaid.placed, sellerId: trade.sellerId });
    const row = await subgraph.db.first<{ id: string }>(
      'select id from "fulfillmentOrder" where "orderId" = $1',
      [unpaid.orderId],
    );
    const early = await createShipment(subgraph, seller(trade), { fulfillmentOrderId: row?.id });
    expect(early.userErrors[0]?.code).toBe('FULFILLMENT_ORDER_NOT_OPEN');
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const teleport = { fulfillmentOrderId, service: 'TELEPORT' };
    const far = await createShipment(subgraph, seller(trade), teleport);
    expect(far.userErrors[0]?.code).toBe('SERVICE_NOT_OFFERED');
    const lines = [{ orderLineId: unpaid.lineIds[0], quantity: 1 }];
    const foreign = await createShipment(subgraph, seller(trade), { fulfillmentOrderId, lines });
    expect(foreign.userErrors[0]?.code).toBe('ORDER_LINE_NOT_FOUND');
  });
});
