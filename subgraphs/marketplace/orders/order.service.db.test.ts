import type { Viewer } from '#kernel/auth/viewer';
import { Elsewhere } from '../testing/elsewhere.fixture';
import { type Shop, TradeFixture } from '../testing/trade.fixture';
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
