import { makeViewer } from '#kernel/auth/viewer';
import type { Viewer } from '#kernel/auth/viewer';
import { anonymous, keyOf } from '../testing/catalogue.fixture';
import { Elsewhere } from '../testing/elsewhere.fixture';
import { ADDRESS, type Shop, TradeFixture } from '../testing/trade.fixture';
import type { OrderRow } from './order.entity';

/** Who sees and does what, through the door that the gateway uses. */
let trade: TradeFixture;
let shop: Shop;
let buyer: Viewer;
let order: OrderRow;
let lineId: string;
let viewers: Record<string, Viewer>;

const NO_PARTIES = ['stranger', 'other buyer', 'other seller', 'anonymous', 'other key', 'maker'];

beforeAll(async () => {
  trade = await TradeFixture.open();
  shop = await trade.at.shop();
  buyer = await trade.at.person();
  const rival = await trade.at.shop();
  const otherBuyer = await trade.at.person();
  await trade.buy(otherBuyer, [[await trade.offer(shop), 1]]);
  // Two sellers in one group: each must see its own order only.
  const { orders } = await trade.buy(buyer, [
    [await trade.offer(shop), 1],
    [await trade.offer(rival), 1],
  ]);
  order = orders.find(({ sellerId }) => sellerId === shop.sellerId)!;
  lineId = (await trade.linesOf(order.id))[0]!.id;
  const maker = { ...keyOf(rival.sellerId, ['*']), accountId: buyer.accountId! };
  viewers = {
    buyer,
    member: shop.owner,
    key: keyOf(shop.sellerId, ['orders:read', 'orders:write']),
    'reading key': keyOf(shop.sellerId, ['orders:read']),
    'key without scope': keyOf(shop.sellerId, ['catalogue:write']),
    operator: await trade.at.person(['OPERATOR']),
    stranger: await trade.at.person(),
    'other buyer': otherBuyer,
    'other seller': rival.owner,
    'other key': keyOf(rival.sellerId, ['*']),
    // A key never acts as the person who made it, here the very buyer.
    maker: makeViewer(maker),
    anonymous,
  };
});
afterAll(() => trade.close());

const SEERS = ['buyer', 'member', 'key', 'reading key', 'operator'];

async function sees(name: string, query: string, pick: string): Promise<boolean> {
  const { data, errors } = await trade.at.ask(viewers[name]!, query);
  expect(errors).toBeUndefined();
  return JSON.stringify(data).includes(pick);
}

const entity = (type: string, id: string, fields: string) =>
  `{ _entities(representations: [{ __typename: "${type}", id: "${id}" }]) { ... on ${type} { ${fields} } } }`;

test.each([
  ['order', () => `{ order(id: "${order.id}") { number } }`],
  ['orderByNumber', () => `{ orderByNumber(number: "${order.number}") { number } }`],
  ['node', () => `{ node(id: "${order.id}") { ... on Order { number } } }`],
  ['nodes', () => `{ nodes(ids: ["${order.id}"]) { ... on Order { number } } }`],
  ['_entities', () => entity('Order', order.id, 'number')],
])('an order by %s is there for its parties only', async (_way, query) => {
  for (const name of Object.keys(viewers)) {
    expect([name, await sees(name, query(), order.number)]).toEqual([name, SEERS.includes(name)]);
  }
});

test.each([
  ['node', () => `{ node(id: "${lineId}") { ... on OrderLine { title } } }`],
  ['_entities', () => entity('OrderLine', lineId, 'title total { amount }')],
])('an order line by %s follows its order', async (_way, query) => {
  for (const name of Object.keys(viewers)) {
    expect([name, await sees(name, query(), 'kettle')]).toEqual([name, SEERS.includes(name)]);
  }
});

test.each([
  ['orderGroup', () => `{ orderGroup(id: "${order.orderGroupId}") { id } }`],
  ['node', () => `{ node(id: "${order.orderGroupId}") { id } }`],
  ['_entities', () => entity('OrderGroup', order.orderGroupId, 'id')],
  ['order.group', () => `{ order(id: "${order.id}") { group { id } } }`],
])('a group by %s is the buyer’s; a seller never learns of the others', async (_way, query) => {
  for (const name of Object.keys(viewers)) {
    const expected = name === 'buyer' || name === 'operator';
    expect([name, await sees(name, query(), order.orderGroupId)]).toEqual([name, expected]);
  }
});

test('only the buyer is given a payment request, and it ends with the payment', async () => {
  const ask = async (name: string) => {
    const query = `{ orderGroup(id: "${order.orderGroupId}") { paymentRequest total { minorUnits } } }`;
    const { data } = await trade.at.ask(viewers[name]!, query);
    return (
      (data?.['orderGroup'] as { paymentRequest: string | null } | null)?.paymentRequest ?? null
    );
  };
  expect(await ask('buyer')).toMatch(/^ey/);
  expect(await ask('operator')).toBeNull();
  const orders = await trade.ordersOf(order.orderGroupId);
  for (const one of orders) await (await Elsewhere.of(trade, one)).paid();
  expect(await ask('buyer')).toBeNull();
});

const outcome = async (name: string, mutation: string): Promise<string> => {
  const { data, errors } = await trade.at.ask(viewers[name]!, mutation);
  if (errors !== undefined) return String(errors[0]?.extensions?.['code']);
  const [payload] = Object.values(data ?? {}) as { userErrors: { code: string }[] }[];
  return payload?.userErrors[0]?.code ?? 'ok';
};

