import type { Viewer } from '#kernel/auth/viewer';
import { Database } from '#kernel/db/database';
import { Refusal } from '#kernel/errors/refusal';
import { fireDueTimers } from '#kernel/events/timers';
import { run } from '#kernel/testing/database';
import type { OfferId } from '#contracts/ids';
import { ADDRESS, type Shop, TradeFixture } from '../testing/trade.fixture';
import { CheckoutService, HOLD_MS } from './checkout.service';
import { CompletionService } from './completion.service';
import { ReservationService } from './reservation.service';

let trade: TradeFixture;
let shop: Shop;
let buyer: Viewer;
beforeAll(async () => {
  trade = await TradeFixture.open();
  shop = await trade.at.shop();
  buyer = await trade.at.person();
});
afterAll(() => trade.close());

const codeOf = (result: PromiseSettledResult<unknown>): string =>
  result.status === 'fulfilled'
    ? 'ok'
    : result.reason instanceof Refusal
      ? result.reason.code
      : String(result.reason);

const tally = (codes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};

/** Reservations of an offer equal what its stock row says. */
async function audited(offerId: OfferId): Promise<void> {
  const row = await trade.at.db.first<{ held: bigint }>(
    `select coalesce(sum(quantity - consumed), 0)::bigint as held from reservation
     where "offerId" = $1 and state in ('HELD', 'COMMITTED')`,
    [offerId],
  );
  expect(BigInt((await trade.stock(offerId))!.reserved)).toBe(row!.held);
}

/** A pool wide enough for real concurrency. */
const openWide = (): Promise<Database> =>
  Database.open({
    url: trade.url,
    schema: 'marketplace',
    role: 'tradegraph_marketplace',
    clock: trade.at.clock,
    poolSize: 24,
  });

test('64 checkouts of the last unit at once: one order, 63 typed refusals', async () => {
  const offer = await trade.offer(shop, 1);
  const wide = await openWide();
  const reservations = new ReservationService({ availabilityChangedIn: () => Promise.resolve() });
  const checkouts = new CheckoutService(wide, reservations);
  const completions = new CompletionService(wide, reservations);
  const buyers = await Promise.all(Array.from({ length: 64 }, () => trade.at.person()));
  const carts = await Promise.all(
    buyers.map((one) =>
      trade.at.context.carts.create(one, null, [{ offerId: offer, quantity: 1 }]),
    ),
  );
  const results = await Promise.allSettled(
    buyers.map(async (one, i) => {
      const checkout = await checkouts.begin(one, {
        cartId: carts[i]!.id,
        shipTo: ADDRESS,
        idempotencyKey: 'k',
      });
      return completions.complete(one, {
        checkoutId: checkout.id,
        expectedTotal: { minor: checkout.totalMinor, currency: 'EUR' },
        idempotencyKey: 'k',
      });
    }),
  );
  await wide.close();
  expect(tally(results.map(codeOf))).toEqual({ ok: 1, OUT_OF_STOCK: 63 });
  expect(await trade.stock(offer)).toEqual({ onHand: 1, reserved: 1 });
  const orders = await trade.at.db.query(
    'select o.id from "order" o join "orderLine" l on l."orderId" = o.id where l."offerId" = $1',
    [offer],
  );
  expect(orders).toHaveLength(1);
});

/** Counts deadlocks, which the database layer would retry without a word. */
class WatchedReservations extends ReservationService {
  deadlocks = 0;

  override async holdIn(...args: Parameters<ReservationService['holdIn']>): Promise<OfferId[]> {
    try {
      return await super.holdIn(...args);
    } catch (error) {
      if ((error as { code?: string }).code === '40P01') this.deadlocks += 1;
      throw error;
    }
  }
}

test('carts of the same offers in opposite order never deadlock and never oversell', async () => {
  const offers = await Promise.all(
    Array.from({ length: 6 }, (_, i) => trade.offer(shop, i === 0 ? 20 : 99)),
  );
  const reservations = new WatchedReservations({
    availabilityChangedIn: () => Promise.resolve(),
  });
  // As with a big stock table: rows are looked up one by one, in the order of the cart unless told otherwise.
  const { pathname } = new URL(trade.url);
  for (const setting of ['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan']) {
    await run(trade.url, `alter database "${pathname.slice(1)}" set ${setting} to off`);
  }
  const wide = await openWide();
  const checkouts = new CheckoutService(wide, reservations);
  const carts = await Promise.all(
    Array.from({ length: 32 }, async (_, i) => {
      const lines = offers.map((offerId) => ({ offerId, quantity: 1 }));
      const holder = await trade.at.person();
      const cart = await trade.at.context.carts.create(holder, null, []);
      for (const line of i % 2 === 0 ? lines : lines.reverse()) {
        await trade.at.context.carts.linesAdd(holder, cart.id, [line]);
      }
      return { holder, cartId: cart.id };
    }),
  );
  const results = await Promise.allSettled(
    carts.map(({ holder, cartId }) =>
      checkouts.begin(holder, { cartId, shipTo: ADDRESS, idempotencyKey: 'k' }),
    ),
  );
  await wide.close();
  expect(reservations.deadlocks).toBe(0);
  expect(tally(results.map(codeOf))).toEqual({ ok: 20, OUT_OF_STOCK: 12 });
  for (const offer of offers) {
    expect(await trade.stock(offer)).toMatchObject({ reserved: 20 });
    await audited(offer);
  }
});

