import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { type Story, eur } from './story';

interface Verified {
  readonly id: string;
  readonly verification: { readonly state: string };
}
interface ShopSeen {
  readonly id: string;
  readonly sellingAllowed: boolean;
  readonly merchant: Verified | null;
}
interface ListingResult {
  readonly product: {
    readonly variants: readonly { readonly id: string }[];
    readonly offers: { readonly nodes: readonly { readonly id: string }[] };
  };
  readonly userErrors: readonly unknown[];
}

/** A shop opens, is verified by a person, lists what it sells, and gets a key for its programs. */
export function aShopOpens(story: Story): void {
  const { run, refused } = story.examples;
  let seller: GraphClient;
  let sellerId: string;
  let merchantId: string;

  const shopOnce = (what: string, looks: (shop: ShopSeen) => boolean): Promise<ShopSeen> =>
    eventually(what, async () => {
      const { sellers } = await run<{ sellers: ShopSeen[] }>(seller, 'MyShops');
      return sellers.find(looks);
    });

  test('AccountSignUp, SellerOpen, MyShops, MerchantSubmit, MerchantReviewDecide', async () => {
    seller = await story.signUp('Mia');
    const open = { handle: 'mias-mugs', displayName: 'Mia’s Mugs' };
    const opened = await run<{ seller: ShopSeen }>(seller, 'SellerOpen', open);
    expect(opened.seller.sellingAllowed).toBe(false);
    expect(await refused(seller, 'SellerOpen', open)).toEqual(['SELLER_HANDLE_TAKEN']);
    sellerId = opened.seller.id;
    const draft = await shopOnce('the merchant', ({ merchant }) => merchant !== null);
    merchantId = draft.merchant?.id ?? '';
    // a number that another company has already: a person has to look
    const { merchant } = await run<{ merchant: Verified }>(seller, 'MerchantSubmit', {
      merchantId,
      legalName: 'Mia Mug GmbH',
      registrationNumber: 'DEMO-north-workshop',
      address: 'Kiln Street 3, 24103 Kiel',
      email: 'office@mias-mugs.test',
      phone: '+494311234567',
    });
    expect(merchant.verification.state).toBe('MANUAL');
    const decision = { merchantId, decision: 'APPROVE', reason: 'One register, two shops.' };
    const decided = await run<{ merchant: object }>(
      await story.operator(),
      'MerchantReviewDecide',
      decision,
    );
    expect(decided.merchant).toMatchObject({ verification: { state: 'VERIFIED_L2', level: 2 } });
    await shopOnce('the right to sell', ({ sellingAllowed }) => sellingAllowed);
  });

  test('ListingsUpsert, OfferPause, OfferPublish, StockAdjust', async () => {
    const { results } = await run<{ results: ListingResult[] }>(seller, 'ListingsUpsert', {
      sellerId,
      listings: [MUG],
    });
    expect(results).toMatchObject([{ handle: 'stoneware-mug', userErrors: [] }]);
    const offerId = results[0]?.product.offers.nodes[0]?.id ?? '';
    const offerAfter = async (name: string, input: object): Promise<unknown> =>
      (await run<{ offer: unknown }>(seller, name, input)).offer;
    expect(await offerAfter('OfferPause', { offerId })).toMatchObject({ state: 'PAUSED' });
    expect(await refused(seller, 'OfferPause', { offerId })).toEqual(['OFFER_STATE_INVALID']);
    expect(await offerAfter('OfferPublish', { offerId })).toMatchObject({ state: 'LIVE' });
    const broken = { offerId, delta: -5, ...story.key() };
    expect(await offerAfter('StockAdjust', broken)).toMatchObject({ availableQuantity: 45 });
    expect(await offerAfter('StockAdjust', broken)).toMatchObject({ availableQuantity: 45 });
    story.keep('shop', { seller, id: sellerId, merchantId, offerId });
  });

  test('OfferCreate and OfferWithdraw: a product that another shop has listed', async () => {
    const apron = await run<{ variants: { id: string }[] }>(seller, 'ProductPage', {
      handle: 'linen-apron',
    });
    const { offer } = await run<{ offer: { id: string } }>(seller, 'OfferCreate', {
      sellerId,
      variantId: apron.variants[0]?.id,
      price: eur(3_700),
      shippingPrice: eur(490),
      stock: 3,
    });
    expect(offer).toMatchObject({ state: 'LIVE', availableQuantity: 3 });
    const ended = await run<{ offer: object }>(seller, 'OfferWithdraw', { offerId: offer.id });
    expect(ended.offer).toMatchObject({ state: 'WITHDRAWN' });
  });

  test('ApiKeyCreate, ApiKeyCostBudgetSet, ApiKeyRotate, ApiKeyRevoke, ApiKeys', async () => {
    interface Made {
      readonly apiKey: { readonly id: string };
      readonly secret: string | null;
    }
    const wanted = { merchantId, name: 'Bookkeeping', scopes: ['orders:read'], ...story.key() };
    const made = await run<Made>(seller, 'ApiKeyCreate', wanted);
    expect((await run<Made>(seller, 'ApiKeyCreate', wanted)).secret).toBeNull();
    const keyId = made.apiKey.id;
    const budget = await run<Made>(seller, 'ApiKeyCostBudgetSet', { keyId, costBudget: 500 });
    expect(budget.apiKey).toEqual({ id: keyId, costBudget: 500 });
    const next = await run<Made>(seller, 'ApiKeyRotate', { keyId, ...story.key() });
    const program = story.journey.graph.as(next.secret ?? '');
    const sold = `query ($id: ID!) { orders(as: SELLER, sellerId: $id, first: 1) { nodes { id } } }`;
    expect(await program.ask(sold, { id: sellerId })).toEqual({ orders: { nodes: [] } });
    const ended = await run<Made>(seller, 'ApiKeyRevoke', { keyId });
    expect(ended.apiKey).toEqual({ id: keyId, state: 'REVOKED' });
    const { nodes } = await run<{ nodes: object[] }>(seller, 'ApiKeys', { merchantId });
    expect(nodes).toMatchObject([
      { id: next.apiKey.id, state: 'ACTIVE', costBudget: 500 },
      { id: keyId, state: 'REVOKED' },
    ]);
  });
}

const MUG = {
  handle: 'stoneware-mug',
  title: 'Stoneware mug',
  description: 'Turned and glazed by hand; keeps tea hot.',
  categoryHandle: 'kitchen',
  sharing: 'PRIVATE',
  variants: [
    {
      sku: 'mug-1',
      title: 'Grey',
      price: eur(2_200),
      shippingPrice: eur(490),
      stock: 50,
      handlingDays: 1,
      weightG: 420,
      lengthCm: 14,
      widthCm: 12,
      heightCm: 12,
    },
  ],
};
