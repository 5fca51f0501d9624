import fc from 'fast-check';
import type { Viewer } from '#kernel/auth/viewer';
import type { OfferId } from '#contracts/ids';
import { keyOf } from '../testing/catalogue.fixture';
import { Elsewhere, type Shop, TradeFixture } from '../testing/trade.fixture';
import type { OrderRow } from './order.entity';

let trade: TradeFixture;
let shop: Shop;
let buyer: Viewer;
beforeAll(async () => {
  trade = await TradeFixture.open();
  shop = await trade.at.shop();
  buyer = await trade.at.person();
});
afterAll(() => trade.close());

async function placed(stock = 5, quantity = 2) {
  const offer = await trade.offer(shop, stock);
  const { orders } = await trade.buy(buyer, [[offer, quantity]]);
  const order = orders[0]!;
  return { offer, order, elsewhere: await Elsewhere.of(trade, order) };
}

const cancel = (viewer: Viewer, { id: orderId }: OrderRow, idempotencyKey = trade.key) =>
  trade.at.context.orderDecisions.cancel(viewer, { orderId, reason: 'changed', idempotencyKey });
const confirmReceipt = (viewer: Viewer, { id: orderId }: OrderRow) =>
  trade.at.context.orderDecisions.confirmReceipt(viewer, { orderId, idempotencyKey: trade.key });

test('a whole life: each visible change is one fact, and the stock leaves when it ships', async () => {
  const { offer, order, elsewhere } = await placed();
  await elsewhere.paid();
  await elsewhere.opened();
  expect(await trade.stock(offer)).toEqual({ onHand: 5, reserved: 2 });
  await elsewhere.shipped();
  expect(await trade.stock(offer)).toEqual({ onHand: 3, reserved: 0 });
  await elsewhere.delivered();
  await elsewhere.released();
  expect(await trade.order(order.id)).toMatchObject({
    status: 'COMPLETED',
    paymentStatus: 'PAID',
    escrowStatus: 'RELEASED',
    fulfillmentStatus: 'DELIVERED',
    version: 7,
  });
  expect(await trade.told(order.id)).toEqual([
    'order.placed',
    'order.progressed',
    'order.confirmed',
    'order.progressed',
    'order.progressed',
    'order.progressed',
    'order.completed',
  ]);
  const timeline = await trade.at.db.query<{ detail: string | null }>(
    'select detail from "orderEvent" where "orderId" = $1 order by version',
    [order.id],
  );
  expect(timeline.map(({ detail }) => detail)).toEqual([
    null,
    'paymentStatus PAID',
    null,
    'fulfillmentStatus IN_PROGRESS',
    'fulfillmentStatus SHIPPED',
    'fulfillmentStatus DELIVERED',
    'KEPT',
  ]);
});

test('facts in any order, some twice, several at once: one end and one order.completed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(1_000)), async (random) => {
      const { offer, order, elsewhere } = await placed();
      const tell = [
        () => elsewhere.paid(),
        () => elsewhere.opened(),
        () => elsewhere.shipped(),
        () => elsewhere.delivered(),
        () => elsewhere.released(500n),
        () => elsewhere.released(0n),
        () => elsewhere.released(0n),
        () => elsewhere.delivered(),
      ]
        .map((run) => ({ run, at: random.next().value as number }))
        .sort((a, b) => a.at - b.at);
      await Promise.all(tell.map(({ run }) => run()));
      expect(await trade.order(order.id)).toMatchObject({
        status: 'COMPLETED',
        paymentStatus: 'PAID',
        escrowStatus: 'RELEASED',
        fulfillmentStatus: 'DELIVERED',
      });
      const told = await trade.told(order.id);
      expect(told.filter((type) => type === 'order.completed')).toHaveLength(1);
      expect(told.filter((type) => type === 'order.confirmed').length).toBeLessThanOrEqual(1);
      expect(await trade.stock(offer)).toEqual({ onHand: 3, reserved: 0 });
    }),
    { numRuns: 15 },
  );
});

test('not paid in time: expired, and the stock is back', async () => {
  const { offer, order, elsewhere } = await placed();
  await elsewhere.expired();
  await elsewhere.expired();
  expect(await trade.order(order.id)).toMatchObject({ status: 'EXPIRED' });
  expect(await trade.told(order.id)).toEqual(['order.placed', 'order.expired']);
  expect(await trade.stock(offer)).toEqual({ onHand: 5, reserved: 0 });
});

test('cancelling before payment is at once, by either side and with the right fault', async () => {
  for (const [viewer, fault] of [
    [buyer, 'BUYER'],
    [shop.owner, 'SELLER'],
    [await trade.at.person(['OPERATOR']), 'PLATFORM'],
  ] as const) {
    const { offer, order } = await placed();
    await cancel(viewer, order);
    expect(await trade.order(order.id)).toMatchObject({
      status: 'CANCELLED',
      cancellationStatus: 'GRANTED',
    });
    expect((await trade.at.facts('order.cancelled')).at(-1)).toMatchObject({
      orderId: order.id,
      fault,
      reason: 'changed',
    });
    expect(await trade.stock(offer)).toEqual({ onHand: 5, reserved: 0 });
  }
});

