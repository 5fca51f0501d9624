import {
  accountIds,
  escrowIds,
  offerIds,
  orderGroupIds,
  orderIds,
  orderLineIds,
  productIds,
  refundIds,
  shipmentIds,
  variantIds,
} from '#contracts/ids';
import {
  PROFILE,
  SUBMIT,
  ask,
  keyFor,
  owner,
  seller,
  startWithSeller,
  stop,
  strangers,
  tell,
  user,
} from '../testing/merchant.fixture';

beforeAll(async () => {
  const merchantId = await startWithSeller();
  await ask(user(owner), SUBMIT, { input: { merchantId, ...PROFILE } });
});
afterAll(() => stop());

describe('product profits', () => {
  const order = { orderId: orderIds.create(), sellerId: seller, buyerId: accountIds.create() };
  const line = (productId: string, unitMinor: string, quantity: number) => ({
    orderLineId: orderLineIds.create(),
    offerId: offerIds.create(),
    productId,
    variantId: variantIds.create(),
    title: 'Thing',
    quantity,
    unitMinor,
    shippingMinor: '100',
    commissionMinor: '0',
    weightG: 100,
    lengthCm: 1,
    widthCm: 1,
    heightCm: 1,
    handlingDays: 1,
  });
  const escrow = { ...order, escrowId: escrowIds.create(), currency: 'BRL' };
  const placed = {
    ...order,
    orderGroupId: orderGroupIds.create(),
    number: '1',
    currency: 'BRL',
    totalMinor: '4200',
    commissionMinor: '420',
    shippingMinor: '200',
    shipTo: { name: 'a', street: 'b', city: 'c', region: null, postalCode: 'd', country: 'BR' },
    lines: [line(productIds.create(), '1000', 3), line(productIds.create(), '1000', 1)],
  };
  const read = `query ($s: ID!) {
    productProfits(sellerId: $s, currencyCode: "BRL") { nodes { unitsSold grossSales { minorUnits } netProceeds { minorUnits } } }
    merchantDashboard(sellerId: $s, currencyCode: "BRL") { orders sales { minorUnits } net { minorUnits } openTasks } }`;

  test('facts in the wrong order add up to the seller’s total, to the cent', async () => {
    await tell('escrow.released', {
      ...escrow,
      grossMinor: '4101',
      commissionMinor: '420',
      taxMinor: '1',
      netMinor: '3680',
      remainingMinor: '0',
      cause: 'RECEIPT_CONFIRMED',
    });
    await tell('escrow.funded', { ...escrow, amountMinor: '4200' });
    await tell('order.placed', placed);
    await tell('refund.succeeded', {
      ...escrow,
      refundId: refundIds.create(),
      amountMinor: '99',
      remainingMinor: '0',
      cause: 'goodwill',
    });
    await tell('label.charged', {
      labelId: 'lbl',
      shipmentId: shipmentIds.create(),
      orderId: order.orderId,
      sellerId: seller,
      amountMinor: '501',
      currency: 'BRL',
      payer: 'SELLER',
    });
    const { data } = await ask(user(owner), read, { s: seller });
    const nodes = (
      data?.['productProfits'] as {
        nodes: { unitsSold: number; netProceeds: { minorUnits: string } }[];
      }
    ).nodes;
    const net = nodes.reduce((sum, node) => sum + BigInt(node.netProceeds.minorUnits), 0n);
    expect(net).toBe(4200n - 99n - 420n - 1n - 501n);
    expect(nodes.map(({ unitsSold }) => unitsSold).sort()).toEqual([1, 3]);
    expect(data?.['merchantDashboard']).toEqual({
      orders: 1,
      sales: { minorUnits: '4200' },
      net: { minorUnits: net.toString() },
      openTasks: [],
    });
  });

  test.each(Object.entries(strangers))('%s sees no figures', async (_name, viewer) => {
    const { data } = await ask(viewer, read, { s: seller });
    expect(data).toEqual({ productProfits: { nodes: [] }, merchantDashboard: null });
  });

  test('a key of the seller with analytics:read does', async () => {
    const { data } = await ask(keyFor(seller, 'analytics:read'), read, { s: seller });
    expect(data?.['merchantDashboard']).not.toBeNull();
  });
});
