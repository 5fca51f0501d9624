import { makeViewer, systemViewer } from '#kernel/auth/viewer';
import type { Viewer } from '#kernel/auth/viewer';
import { Database } from '#kernel/db/database';
import { CallError, Refusal } from '#kernel/errors/refusal';
import { fireDueTimer } from '#kernel/events/timers';
import type { OfferId } from '#contracts/ids';
import { anonymous, keyOf } from '../testing/catalogue.fixture';
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
  const reservations = new ReservationService({ availabilityChangedIn: async () => undefined });
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

test('16 completions at once, with one key and with many, make one group', async () => {
  for (const keys of [() => 'same', () => trade.key]) {
    const offer = await trade.offer(shop, 3);
    const checkout = await trade.checkout(buyer, [[offer, 2]]);
    const groups = await Promise.all(
      Array.from({ length: 16 }, () =>
        trade.at.context.completions.complete(buyer, {
          checkoutId: checkout.id,
          expectedTotal: { minor: checkout.totalMinor, currency: 'EUR' },
          idempotencyKey: `${keys()}-${checkout.id}`,
        }),
      ),
    );
    expect(new Set(groups).size).toBe(1);
    expect(await trade.ordersOf(groups[0]!)).toHaveLength(1);
    expect(await trade.told(groups[0]!)).toEqual(['order_group.placed']);
    expect(await trade.stock(offer)).toEqual({ onHand: 3, reserved: 2 });
  }
});

test('one order per seller; rows and facts add up to the checkout', async () => {
  const other = await trade.at.shop();
  const offers = [
    await trade.offer(shop, 9, 999n, 133n),
    await trade.offer(other, 9, 1n, 0n),
    await trade.offer(shop, 9, 12_345n, 67n),
  ];
  const { groupId, orders } = await trade.buy(buyer, [
    [offers[0]!, 3],
    [offers[1]!, 1],
    [offers[2]!, 2],
  ]);
  expect(orders.map(({ sellerId }) => sellerId).sort()).toEqual(
    [shop.sellerId, other.sellerId].sort(),
  );
  const sum = (pick: (o: (typeof orders)[number]) => bigint) =>
    orders.reduce((all, one) => all + pick(one), 0n);
  const group = await trade.at.db.first<{
    totalMinor: bigint;
    commissionMinor: bigint;
    number: string;
  }>('select * from "orderGroup" where id = $1', [groupId]);
  expect(group).toMatchObject({
    totalMinor: sum((o) => o.totalMinor),
    commissionMinor: sum((o) => o.commissionMinor),
    subtotalMinor: sum((o) => o.subtotalMinor),
    shippingMinor: sum((o) => o.shippingMinor),
  });
  expect(group!.totalMinor).toBe(3n * 1_132n + 1n + 2n * 12_412n);
  expect(orders.map(({ number }) => number)).toEqual([`${group!.number}-1`, `${group!.number}-2`]);
  const [placed] = (await trade.at.facts('order_group.placed')).slice(-1);
  expect(placed).toMatchObject({ orderGroupId: groupId, totalMinor: String(group!.totalMinor) });
  const facts = (await trade.at.facts('order.placed')).slice(-2);
  for (const order of orders) {
    const fact = facts.find(({ orderId }) => orderId === order.id)!;
    expect(fact).toMatchObject({
      number: order.number,
      totalMinor: String(order.totalMinor),
      commissionMinor: String(order.commissionMinor),
      shipTo: ADDRESS,
    });
    const lines = fact['lines'] as { commissionMinor: string }[];
    expect(lines.reduce((all, l) => all + BigInt(l.commissionMinor), 0n)).toBe(
      order.commissionMinor,
    );
  }
});

test('later price changes touch neither the open checkout nor the placed order', async () => {
  const offer = await trade.offer(shop, 5, 1_000n, 0n);
  const checkout = await trade.checkout(buyer, [[offer, 1]]);
  await trade.at.db.query('update offer set "unitMinor" = 5000 where id = $1', [offer]);
  const complete = (minor: bigint) =>
    trade.at.context.completions.complete(buyer, {
      checkoutId: checkout.id,
      expectedTotal: { minor, currency: 'EUR' },
      idempotencyKey: trade.key,
    });
  await expect(complete(5_000n)).rejects.toMatchObject({ code: 'PRICE_CHANGED' });
  const [order] = await trade.ordersOf(await complete(1_000n));
  expect(order?.totalMinor).toBe(1_000n);
});