test('a payment that comes after the cancellation is seen, but revives nothing', async () => {
  const { offer, order, elsewhere } = await placed();
  await cancel(buyer, order);
  await elsewhere.paid();
  await elsewhere.refunded();
  expect(await trade.order(order.id)).toMatchObject({
    status: 'CANCELLED',
    paymentStatus: 'REFUNDED',
    escrowStatus: 'REFUNDED',
  });
  expect(await trade.stock(offer)).toEqual({ onHand: 5, reserved: 0 });
});

test('cancelling after payment asks; granted: cancelled, stock back, refund follows', async () => {
  const { offer, order, elsewhere } = await placed();
  await elsewhere.paid();
  await cancel(buyer, order);
  expect(await trade.order(order.id)).toMatchObject({
    status: 'CONFIRMED',
    cancellationStatus: 'REQUESTED',
  });
  await expect(cancel(shop.owner, order)).rejects.toMatchObject({ code: 'CANCELLATION_PENDING' });
  await elsewhere.cancelGranted();
  await elsewhere.cancelGranted();
  await elsewhere.refunded();
  expect(await trade.order(order.id)).toMatchObject({
    status: 'CANCELLED',
    paymentStatus: 'REFUNDED',
  });
  expect(await trade.told(order.id)).toEqual([
    'order.placed',
    'order.progressed',
    'order.confirmed',
    'order.cancellation_requested',
    'order.cancelled',
    'order.progressed',
  ]);
  expect(await trade.stock(offer)).toEqual({ onHand: 5, reserved: 0 });
});

test('refused: the order goes on, and one may ask again', async () => {
  const { order, elsewhere } = await placed();
  await elsewhere.paid();
  await cancel(shop.owner, order);
  await elsewhere.cancelRefused();
  expect(await trade.order(order.id)).toMatchObject({
    status: 'CONFIRMED',
    cancellationStatus: 'REFUSED',
  });
  expect((await trade.at.facts('order.cancellation_refused')).at(-1)).toMatchObject({
    orderId: order.id,
    reason: 'already scanned',
  });
  await cancel(buyer, order);
  expect(await trade.order(order.id)).toMatchObject({ cancellationStatus: 'REQUESTED' });
  await elsewhere.shipped();
  await expect(cancel(buyer, order)).rejects.toMatchObject({ code: 'ORDER_NOT_CANCELLABLE' });
});

test('a seller who does not ship: the platform asks, and the fault is the seller’s', async () => {
  const { order, elsewhere } = await placed();
  await elsewhere.paid();
  await elsewhere.shipOverdue();
  await elsewhere.shipOverdue();
  expect((await trade.at.facts('order.cancellation_requested')).at(-1)).toMatchObject({
    orderId: order.id,
    requestedBy: 'SYSTEM',
  });
  await elsewhere.cancelGranted();
  expect((await trade.at.facts('order.cancelled')).at(-1)).toMatchObject({
    orderId: order.id,
    fault: 'SELLER',
  });
  const shippedOne = await placed();
  await shippedOne.elsewhere.paid();
  await shippedOne.elsewhere.shipped();
  await shippedOne.elsewhere.shipOverdue();
  expect(await trade.order(shippedOne.order.id)).toMatchObject({ cancellationStatus: 'NONE' });
});

test('cancel against payment at the same instant: both are kept, none is lost', async () => {
  for (let round = 0; round < 5; round++) {
    const { order, elsewhere } = await placed();
    await Promise.allSettled([cancel(buyer, order), elsewhere.funded(), cancel(shop.owner, order)]);
    const after = await trade.order(order.id);
    expect(after.escrowStatus).toBe('HELD');
    expect([
      ['CANCELLED', 'GRANTED'],
      ['CONFIRMED', 'REQUESTED'],
    ]).toContainEqual([after.status, after.cancellationStatus]);
  }
});

test('the same key cancels once and answers the same', async () => {
  const { order } = await placed();
  const key = trade.key;
  const answers = await Promise.all([1, 2, 3].map(() => cancel(buyer, order, key)));
  expect(new Set(answers)).toEqual(new Set([order.id]));
  expect(await trade.told(order.id)).toEqual(['order.placed', 'order.cancelled']);
});

