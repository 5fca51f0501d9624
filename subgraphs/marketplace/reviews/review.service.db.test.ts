import type { Viewer } from '#kernel/auth/viewer';
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

async function bought(viewer = buyer) {
  const offer = await trade.offer(shop);
  const { orders } = await trade.buy(viewer, [[offer, 1]]);
  const order = orders[0]!;
  const [line] = await trade.linesOf(order.id);
  const elsewhere = await Elsewhere.of(trade, order);
  await elsewhere.paid();
  return { order, line: line!, elsewhere };
}

const review = (viewer: Viewer, orderLineId: string, stars = 4, body: string | null = null) =>
  trade.at.context.reviews.create(viewer, { orderLineId, stars, title: 'Good', body });

test('only what was delivered can be reviewed, and a retracted delivery does not count', async () => {
  const { line, elsewhere } = await bought();
  await expect(review(buyer, line.id)).rejects.toMatchObject({ code: 'NOT_DELIVERED' });
  await elsewhere.shipped();
  await expect(review(buyer, line.id)).rejects.toMatchObject({ code: 'NOT_DELIVERED' });
  await elsewhere.delivered();
  trade.at.clock.advance(1_000);
  await elsewhere.retracted();
  await expect(review(buyer, line.id)).rejects.toMatchObject({ code: 'NOT_DELIVERED' });
  trade.at.clock.advance(1_000);
  await elsewhere.delivered();
  await expect(review(buyer, line.id)).resolves.toMatchObject({ stars: 4, state: 'PUBLISHED' });
});

test('a confirmed receipt is enough', async () => {
  const { order, line, elsewhere } = await bought();
  await elsewhere.shipped();
  await trade.at.context.orderDecisions.confirmReceipt(buyer, {
    orderId: order.id,
    idempotencyKey: trade.key,
  });
  await expect(review(buyer, line.id)).resolves.toMatchObject({ orderLineId: line.id });
});

test('one review per line however often it is sent; ratings and facts count it once', async () => {
  const before = await trade.at.db.first<{ ratingCount: number; ratingSum: number }>(
    'select "ratingCount", "ratingSum" from seller where id = $1',
    [shop.sellerId],
  );
  const { line, order, elsewhere } = await bought();
  await elsewhere.delivered();
  const results = await Promise.allSettled(
    [5, 5, 5, 5].map((stars) => review(buyer, line.id, stars)),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(
    await trade.at.db.first('select "ratingCount", "ratingSum" from seller where id = $1', [
      shop.sellerId,
    ]),
  ).toEqual({ ratingCount: before!.ratingCount + 1, ratingSum: before!.ratingSum + 5 });
  const { data } = await trade.at.ask(
    buyer,
    `{ product(id: "${line.productId}") { rating { average count }
         reviews(first: 5) { totalCount { count } nodes { stars title body productLine author { displayName } } } }
       order(id: "${order.id}") { lines { review { stars } } } }`,
  );
  expect(data).toEqual({
    product: {
      rating: { average: 5, count: 1 },
      reviews: {
        totalCount: { count: 1 },
        nodes: [
          {
            stars: 5,
            title: 'Good',
            body: null,
            productLine: line.title,
            author: { displayName: 'Someone' },
          },
        ],
      },
    },
    order: { lines: [{ review: { stars: 5 } }] },
  });
  const facts = (await trade.at.facts('review.published')).filter(
    ({ orderLineId }) => orderLineId === line.id,
  );
  expect(facts).toEqual([
    {
      orderId: order.id,
      sellerId: shop.sellerId,
      buyerId: buyer.accountId,
      orderLineId: line.id,
      productId: line.productId,
      stars: 5,
    },
  ]);
  const outbox = await trade.at.db.first<{ topics: string[] }>(
    `select topics from outbox where type = 'review.published' and data->>'orderLineId' = $1`,
    [line.id],
  );
  expect(outbox?.topics).toEqual([`order:${order.id}`]);
});

test('members of the seller cannot review what they bought of themselves', async () => {
  const { line, elsewhere } = await bought(shop.owner);
  await elsewhere.delivered();
  await expect(review(shop.owner, line.id)).rejects.toMatchObject({ code: 'REVIEW_LINKED' });
});

test('hostile text is stored plain, bad stars are refused', async () => {
  const { line, elsewhere } = await bought();
  await elsewhere.delivered();
  await expect(async () => review(buyer, line.id, 6)).rejects.toMatchObject({
    code: 'STARS_INVALID',
  });
  const made = await review(buyer, line.id, 1, 'a\u0000b\u202ec\nd');
  expect(made.body).toBe('abc\nd');
});
