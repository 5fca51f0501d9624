import fc from 'fast-check';
import type { Viewer } from '#kernel/auth/viewer';
import { type OfferId, disputeIds } from '#contracts/ids';
import { Elsewhere } from '../testing/elsewhere.fixture';
import { type Shop, TradeFixture } from '../testing/trade.fixture';

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

test('a dispute is an axis of its own: the order ends when it does, and hearing it late changes nothing', async () => {
  const { order, elsewhere } = await placed();
  const disputeId = disputeIds.create();
  await elsewhere.paid();
  await elsewhere.shipped();
  await elsewhere.delivered();
  await elsewhere.disputed(disputeId, ['OPEN']);
  await elsewhere.released();
  expect(await trade.order(order.id)).toMatchObject({ status: 'CONFIRMED', disputeStatus: 'OPEN' });
  await elsewhere.disputed(disputeId, ['DECIDED']);
  expect(await trade.order(order.id)).toMatchObject({
    status: 'CONFIRMED',
    disputeStatus: 'DECIDED',
  });
  await elsewhere.disputed(disputeId, ['CLOSED', 'OPEN']);
  expect(await trade.order(order.id)).toMatchObject({
    status: 'COMPLETED',
    disputeStatus: 'CLOSED',
  });
  const timeline = await trade.at.db.query<{ detail: string | null }>(
    `select detail from "orderEvent" where "orderId" = $1 and detail like 'dispute%' order by version`,
    [order.id],
  );
  expect(timeline.map(({ detail }) => detail)).toEqual([
    'disputeStatus OPEN',
    'disputeStatus DECIDED',
  ]);
});
