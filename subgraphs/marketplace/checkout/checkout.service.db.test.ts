import type { Viewer } from '#kernel/auth/viewer';
import { Database } from '#kernel/db/database';
import { Refusal } from '#kernel/errors/refusal';
import { fireDueTimer } from '#kernel/events/timers';
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

test('64 checkouts of the last unit at once: one order, 63 typed refusals', async () => {
  const offer = await trade.offer(shop, 1);
  const wide = await Database.open({
    url: trade.url,
    schema: 'marketplace',
    role: 'tradegraph_marketplace',
    clock: trade.at.clock,
    poolSize: 24,
  });
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

test('carts of the same offers in opposite order never deadlock and never oversell', async () => {
  const offers = await Promise.all([1, 2, 3, 4].map(() => trade.offer(shop, 10)));
  const results = await Promise.allSettled(
    Array.from({ length: 24 }, async (_, i) => {
      const lines = offers.map((offer) => [offer, 1] as const);
      return trade.checkout(await trade.at.person(), i % 2 === 0 ? lines : [...lines].reverse());
    }),
  );
  expect(tally(results.map(codeOf))).toEqual({ ok: 10, OUT_OF_STOCK: 14 });
  for (const offer of offers) {
    expect(await trade.stock(offer)).toEqual({ onHand: 10, reserved: 10 });
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
  while (await fireDueTimer(trade.at.db, trade.at.subgraph.timers));
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