test('all or nothing: one line too many reserves no line', async () => {
  const [plenty, few] = [await trade.offer(shop, 10), await trade.offer(shop, 1)];
  await expect(
    trade.checkout(buyer, [
      [plenty, 2],
      [few, 2],
    ]),
  ).rejects.toMatchObject({
    code: 'OUT_OF_STOCK',
  });
  expect(await trade.stock(plenty)).toMatchObject({ reserved: 0 });
});

test('an abandoned checkout gives its stock back when its time is up, and cannot be completed', async () => {
  const offer = await trade.offer(shop, 2);
  const checkout = await trade.checkout(buyer, [[offer, 2]]);
  const complete = () =>
    trade.at.context.completions.complete(buyer, {
      checkoutId: checkout.id,
      expectedTotal: { minor: checkout.totalMinor, currency: 'EUR' },
      idempotencyKey: trade.key,
    });
  trade.at.clock.advance(HOLD_MS);
  await expect(complete()).rejects.toMatchObject({ code: 'CHECKOUT_EXPIRED' });
  while ((await fireDueTimers(trade.at.db, trade.at.subgraph.timers)) > 0);
  expect(await trade.stock(offer)).toEqual({ onHand: 2, reserved: 0 });
  expect((await trade.at.context.checkouts.get(buyer, checkout.id))?.state).toBe('EXPIRED');
  await expect(complete()).rejects.toMatchObject({ code: 'CHECKOUT_EXPIRED' });
});

test('beginning again replaces the open checkout of the cart; cancelling gives back', async () => {
  const offer = await trade.offer(shop, 2);
  const first = await trade.checkout(buyer, [[offer, 2]]);
  const again = await trade.at.context.checkouts.begin(buyer, {
    cartId: first.cartId,
    shipTo: ADDRESS,
    idempotencyKey: trade.key,
  });
  expect((await trade.at.context.checkouts.get(buyer, first.id))?.state).toBe('CANCELLED');
  expect(await trade.stock(offer)).toEqual({ onHand: 2, reserved: 2 });
  await trade.at.context.checkouts.cancel(buyer, again.id);
  await trade.at.context.checkouts.cancel(buyer, again.id);
  expect(await trade.stock(offer)).toEqual({ onHand: 2, reserved: 0 });
});

test('cancelling with a key: again it is the first answer, and the key stands for one checkout', async () => {
  const offer = await trade.offer(shop, 2);
  const { checkouts } = trade.at.context;
  const [first, other] = [
    await trade.checkout(buyer, [[offer, 1]]),
    await trade.checkout(buyer, [[offer, 1]]),
  ];
  const key = trade.key;
  expect((await checkouts.cancel(buyer, first.id, key)).state).toBe('CANCELLED');
  expect((await checkouts.cancel(buyer, first.id, key)).state).toBe('CANCELLED');
  await expect(checkouts.cancel(buyer, other.id, key)).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
  });
  expect(await trade.stock(offer)).toEqual({ onHand: 2, reserved: 1 });
});

test('the same key begins once; the same key with another address is refused', async () => {
  const offer = await trade.offer(shop, 4);
  const { id: cartId } = await trade.at.context.carts.create(buyer, null, [
    { offerId: offer, quantity: 1 },
  ]);
  const input = { cartId, shipTo: ADDRESS, idempotencyKey: trade.key };
  const begun = await Promise.all(
    [1, 2, 3].map(() => trade.at.context.checkouts.begin(buyer, input)),
  );
  expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
  expect(await trade.stock(offer)).toMatchObject({ reserved: 1 });
  await expect(
    trade.at.context.checkouts.begin(buyer, { ...input, shipTo: { ...ADDRESS, city: 'Rio' } }),
  ).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' });
});

test('what a cart’s problems say is what checkoutBegin refuses with', async () => {
  const restricted = await trade.at.shop();
  const cases: [string, OfferId][] = [
    ['OFFER_UNAVAILABLE', await trade.offer(shop)],
    ['SELLER_RESTRICTED', await trade.offer(restricted)],
  ];
  await trade.at.db.query(`update offer set state = 'PAUSED' where id = $1`, [cases[0]![1]]);
  await trade.at.gate(restricted.sellerId, false, 9);
  for (const [code, offer] of cases) {
    await expect(trade.checkout(buyer, [[offer, 1]])).rejects.toMatchObject({ code });
  }
  const { id } = await trade.at.context.carts.create(buyer, 'BRL', [
    { offerId: await trade.offer(shop), quantity: 1 },
  ]);
  const begin = { cartId: id, shipTo: ADDRESS, idempotencyKey: trade.key };
  await expect(trade.at.context.checkouts.begin(buyer, begin)).rejects.toMatchObject({
    code: 'CURRENCY_MISMATCH',
  });
});
