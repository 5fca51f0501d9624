import type { Viewer } from '#kernel/auth/viewer';
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

/** Runs a mutation as the buyer; its payload. */
async function call(document: string, input: object): Promise<Record<string, unknown>> {
  const { data, errors } = await trade.at.ask(buyer, document, { input });
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as Record<string, unknown>;
}

const CREATE = `mutation ($input: CartCreateInput!) {
  cartCreate(input: $input) { cart { id total { minorUnits } } userErrors { code } } }`;
const BEGIN = `mutation ($input: CheckoutBeginInput!) {
  checkoutBegin(input: $input) {
    checkout { id state expiresAt shipTo { city region } total { minorUnits currencyCode } orderGroup { id } }
    userErrors { code field retryable } } }`;
const COMPLETE = `mutation ($input: CheckoutCompleteInput!) {
  checkoutComplete(input: $input) {
    orderGroup {
      id number status paymentRequest total { amount }
      orders {
        displayStatus currencyCode subtotal { minorUnits } shippingTotal { minorUnits } total { minorUnits }
        commission { minorUnits } shipTo { name } seller { id } buyer { id } timeline { event }
        actions { action allowed reason }
        lines { title quantity unitPrice { minorUnits } shippingPrice { minorUnits } total { minorUnits } product { id } offer { id } }
      }
    }
    userErrors { code field } } }`;
const CART = `query ($id: ID!) { cart(id: $id) { lines { id } } checkout(id: $checkout) { state } }`;

test('from a cart to orders through the graph', async () => {
  const offerId = await trade.offer(shop, 5, 1_000n, 300n);
  const { cart } = (await call(CREATE, { lines: [{ offerId, quantity: 2 }] })) as {
    cart: { id: string };
  };
  const { checkout } = (await call(BEGIN, {
    cartId: cart.id,
    shipTo: ADDRESS,
    idempotencyKey: 'begin',
  })) as { checkout: { id: string; total: object } };
  expect(checkout).toMatchObject({
    state: 'OPEN',
    expiresAt: '2026-03-01T12:15:00.000Z',
    shipTo: { city: 'São Paulo', region: 'SP' },
    total: { minorUnits: '2600', currencyCode: 'EUR' },
    orderGroup: null,
  });
  const placed = await call(COMPLETE, {
    checkoutId: checkout.id,
    expectedTotal: checkout.total,
    idempotencyKey: 'complete',
  });
  expect(placed).toMatchObject({
    userErrors: [],
    orderGroup: {
      status: 'PLACED',
      total: { amount: '26.00' },
      paymentRequest: expect.stringMatching(/^ey/) as unknown,
      orders: [
        {
          displayStatus: 'AWAITING_PAYMENT',
          currencyCode: 'EUR',
          subtotal: { minorUnits: '2000' },
          shippingTotal: { minorUnits: '600' },
          total: { minorUnits: '2600' },
          commission: null,
          shipTo: { name: 'Ana' },
          seller: { id: shop.sellerId },
          buyer: { id: buyer.accountId },
          timeline: [{ event: 'order.placed' }],
          actions: [
            { action: 'paymentCreate', allowed: true, reason: null },
            { action: 'orderCancel', allowed: true, reason: null },
            { action: 'orderReceiptConfirm', allowed: false, reason: 'ESCROW_NOT_FUNDED' },
            { action: 'reviewCreate', allowed: false, reason: 'NOT_DELIVERED' },
          ],
          lines: [
            {
              quantity: 2,
              unitPrice: { minorUnits: '1000' },
              shippingPrice: { minorUnits: '600' },
              total: { minorUnits: '2600' },
              offer: { id: offerId },
            },
          ],
        },
      ],
    },
  });
  const after = CART.replace('$id: ID!', '$id: ID!, $checkout: ID!');
  const { data } = await trade.at.ask(buyer, after, { id: cart.id, checkout: checkout.id });
  expect(data).toEqual({ cart: { lines: [] }, checkout: { state: 'COMPLETED' } });
});

test('refusals are user errors with a code and the field at fault', async () => {
  const offerId = await trade.offer(shop, 1);
  const { cart } = (await call(CREATE, { lines: [{ offerId, quantity: 2 }] })) as {
    cart: { id: string };
  };
  const begin = (changes: object) =>
    call(BEGIN, { cartId: cart.id, shipTo: ADDRESS, idempotencyKey: trade.key, ...changes });
  expect(await begin({})).toEqual({
    checkout: null,
    userErrors: [{ code: 'OUT_OF_STOCK', field: ['cartId'], retryable: false }],
  });
  expect(await begin({ shipTo: { ...ADDRESS, city: ' ' } })).toMatchObject({
    userErrors: [{ code: 'ADDRESS_INVALID', field: ['shipTo', 'city'] }],
  });
});
