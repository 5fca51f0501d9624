import { makeViewer, systemViewer } from '#kernel/auth/viewer';
import type { Viewer } from '#kernel/auth/viewer';
import { CallError } from '#kernel/errors/refusal';
import { sha256 } from '#kernel/json/canonical';
import { statementsOf } from '#kernel/testing/statements';
import { orderContract } from '#contracts/order-contract';
import { CURRENT_POLICY } from '#contracts/trade-policy';
import { anonymous, keyOf } from '../testing/catalogue.fixture';
import { ADDRESS, type Shop, TradeFixture } from '../testing/trade.fixture';

let trade: TradeFixture;
let shop: Shop;
let buyer: Viewer;
beforeAll(async () => {
  trade = await TradeFixture.open();
  shop = await trade.at.shop();
  buyer = await trade.at.person();
});
afterAll(() => trade.close());

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
  expect(placed!['orders']).toMatchObject([{ handlingDays: 2 }, { handlingDays: 2 }]);
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

test('each order has a contract, named by one hash everywhere, that tells nothing private', async () => {
  const other = await trade.at.shop();
  const { orders } = await trade.buy(buyer, [
    [await trade.offer(shop, 9, 999n, 133n), 3],
    [await trade.offer(other, 9, 50n, 0n), 1],
  ]);
  const facts = (await trade.at.facts('order.placed')).slice(-2);
  const [group] = (await trade.at.facts('order_group.placed')).slice(-1);
  const hashes = new Map(
    (group!['orders'] as { orderId: string; contractHash: string }[]).map((one) => [
      one.orderId,
      one.contractHash,
    ]),
  );
  for (const order of orders) {
    const text = String(facts.find(({ orderId }) => orderId === order.id)?.['contract']);
    expect(sha256(text)).toBe(order.contractHash);
    expect(hashes.get(order.id)).toBe(order.contractHash);
    const contract = orderContract.parse(JSON.parse(text));
    expect(contract).toMatchObject({
      orderId: order.id,
      number: order.number,
      buyerId: buyer.accountId,
      sellerId: order.sellerId,
      totalMinor: String(order.totalMinor),
      shipTo: ADDRESS.country,
      policyVersion: CURRENT_POLICY.version,
    });
    for (const amount of ['goodsMinor', 'shippingMinor', 'taxMinor', 'totalMinor'] as const) {
      const sum = contract.lines.reduce((all, line) => all + BigInt(line[amount]), 0n);
      expect(sum).toBe(BigInt(contract[amount]));
    }
    for (const secret of [ADDRESS.name, ADDRESS.street, ADDRESS.postalCode, 'commission']) {
      expect(text).not.toContain(secret);
    }
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
    'update "order" set "contractHash" = $1 where id = $1',
    'update "orderLine" set title = $1 where "orderId" = $1',
    'delete from "orderLine" where "orderId" = $1',
    'delete from "order" where id = $1',
    'update "orderGroup" set number = $1 where id = (select "orderGroupId" from "order" where id = $1)',
  ]) {
    await expect(trade.at.db.query(sql, [id])).rejects.toThrow('never changes');
  }
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
  const statements = await statementsOf(() =>
    trade.at.context.completions.complete(buyer, {
      checkoutId: checkout.id,
      expectedTotal: { minor: checkout.totalMinor, currency: 'EUR' },
      idempotencyKey: trade.key,
    }),
  );
  expect(statements.length).toBeLessThanOrEqual(17);
});
