import type { Viewer } from '#kernel/auth/viewer';
import { statementsOf } from '#kernel/testing/statements';
import { offerIds } from '#contracts/ids';
import { anonymous } from '../testing/catalogue.fixture';
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

const lines = async (viewer: Viewer, id: string) => {
  const { data } = await trade.at.ask(
    viewer,
    `{ cart(id: "${id}") { currencyCode total { minorUnits } groups { lines { quantity } total { minorUnits } }
        lines { id quantity unitPrice { minorUnits } lineTotal { minorUnits } offer { id } } problems { code lineId } } }`,
  );
  return data?.['cart'] as {
    currencyCode: string | null;
    total: { minorUnits: string } | null;
    lines: { id: string; quantity: number; offer: { id: string } }[];
    groups: { total: { minorUnits: string } }[];
    problems: { code: string; lineId: string }[];
  };
};

test('the first line decides the currency; adding again adds units; groups are by seller', async () => {
  const other = await trade.at.shop();
  const [one, two] = [
    await trade.offer(shop, 5, 1_000n, 300n),
    await trade.offer(other, 5, 7n, 0n),
  ];
  const { carts } = trade.at.context;
  const { id } = await carts.create(anonymous, null, []);
  expect(await lines(anonymous, id)).toMatchObject({ currencyCode: null, total: null, lines: [] });
  await carts.linesAdd(anonymous, id, [
    { offerId: one, quantity: 1 },
    { offerId: one, quantity: 2 },
  ]);
  await carts.linesAdd(anonymous, id, [
    { offerId: two, quantity: 1 },
    { offerId: one, quantity: 1 },
  ]);
  const cart = await lines(anonymous, id);
  expect(cart.currencyCode).toBe('EUR');
  expect(cart.lines.map(({ offer, quantity }) => [offer.id, quantity])).toEqual([
    [one, 4],
    [two, 1],
  ]);
  expect(cart.total?.minorUnits).toBe(String(4 * 1_300 + 7));
  expect(cart.groups.map(({ total }) => total.minorUnits)).toEqual(['5200', '7']);
});

test('quantities are set, lines removed, and what is not there is refused', async () => {
  const { carts } = trade.at.context;
  const { id } = await carts.create(buyer, null, [
    { offerId: await trade.offer(shop), quantity: 9 },
    { offerId: await trade.offer(shop), quantity: 1 },
  ]);
  const [first, second] = (await lines(buyer, id)).lines;
  expect((await lines(buyer, id)).problems).toEqual([{ code: 'OUT_OF_STOCK', lineId: first?.id }]);
  await carts.linesUpdate(buyer, id, [
    { lineId: first?.id ?? '', quantity: 3 },
    { lineId: second?.id ?? '', quantity: 0 },
  ]);
  expect((await lines(buyer, id)).lines.map(({ quantity }) => quantity)).toEqual([3]);
  const refused = async (code: string, run: () => Promise<unknown>) => {
    await expect(run()).rejects.toMatchObject({ code });
  };
  await refused('CART_LINE_NOT_FOUND', () => carts.linesRemove(buyer, id, [second?.id ?? '']));
  await refused('CART_LINE_NOT_FOUND', () =>
    carts.linesUpdate(buyer, id, [{ lineId: 'cln_x', quantity: 1 }]),
  );
  await refused('OFFER_NOT_FOUND', () =>
    carts.linesAdd(buyer, id, [{ offerId: offerIds.create(), quantity: 1 }]),
  );
  const offerId = await trade.offer(shop);
  await carts.linesAdd(buyer, id, [{ offerId, quantity: 9_999 }]);
  await refused('QUANTITY_INVALID', () => carts.linesAdd(buyer, id, [{ offerId, quantity: 2 }]));
  await refused('QUANTITY_INVALID', async () =>
    carts.linesAdd(buyer, id, [{ offerId, quantity: 0 }]),
  );
});

test('lines added at the same time are all there', async () => {
  const offers = await Promise.all(Array.from({ length: 6 }, () => trade.offer(shop)));
  const { carts } = trade.at.context;
  const { id } = await carts.create(buyer, null, []);
  await Promise.all(
    [...offers, ...offers].map((offerId) => carts.linesAdd(buyer, id, [{ offerId, quantity: 1 }])),
  );
  expect((await lines(buyer, id)).lines.map(({ quantity }) => quantity)).toEqual(Array(6).fill(2));
});

test('adding to a cart takes few statements', async () => {
  const offerId = await trade.offer(shop);
  const { carts } = trade.at.context;
  const { id } = await carts.create(buyer, null, []);
  const sent = await statementsOf(() => carts.linesAdd(buyer, id, [{ offerId, quantity: 1 }]));
  expect(sent.length).toBeLessThanOrEqual(6);
});