test('amounts, lines and groups cannot be changed, even by the app’s own role', async () => {
  const { orders } = await trade.buy(buyer, [[await trade.offer(shop), 1]]);
  const id = orders[0]!.id;
  for (const sql of [
    `update "order" set "totalMinor" = 1, "subtotalMinor" = 1, "shippingMinor" = 0, "commissionMinor" = 0 where id = $1`,
    'update "orderLine" set title = $1 where "orderId" = $1',
    'delete from "orderLine" where "orderId" = $1',
    'delete from "order" where id = $1',
    'update "orderGroup" set number = $1 where id = (select "orderGroupId" from "order" where id = $1)',
  ]) {
    await expect(trade.at.db.query(sql, [id])).rejects.toThrow('never changes');
  }
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

test('completing and running out at the same instant: one wins, stock stays right', async () => {
  const offers = await Promise.all(Array.from({ length: 6 }, () => trade.offer(shop, 1)));
  const checkouts = await Promise.all(offers.map((offer) => trade.checkout(buyer, [[offer, 1]])));
  await Promise.allSettled(
    checkouts.flatMap((checkout) => [
      trade.at.context.completions.complete(buyer, {
        checkoutId: checkout.id,
        expectedTotal: { minor: checkout.totalMinor, currency: 'EUR' },
        idempotencyKey: trade.key,
      }),
      trade.at.db.transaction(systemViewer('test'), (tx) =>
        trade.at.context.checkouts.expireIn(tx, {
          subject: checkout.id,
          kind: 'checkout.expire',
          version: 1,
        }),
      ),
    ]),
  );
  for (const [i, offer] of offers.entries()) {
    const { state } = (await trade.at.context.checkouts.get(buyer, checkouts[i]!.id))!;
    expect(['COMPLETED', 'EXPIRED']).toContain(state);
    expect(await trade.stock(offer)).toEqual({
      onHand: 1,
      reserved: state === 'COMPLETED' ? 1 : 0,
    });
  }
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

test('a seller restricted during a checkout does not get the order', async () => {
  const restricted = await trade.at.shop();
  const checkout = await trade.checkout(buyer, [[await trade.offer(restricted), 1]]);
  await trade.at.gate(restricted.sellerId, false, 9);
  await expect(
    trade.at.context.completions.complete(buyer, {
      checkoutId: checkout.id,
      expectedTotal: { minor: checkout.totalMinor, currency: 'EUR' },
      idempotencyKey: trade.key,
    }),
  ).rejects.toMatchObject({ code: 'SELLER_RESTRICTED' });
});

test('strangers, keys and anonymous callers can neither see, complete nor cancel', async () => {
  const offer = await trade.offer(shop);
  const checkout = await trade.checkout(buyer, [[offer, 1]]);
  const stranger = await trade.at.person();
  const { checkouts, completions, carts } = trade.at.context;
  const complete = (viewer: Viewer) => async () =>
    completions.complete(viewer, {
      checkoutId: checkout.id,
      expectedTotal: { minor: checkout.totalMinor, currency: 'EUR' },
      idempotencyKey: trade.key,
    });
  for (const viewer of [stranger, shop.owner]) {
    expect(await checkouts.get(viewer, checkout.id)).toBeUndefined();
    expect(await carts.get(viewer, checkout.cartId)).toBeUndefined();
    await expect(complete(viewer)()).rejects.toMatchObject({ code: 'CHECKOUT_NOT_FOUND' });
    await expect(checkouts.cancel(viewer, checkout.id)).rejects.toMatchObject({
      code: 'CHECKOUT_NOT_FOUND',
    });
  }
  const makersKey = makeViewer({ ...keyOf(shop.sellerId, ['*']), accountId: buyer.accountId! });
  for (const viewer of [anonymous, makersKey]) {
    expect(await checkouts.get(viewer, checkout.id)).toBeUndefined();
    await expect(complete(viewer)()).rejects.toThrow(CallError);
    await expect(async () => checkouts.cancel(viewer, checkout.id)).rejects.toThrow(CallError);
  }
});

test('completing three sellers’ lines takes few statements', async () => {
  const shops = [shop, await trade.at.shop(), await trade.at.shop()];
  const lines = await Promise.all(shops.map(async (one) => [await trade.offer(one), 1] as const));
  const checkout = await trade.checkout(buyer, lines);
  const statements = await trade.statements(() =>
    trade.at.context.completions.complete(buyer, {
      checkoutId: checkout.id,
      expectedTotal: { minor: checkout.totalMinor, currency: 'EUR' },
      idempotencyKey: trade.key,
    }),
  );
  expect(statements).toBeLessThanOrEqual(17);
});
