import { DAY, ManualClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { startFulfillment } from '../fulfillment.main';
import {
  type MadeShipment,
  type Trade,
  WEBHOOK_SECRET,
  anonymous,
  apiKey,
  ask,
  buyLabel,
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

describe('who may', () => {
  let trade: Trade;
  let fulfillmentOrderId: string;
  let shipment: MadeShipment;
  const other = newTrade([1]);

  beforeAll(async () => {
    await openOrder(subgraph, other);
    trade = newTrade([9]);
    fulfillmentOrderId = await openOrder(subgraph, trade);
    const made = await createShipment(subgraph, seller(trade), {
      fulfillmentOrderId,
      lines: [{ orderLineId: trade.lineIds[0], quantity: 1 }],
    });
    if (made.shipment === null) throw new Error('no shipment');
    shipment = made.shipment;
  });

  const viewers = () => ({
    seller: seller(trade),
    'key with write': apiKey([trade.sellerId], ['fulfillment:write'], trade.buyerId),
    'key with read': apiKey([trade.sellerId], ['fulfillment:read'], trade.sellerAccountId),
    'key with other scopes': apiKey([trade.sellerId], ['orders:write'], trade.sellerAccountId),
    'key of another seller': apiKey([other.sellerId], ['fulfillment:write'], trade.sellerAccountId),
    buyer: user(trade.buyerId),
    operator: user(other.buyerId, 'OPERATOR'),
    stranger: user(other.buyerId),
    'another seller': seller(other),
    nobody: anonymous(),
  });
  type Who = keyof ReturnType<typeof viewers>;
  const each = async (run: (who: Who) => Promise<string>): Promise<string[]> => {
    const lines: string[] = [];
    for (const who of Object.keys(viewers()) as Who[]) lines.push(`${who}: ${await run(who)}`);
    return lines;
  };
  const outcome = async (who: Who, mutation: string, input: Record<string, unknown>) => {
    const type = mutation.charAt(0).toUpperCase() + mutation.slice(1);
    const query = `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { userErrors { code } } }`;
    const answer = await ask(subgraph, viewers()[who], query, {
      input: { ...input, idempotencyKey: `k-${who}` },
    });
    const code = answer.errors?.[0]?.extensions?.['code'];
    if (typeof code === 'string') return code;
    const { userErrors } = answer.data?.[mutation] as { userErrors: { code: string }[] };
    return userErrors[0]?.code ?? 'done';
  };

  test.each([
    ['shipmentCreate', 'FULFILLMENT_ORDER_NOT_FOUND', 'done'],
    ['fulfillmentOrderAccept', 'FULFILLMENT_ORDER_NOT_FOUND', 'done'],
    ['shipmentLabelBuy', 'SHIPMENT_NOT_FOUND', 'CARRIER_UNAVAILABLE'],
  ])('%s', async (mutation, hidden, done) => {
    const input = {
      shipmentCreate: {
        fulfillmentOrderId,
        lines: [{ orderLineId: trade.lineIds[0], quantity: 1 }],
      },
      fulfillmentOrderAccept: { fulfillmentOrderId },
      shipmentLabelBuy: { shipmentId: shipment.id },
    }[mutation];
    expect(await each((who) => outcome(who, mutation, input ?? {}))).toEqual([
      `seller: ${done}`,
      `key with write: ${done}`,
      'key with read: FORBIDDEN',
      'key with other scopes: FORBIDDEN',
      `key of another seller: ${hidden}`,
      'buyer: FORBIDDEN',
      'operator: FORBIDDEN',
      `stranger: ${hidden}`,
      `another seller: ${hidden}`,
      'nobody: UNAUTHENTICATED',
    ]);
  });

  test('reading: root fields and references agree, the address is for buyer and seller, the label for the seller', async () => {
    const query = `query ($ful: ID!, $shp: ID!, $refs: [_Any!]!) {
      fulfillmentOrder(id: $ful) { id shipTo { street } actions { action } }
      shipment(id: $shp) { id label { id } }
      _entities(representations: $refs) {
        ... on Order { id shipments { id } fulfillmentOrders { id } }
        ... on Shipment { id }
        ... on FulfillmentOrder { id }
      }
    }`;
    const variables = {
      ful: fulfillmentOrderId,
      shp: shipment.id,
      refs: [
        { __typename: 'Order', id: trade.orderId },
        { __typename: 'Shipment', id: shipment.id },
        { __typename: 'FulfillmentOrder', id: fulfillmentOrderId },
      ],
    };
    interface Seen {
      fulfillmentOrder: { shipTo: object | null; actions: object[] } | null;
      shipment: { label: object | null } | null;
      _entities: (object | null)[];
    }
    const seen = await each(async (who) => {
      const { data, errors } = await ask(subgraph, viewers()[who], query, variables);
      expect(errors).toBeUndefined();
      const { fulfillmentOrder, shipment: shown, _entities } = data as unknown as Seen;
      const known = [fulfillmentOrder, shown, ..._entities].map((one) => one !== null);
      expect(new Set(known).size).toBe(1);
      if (fulfillmentOrder === null) return 'nothing';
      return [
        'all',
        ...(fulfillmentOrder.shipTo === null ? [] : ['address']),
        ...(shown?.label == null ? [] : ['label']),
        ...(fulfillmentOrder.actions.length === 0 ? [] : ['actions']),
      ].join(' ');
    });
    expect(seen).toEqual([
      'seller: all address label actions',
      'key with write: nothing',
      'key with read: all address label actions',
      'key with other scopes: nothing',
      'key of another seller: nothing',
      'buyer: all address',
      'operator: all',
      'stranger: nothing',
      'another seller: nothing',
      'nobody: nothing',
    ]);
  });
});
