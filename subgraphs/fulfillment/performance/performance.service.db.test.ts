import { DAY, HOUR, ManualClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { startFulfillment } from '../fulfillment.main';
import { Bench } from '../testing/bench';
import { type Trade, WEBHOOK_SECRET, anonymous, ask, newTrade } from '../testing/trade';

const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
let bench: Bench;
let subgraph: Subgraph;
let close: () => Promise<void>;

beforeAll(async () => {
  const test = await openTestDatabase('fulfillment', clock);
  const carrier = { url: 'http://127.0.0.1:9', apiKey: 'k', webhookSecret: WEBHOOK_SECRET };
  subgraph = await startFulfillment(
    { db: test.db, clock, log: silentLogger() },
    { carriers: { aurora: carrier } },
  );
  bench = new Bench(subgraph, clock);
  for (const loop of subgraph.loops) loop.start();
  close = async () => {
    await Promise.all(subgraph.loops.map((loop) => loop.stop()));
    await test.close();
  };
});
afterAll(() => close());

/** Another trade with a seller that is known already. Its handling time is one day. */
function tradeWith({ sellerId, sellerAccountId }: Trade): Trade {
  const trade = newTrade([1]);
  return {
    ...trade,
    sellerId,
    sellerAccountId,
    placed: { ...trade.placed, sellerId },
    funded: { ...trade.funded, sellerId },
  };
}

/** Packs a trade and hands it over so many milliseconds after it was opened. */
async function handedOver(trade: Trade, afterMs: number) {
  const packed = await bench.packed(trade);
  clock.advance(afterMs);
  await bench.scan(packed, 'PU', 0);
  return packed;
}

/** What somebody who is not signed in gets, by seller, as the gateway asks for it. */
async function performances(...sellerIds: string[]) {
  const { data, errors } = await ask(
    subgraph,
    anonymous(),
    `query ($refs: [_Any!]!) {
      _entities(representations: $refs) {
        ... on Seller {
          id
          shippingPerformance {
            shippedCount deliveredCount onTimeHandoverRate medianHandoverHours
          }
        }
      }
    }`,
    { refs: sellerIds.map((id) => ({ __typename: 'Seller', id })) },
  );
  expect(errors).toBeUndefined();
  const sellers = data?.['_entities'] as { id: string; shippingPerformance: object | null }[];
  expect(sellers.map(({ id }) => id)).toEqual(sellerIds);
  return sellers.map(({ shippingPerformance }) => shippingPerformance);
}

test('nothing until a carrier has something; a packed box is not shipped', async () => {
  const { trade } = await bench.packed();
  expect(await performances(trade.sellerId, newTrade().sellerId)).toEqual([null, null]);
});

test('handed over at the last moment is on time, a second later is late; the carrier’s weeks do not count', async () => {
  const seller = newTrade([1]);
  const slow = await handedOver(seller, DAY);
  await handedOver(tradeWith(seller), 2 * HOUR);
  await handedOver(tradeWith(seller), DAY + 1_000);
  await bench.packed(tradeWith(seller)); // still with the seller
  clock.advance(20 * DAY);
  await bench.scan(slow, 'DL', 0);
  expect(await performances(seller.sellerId)).toEqual([
    {
      shippedCount: 3,
      deliveredCount: 1,
      onTimeHandoverRate: '0.6666',
      medianHandoverHours: 24,
    },
  ]);
});

test('goods that come back or replace others are no handover of the order', async () => {
  const { trade } = await handedOver(newTrade([1]), HOUR);
  const { shipment } = await handedOver(tradeWith(trade), 3 * DAY);
  const one = { shippedCount: 1, onTimeHandoverRate: '1.0000', medianHandoverHours: 1 };
  for (const direction of ['RETURN', 'REPLACEMENT']) {
    await subgraph.db.query('update shipment set direction = $2 where id = $1', [
      shipment.id,
      direction,
    ]);
    expect(await performances(trade.sellerId)).toMatchObject([one]);
  }
});

test('a page of sellers is one statement, and each gets its own figures', async () => {
  const fast = newTrade([1]);
  const late = newTrade([1]);
  await handedOver(fast, HOUR);
  await handedOver(late, 3 * DAY);
  const asked = jest.spyOn(subgraph.db, 'query');
  try {
    const pages = await performances(late.sellerId, newTrade().sellerId, fast.sellerId);
    expect(pages).toMatchObject([
      { onTimeHandoverRate: '0.0000', medianHandoverHours: 72 },
      null,
      { onTimeHandoverRate: '1.0000', medianHandoverHours: 1 },
    ]);
    const reads = asked.mock.calls.filter(([text]) => text.includes('from shipment s'));
    expect(reads).toHaveLength(1);
  } finally {
    asked.mockRestore();
  }
});