test('confirming the receipt needs money held and goods shipped, and is the buyer’s alone', async () => {
  const { order, elsewhere } = await placed();
  await expect(confirmReceipt(buyer, order)).rejects.toMatchObject({ code: 'ESCROW_NOT_FUNDED' });
  await elsewhere.paid();
  await expect(confirmReceipt(buyer, order)).rejects.toMatchObject({ code: 'NOT_SHIPPED' });
  await elsewhere.shipped();
  await expect(confirmReceipt(shop.owner, order)).rejects.toMatchObject({
    code: 'FORBIDDEN_FOR_PARTY',
  });
  await Promise.all([confirmReceipt(buyer, order), confirmReceipt(buyer, order)]);
  await confirmReceipt(buyer, order);
  await elsewhere.released();
  await elsewhere.released();
  expect(await trade.order(order.id)).toMatchObject({
    status: 'COMPLETED',
    fulfillmentStatus: 'SHIPPED',
  });
  expect((await trade.told(order.id)).slice(-2)).toEqual([
    'order.receipt_confirmed',
    'order.completed',
  ]);
});

test('stock leaves line by line and shipment by shipment', async () => {
  const [one, two] = [await trade.offer(shop, 9), await trade.offer(shop, 9)];
  const { orders } = await trade.buy(buyer, [
    [one, 3],
    [two, 1],
  ]);
  const order = orders[0]!;
  const elsewhere = await Elsewhere.of(trade, order);
  const lineOf = async (offer: OfferId) =>
    (await trade.linesOf(order.id)).find(({ offerId }) => offerId === offer)!.id;
  const first = [{ orderLineId: await lineOf(one), quantity: 2 }];
  await elsewhere.paid();
  await elsewhere.shipped(first, false);
  await elsewhere.shipped(first, false);
  expect(await trade.stock(one)).toEqual({ onHand: 7, reserved: 1 });
  expect(await trade.stock(two)).toEqual({ onHand: 9, reserved: 1 });
  expect(await trade.order(order.id)).toMatchObject({ fulfillmentStatus: 'PARTIALLY_SHIPPED' });
  const rest = [
    { orderLineId: await lineOf(one), quantity: 1 },
    { orderLineId: await lineOf(two), quantity: 1 },
  ];
  const second = (await Elsewhere.of(trade, order)).shipmentId;
  await elsewhere.shipped(rest, true, second);
  expect(await trade.stock(one)).toEqual({ onHand: 6, reserved: 0 });
  expect(await trade.stock(two)).toEqual({ onHand: 8, reserved: 0 });
  expect(await trade.order(order.id)).toMatchObject({ fulfillmentStatus: 'SHIPPED' });
});

test('refunded in full without shipping: completed as REFUNDED, stock back', async () => {
  const { offer, order, elsewhere } = await placed();
  await elsewhere.paid();
  await elsewhere.refunded();
  expect((await trade.at.facts('order.completed')).at(-1)).toMatchObject({
    orderId: order.id,
    outcome: 'REFUNDED',
  });
  expect(await trade.stock(offer)).toEqual({ onHand: 5, reserved: 0 });
});

test('lists: the buyer’s, and the seller’s for its members and keys, paged both ways', async () => {
  const fresh = await trade.at.person();
  const other = await trade.at.shop();
  const offer = await trade.offer(other, 9);
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.unshift((await trade.buy(fresh, [[offer, 1]])).orders[0]!.id);
  const list = async (viewer: Viewer, args: string) => {
    const { data, errors } = await trade.at.ask(
      viewer,
      `{ orders(${args}) { nodes { id } pageInfo { hasNextPage endCursor startCursor } } }`,
    );
    type Page = { nodes: { id: string }[]; pageInfo: Record<string, string | boolean> };
    const page = data?.['orders'] as Page | null;
    return {
      ids: page?.nodes.map(({ id }) => id),
      page: page?.pageInfo,
      code: errors?.[0]?.extensions?.['code'],
    };
  };
  const first = await list(fresh, 'first: 3');
  expect(first.ids).toEqual(made.slice(0, 3));
  expect(first.page?.['hasNextPage']).toBe(true);
  const rest = await list(fresh, `first: 3, after: "${String(first.page?.['endCursor'])}"`);
  expect(rest.ids).toEqual(made.slice(3));
  const back = await list(fresh, `last: 2, before: "${String(rest.page?.['startCursor'])}"`);
  expect(back.ids).toEqual(made.slice(1, 3));
  const selling = `as: SELLER, sellerId: "${other.sellerId}"`;
  expect((await list(other.owner, selling)).ids).toEqual(made);
  expect((await list(keyOf(other.sellerId, ['orders:read']), selling)).ids).toEqual(made);
  expect((await list(keyOf(other.sellerId, ['catalogue:read']), selling)).code).toBe('FORBIDDEN');
  expect((await list(shop.owner, selling)).code).toBe('FORBIDDEN');
  expect((await list(shop.owner, 'as: BUYER')).ids).toEqual([]);
  expect((await list(keyOf(other.sellerId, ['*']), 'as: BUYER')).code).toBe('FORBIDDEN');
});