test('orderCancel: the parties may, the others find no such order', async () => {
  const attempt = (name: string) =>
    outcome(
      name,
      `mutation { orderCancel(input: { orderId: "${order.id}", reason: "no", idempotencyKey: "${trade.key}" })
         { order { cancellationStatus } userErrors { code } } }`,
    );
  for (const name of NO_PARTIES.filter((one) => one !== 'anonymous')) {
    expect([name, await attempt(name)]).toEqual([name, 'ORDER_NOT_FOUND']);
  }
  expect(await attempt('anonymous')).toBe('UNAUTHENTICATED');
  expect(await attempt('reading key')).toBe('FORBIDDEN');
  expect(await attempt('key without scope')).toBe('FORBIDDEN');
  expect(await attempt('key')).toBe('ok');
  expect(await attempt('member')).toBe('CANCELLATION_PENDING');
  expect(await attempt('operator')).toBe('CANCELLATION_PENDING');
});

test('orderReceiptConfirm: the buyer alone', async () => {
  const elsewhere = await Elsewhere.of(trade, order);
  await elsewhere.shipped();
  const attempt = (name: string) =>
    outcome(
      name,
      `mutation { orderReceiptConfirm(input: { orderId: "${order.id}", idempotencyKey: "${trade.key}" })
         { order { status } userErrors { code } } }`,
    );
  const expected: Record<string, string> = {
    member: 'FORBIDDEN_FOR_PARTY',
    operator: 'FORBIDDEN_FOR_PARTY',
    stranger: 'ORDER_NOT_FOUND',
    'other buyer': 'ORDER_NOT_FOUND',
    'other seller': 'ORDER_NOT_FOUND',
    anonymous: 'UNAUTHENTICATED',
    key: 'FORBIDDEN',
    'other key': 'FORBIDDEN',
    maker: 'FORBIDDEN',
    'key without scope': 'FORBIDDEN',
    buyer: 'ok',
  };
  for (const [name, code] of Object.entries(expected)) {
    expect([name, await attempt(name)]).toEqual([name, code]);
  }
});

test('reviewCreate: the buyer alone, once', async () => {
  const attempt = (name: string) =>
    outcome(
      name,
      `mutation { reviewCreate(input: { orderLineId: "${lineId}", stars: 5 })
         { review { id } userErrors { code } } }`,
    );
  const expected: Record<string, string> = {
    member: 'ORDER_LINE_NOT_FOUND',
    operator: 'ORDER_LINE_NOT_FOUND',
    stranger: 'ORDER_LINE_NOT_FOUND',
    'other buyer': 'ORDER_LINE_NOT_FOUND',
    'other seller': 'ORDER_LINE_NOT_FOUND',
    anonymous: 'UNAUTHENTICATED',
    key: 'FORBIDDEN',
    maker: 'FORBIDDEN',
    buyer: 'ok',
  };
  for (const [name, code] of Object.entries(expected)) {
    expect([name, await attempt(name)]).toEqual([name, code]);
  }
  expect(await attempt('buyer')).toBe('ALREADY_REVIEWED');
});

test('carts and checkouts: their holder, by mutation, query and reference', async () => {
  const cart = await trade.at.context.carts.create(buyer, null, [
    { offerId: await trade.offer(shop), quantity: 1 },
  ]);
  const address = JSON.stringify(ADDRESS).replace(/"(\w+)":/g, '$1:');
  const begin = (name: string) =>
    outcome(
      name,
      `mutation { checkoutBegin(input: { cartId: "${cart.id}", shipTo: ${address}, idempotencyKey: "${trade.key}" })
         { checkout { id } userErrors { code } } }`,
    );
  const change = (name: string) =>
    outcome(
      name,
      `mutation { cartLinesRemove(input: { cartId: "${cart.id}", lineIds: [] }) { cart { id } userErrors { code } } }`,
    );
  for (const name of ['stranger', 'other seller', 'member', 'operator']) {
    expect([name, await begin(name)]).toEqual([name, 'CART_NOT_FOUND']);
    expect([name, await change(name)]).toEqual([name, 'CART_NOT_FOUND']);
  }
  expect(await begin('anonymous')).toBe('UNAUTHENTICATED');
  expect(await begin('maker')).toBe('FORBIDDEN');
  expect(await change('anonymous')).toBe('CART_NOT_FOUND');
  expect(await change('buyer')).toBe('ok');
  const checkout = await trade.checkout(buyer, [[await trade.offer(shop), 1]]);
  for (const [type, id] of [
    ['Cart', cart.id],
    ['Checkout', checkout.id],
  ] as const) {
    for (const query of [`{ node(id: "${id}") { id } }`, entity(type, id, 'id')]) {
      for (const name of Object.keys(viewers)) {
        const expected = name === 'buyer' || name === 'operator';
        expect([name, await sees(name, query, id)]).toEqual([name, expected]);
      }
    }
  }
});

test('an ownerless cart is open to whoever knows it, until someone checks out with it', async () => {
  const cart = await trade.at.context.carts.create(anonymous, null, [
    { offerId: await trade.offer(shop), quantity: 1 },
  ]);
  const query = `{ cart(id: "${cart.id}") { id lines { quantity } total { amount } groups { seller { id } total { amount } } problems { code } } }`;
  for (const name of ['anonymous', 'stranger']) expect(await sees(name, query, cart.id)).toBe(true);
  await trade.at.context.checkouts.begin(buyer, {
    cartId: cart.id,
    shipTo: ADDRESS,
    idempotencyKey: trade.key,
  });
  expect(await sees('buyer', query, cart.id)).toBe(true);
  for (const name of ['anonymous', 'stranger'])
    expect(await sees(name, query, cart.id)).toBe(false);
});
