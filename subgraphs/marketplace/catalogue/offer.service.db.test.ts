import type { SellerId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import {
  CatalogueFixture,
  aListing,
  aVariant,
  anonymous,
  codeOf,
  euro,
  keyOf,
} from '../testing/catalogue.fixture';

let at: CatalogueFixture;
let maker: { owner: Viewer; sellerId: SellerId };
let rival: { owner: Viewer; sellerId: SellerId };

beforeAll(async () => {
  at = await CatalogueFixture.open();
  maker = await at.shop();
  rival = await at.shop();
});
afterAll(() => at.close());

async function listed(handle: string, changes: Parameters<typeof aListing>[1] = {}) {
  const [row] = await at.context.listings.upsert(maker.owner, maker.sellerId, [
    aListing(handle, changes),
  ]);
  const product = row?.product;
  const variants = await at.db.query<{ id: string }>(
    'select id from variant where "productId" = $1 order by position',
    [product?.id],
  );
  const offers = await at.db.query<{ id: string }>('select id from offer where "productId" = $1', [
    product?.id,
  ]);
  return { productId: product!.id, variantId: variants[0]!.id, offerId: offers[0]!.id };
}

const terms = (variantId: string, cents = 900n, stock = 5) => ({
  sellerId: rival.sellerId,
  variantId,
  price: euro(cents),
  shippingPrice: euro(300n),
  stock,
});
const bestSeller = async (productId: string) => {
  const { data } = await at.ask(
    anonymous,
    `{ product(id: "${productId}") { bestOffer { seller { id } } } }`,
  );
  const product = data?.['product'] as { bestOffer: { seller: { id: string } } | null };
  return product.bestOffer?.seller.id ?? null;
};

test('a second seller offers a shared product; the cheaper landed price wins while in stock', async () => {
  const { productId, variantId } = await listed('shared');
  expect(await bestSeller(productId)).toBe(maker.sellerId);
  const offerId = await at.context.offers.create(rival.owner, terms(variantId));
  expect(await bestSeller(productId)).toBe(rival.sellerId);
  expect((await at.facts('offer.published')).at(-1)).toMatchObject({
    offerId,
    version: 1,
    inStock: true,
  });
  await at.context.stock.adjust(rival.owner, { offerId, delta: -5, idempotencyKey: 'empty' });
  expect(await bestSeller(productId)).toBe(maker.sellerId);
  await at.context.stock.adjust(rival.owner, { offerId, delta: 1, idempotencyKey: 'back' });
  expect(await bestSeller(productId)).toBe(rival.sellerId);
  await at.context.offers.transition(rival.owner, offerId, 'pause');
  expect(await bestSeller(productId)).toBe(maker.sellerId);
  expect((await at.facts('offer.published')).at(-1)).toMatchObject({ offerId, inStock: false });
  await at.context.offers.transition(rival.owner, offerId, 'publish');
  expect(await bestSeller(productId)).toBe(rival.sellerId);
  await at.gate(rival.sellerId, false, 7);
  expect(await bestSeller(productId)).toBe(maker.sellerId);
  await at.gate(rival.sellerId, true, 8);
});

test('cheaper by unit but dearer with shipping does not win', async () => {
  const { productId, variantId } = await listed('landed');
  await at.context.offers.create(rival.owner, {
    ...terms(variantId, 100n),
    shippingPrice: euro(1_300n),
  });
  expect(await bestSeller(productId)).toBe(maker.sellerId);
});

test('an offer in another currency does not beat the product’s own', async () => {
  const { productId, variantId } = await listed('currency');
  const yen = (minorUnits: bigint) => ({ minorUnits, currencyCode: 'JPY' });
  await at.context.offers.create(rival.owner, {
    ...terms(variantId),
    price: yen(1n),
    shippingPrice: yen(0n),
  });
  expect(await bestSeller(productId)).toBe(maker.sellerId);
});

test('a private product is offered by its maker only, and one offer each', async () => {
  const secret = await listed('secret', { sharing: 'PRIVATE' });
  const create = (variantId: string) => () =>
    at.context.offers.create(rival.owner, terms(variantId));
  expect(await codeOf(create(secret.variantId))).toBe('PRODUCT_PRIVATE');
  expect(await codeOf(create('var_none'))).toBe('VARIANT_NOT_FOUND');
  const { variantId } = await listed('once');
  const both = await Promise.all([codeOf(create(variantId)), codeOf(create(variantId))]);
  expect(both.sort()).toEqual(['OFFER_EXISTS', 'ok']);
  const bad = { ...terms(variantId), price: euro(-1n) };
  expect(await codeOf(() => at.context.offers.create(rival.owner, bad))).toBe('PRICE_INVALID');
});

test('withdrawn is for good, and the seller may offer anew', async () => {
  const { variantId } = await listed('again');
  const offerId = await at.context.offers.create(rival.owner, terms(variantId));
  await at.context.offers.transition(rival.owner, offerId, 'withdraw');
  const publish = () => at.context.offers.transition(rival.owner, offerId, 'publish');
  expect(await codeOf(publish)).toBe('OFFER_STATE_INVALID');
  expect(await codeOf(() => at.context.offers.create(rival.owner, terms(variantId)))).toBe('ok');
});

test('stock changes at once add up, stop at what is reserved, and repeat nothing', async () => {
  const { offerId, productId } = await listed('stock', { variants: [aVariant({ stock: 10 })] });
  await at.db.query('update stock set reserved = 4 where "offerId" = $1', [offerId]);
  const take = (i: number) =>
    codeOf(() =>
      at.context.stock.adjust(maker.owner, {
        offerId,
        delta: -1,
        idempotencyKey: `take-${(i % 16).toString()}`,
      }),
    );
  const results = await Promise.all(Array.from({ length: 64 }, (_, i) => take(i)));
  expect(new Set(results)).toEqual(new Set(['ok', 'STOCK_BELOW_RESERVED']));
  const stock = () =>
    at.db.first('select "onHand", reserved from stock where "offerId" = $1', [offerId]);
  expect(await stock()).toEqual({ onHand: 4, reserved: 4 });
  expect(await bestSeller(productId)).toBeNull();
  const used = { offerId, delta: 5, idempotencyKey: 'fill' };
  await at.context.stock.adjust(maker.owner, used);
  await at.context.stock.adjust(maker.owner, used);
  expect(await stock()).toEqual({ onHand: 9, reserved: 4 });
  const other = () => at.context.stock.adjust(maker.owner, { ...used, delta: 6 });
  expect(await codeOf(other)).toBe('IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
  const keyed = (idempotencyKey: string) => () =>
    at.context.stock.adjust(maker.owner, { ...used, idempotencyKey });
  expect(await codeOf(keyed(''))).toBe('IDEMPOTENCY_KEY_INVALID');
  expect(await codeOf(keyed('k'.repeat(201)))).toBe('IDEMPOTENCY_KEY_INVALID');
  const tooMuch = () =>
    at.context.stock.adjust(maker.owner, { offerId, delta: 10_000_000, idempotencyKey: 'huge' });
  expect(await codeOf(tooMuch)).toBe('STOCK_INVALID');
});

test('two offers of one product changed at once leave a search row that knows of both', async () => {
  const { productId, variantId, offerId } = await listed('both');
  const theirs = await at.context.offers.create(rival.owner, terms(variantId));
  for (let round = 0; round < 10; round++) {
    await Promise.all([
      at.context.offers.transition(maker.owner, offerId, 'pause'),
      at.context.offers.transition(rival.owner, theirs, 'pause'),
    ]);
    const row = () =>
      at.db.first(
        'select "bestOfferId", "sellerIds" from "searchDocument" where "productId" = $1',
        [productId],
      );
    expect(await row()).toEqual({ bestOfferId: null, sellerIds: [] });
    await Promise.all([
      at.context.offers.transition(maker.owner, offerId, 'publish'),
      at.context.offers.transition(rival.owner, theirs, 'publish'),
    ]);
    expect(await row()).toEqual({
      bestOfferId: theirs,
      sellerIds: [maker.sellerId, rival.sellerId].sort(),
    });
  }
});

const INPUTS: Record<string, (ids: Awaited<ReturnType<typeof listed>>) => Record<string, unknown>> =
  {
    listingsUpsert: () => ({
      sellerId: maker.sellerId,
      listings: [{ ...graphListing, handle: 'auth-listing' }],
    }),
    offerCreate: ({ variantId }) => ({
      ...graphTerms,
      sellerId: maker.sellerId,
      variantId,
    }),
    offerPause: ({ offerId }) => ({ offerId }),
    offerPublish: ({ offerId }) => ({ offerId }),
    offerWithdraw: ({ offerId }) => ({ offerId }),
    stockAdjust: ({ offerId }) => ({ offerId, delta: 1, idempotencyKey: 'auth' }),
  };
const cents = (minorUnits: string) => ({ minorUnits, currencyCode: 'EUR' });
const graphTerms = { price: cents('500'), shippingPrice: cents('0'), stock: 1 };
const graphListing = {
  title: 'A cup',
  categoryHandle: 'kitchen',
  variants: [
    { ...graphTerms, sku: 'a', title: '', weightG: 1, lengthCm: 1, widthCm: 1, heightCm: 1 },
  ],
};

test.each(Object.keys(INPUTS))(
  '%s: only the seller and its keys with the scope',
  async (mutation) => {
    const ids = await listed(`auth-${mutation.toLowerCase()}`);
    const input = INPUTS[mutation]!(ids);
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
    const call = async (viewer: Viewer) => {
      const { data, errors } = await at.ask(
        viewer,
        `mutation ($input: ${type}) { ${mutation}(input: $input) { userErrors { code } } }`,
        { input },
      );
      return errors?.[0]?.extensions?.['code'] ?? JSON.stringify(data?.[mutation]);
    };
    // Sellers are public, offers are not: a foreign one is answered like one that does not exist.
    const refused =
      'offerId' in input ? '{"userErrors":[{"code":"OFFER_NOT_FOUND"}]}' : 'FORBIDDEN';
    expect(await call(anonymous)).toBe('UNAUTHENTICATED');
    expect(await call(await at.person())).toBe(refused);
    expect(await call(rival.owner)).toBe(refused);
    expect(await call(await at.person(['OPERATOR']))).toBe(refused);
    expect(await call(keyOf(maker.sellerId, ['catalogue:read', 'orders:write']))).toBe('FORBIDDEN');
    expect(await call(keyOf(rival.sellerId, ['catalogue:write']))).toBe(refused);
    expect(await call(keyOf(maker.sellerId, ['catalogue:write']))).toContain('userErrors');
  },
);

test('refusals are errors of the mutation, not of the call', async () => {
  const { offerId } = await listed('refusals');
  const { data, errors } = await at.ask(
    maker.owner,
    `mutation ($input: OfferPublishInput!) {
       offerPublish(input: $input) { offer { id } userErrors { code message field retryable } }
     }`,
    { input: { offerId } },
  );
  expect(errors).toBeUndefined();
  expect(data?.['offerPublish']).toMatchObject({
    offer: null,
    userErrors: [{ code: 'OFFER_STATE_INVALID', field: ['offerId'], retryable: false }],
  });
});

test('the same key makes one offer and gives the first answer; without a key it exists already', async () => {
  const { variantId } = await listed('keyed-offer');
  const { offers } = at.context;
  const keyed = { ...terms(variantId), idempotencyKey: 'keyed offer' };
  const id = await offers.create(rival.owner, keyed);
  expect(await offers.create(rival.owner, keyed)).toBe(id);
  const dearer = { ...keyed, price: euro(901n) };
  expect(await codeOf(() => offers.create(rival.owner, dearer))).toBe(
    'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
  );
  expect(await codeOf(() => offers.create(rival.owner, terms(variantId)))).toBe('OFFER_EXISTS');
});
