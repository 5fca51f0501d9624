import { CallError, Refusal } from '#kernel/errors/refusal';
import { CatalogueFixture, aListing, anonymous, keyOf } from '../testing/catalogue.fixture';

let at: CatalogueFixture;
beforeAll(async () => {
  at = await CatalogueFixture.open();
});
afterAll(() => at.close());

const opening = (handle: string) => ({ handle, displayName: 'Shop', country: 'BR' });

test('opening a shop makes the account its owner and tells it', async () => {
  const owner = await at.person();
  const seller = await at.context.sellers.open(owner, opening('Tea-House'));
  expect(seller).toMatchObject({ handle: 'tea-house', displayName: 'Shop', country: 'BR' });
  expect(await at.facts('seller.opened')).toContainEqual({
    sellerId: seller.id,
    accountId: owner.accountId,
    country: 'BR',
    handle: 'tea-house',
    displayName: 'Shop',
  });
  expect(await at.context.sellers.ofViewer(owner)).toHaveLength(1);
});

test('of many who open one handle at once, one gets it', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => at.person()));
  const results = await Promise.allSettled(
    people.map((person) => at.context.sellers.open(person, opening('only-one'))),
  );
  const refused = results.flatMap((r) => (r.status === 'rejected' ? [r.reason as Refusal] : []));
  expect(refused.map(({ code }) => code)).toEqual(Array(5).fill('SELLER_HANDLE_TAKEN'));
});

test('only people open shops', async () => {
  expect(() => at.context.sellers.open(anonymous, opening('nobody'))).toThrow(CallError);
  const { sellerId } = await at.shop();
  expect(() => at.context.sellers.open(keyOf(sellerId, ['*']), opening('a-key'))).toThrow(
    CallError,
  );
  const person = await at.person();
  expect(() => at.context.sellers.open(person, opening('-x-'))).toThrow(Refusal);
});

test('the newest merchant fact decides, in whatever order they come', async () => {
  const { sellerId } = await at.shop(false);
  const allowed = async () =>
    (await at.ask(anonymous, `{ seller(id: "${sellerId}") { sellingAllowed } }`)).data;
  expect(await allowed()).toEqual({ seller: { sellingAllowed: false } });
  await at.gate(sellerId, true, 5);
  await at.gate(sellerId, false, 4);
  await at.gate(sellerId, false, 5);
  expect(await allowed()).toEqual({ seller: { sellingAllowed: true } });
  await at.gate(sellerId, false, 6);
  expect(await allowed()).toEqual({ seller: { sellingAllowed: false } });
});

test('a seller who loses the right to sell vanishes from offers and search, and comes back', async () => {
  const { owner, sellerId } = await at.shop();
  await at.context.listings.upsert(owner, sellerId, [aListing('gated')]);
  const look = async () =>
    (
      await at.ask(
        anonymous,
        `{ productByHandle(handle: "gated") { bestOffer { id } offers { nodes { id } } }
           listingSearch(where: { sellerId: "${sellerId}" }) { nodes { id } totalCount { count } } }`,
      )
    ).data;
  const gone = {
    productByHandle: { bestOffer: null, offers: { nodes: [] } },
    listingSearch: { nodes: [], totalCount: { count: 0 } },
  };
  expect(await look()).not.toMatchObject(gone);
  await at.gate(sellerId, false, 2);
  expect(await look()).toEqual(gone);
  await at.gate(sellerId, true, 3);
  expect(await look()).toMatchObject({ listingSearch: { totalCount: { count: 1 } } });
});

test('whoever acts for a seller: its members, and its keys with the scope', async () => {
  const { owner, sellerId } = await at.shop();
  const other = await at.shop();
  const may = (viewer: Parameters<typeof at.context.sellers.actsFor>[1]) =>
    at.context.sellers.actsFor(at.db, viewer, sellerId, 'catalogue:write');
  expect(await may(owner)).toBe(true);
  expect(await may(other.owner)).toBe(false);
  expect(await may(anonymous)).toBe(false);
  expect(await may(keyOf(sellerId, ['catalogue:write']))).toBe(true);
  expect(await may(keyOf(sellerId, ['orders:read']))).toBe(false);
  expect(await may(keyOf(other.sellerId, ['catalogue:write']))).toBe(false);
});

test('hostile ids, handles, bounds and cursors are the caller’s fault, never ours', async () => {
  const cursor = (...key: string[]) => Buffer.from(JSON.stringify(key)).toString('base64url');
  const codes = async (query: string) => {
    const { errors } = await at.ask(anonymous, query);
    return errors?.map(({ extensions }) => extensions?.['code']);
  };
  expect(await codes('{ seller(id: "sel_\\u0000") { id } }')).toEqual(['BAD_USER_INPUT']);
  expect(await codes('{ sellerByHandle(handle: "\\u0000") { id } }')).toEqual(['BAD_USER_INPUT']);
  expect(await codes('{ product(id: "nothing") { id } node(id: "\'") { id } }')).toBeUndefined();
  const huge = '9'.repeat(19);
  expect(
    await codes(
      `{ listingSearch(where: { minPrice: "-${huge}", maxPrice: "${huge}" }) { queryId } }`,
    ),
  ).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  for (const key of [['x', 'y'], ['1'], ['1', '2', '3'], [huge, 'prd']]) {
    const search = `{ listingSearch(sortKey: PRICE, after: "${cursor(...key)}") { queryId } }`;
    expect(await codes(search)).toEqual(['BAD_PAGE_ARGUMENTS']);
  }
  expect(
    await codes(
      `{ productByHandle(handle: "gated") { offers(after: "${cursor('x', 'y')}") { nodes { id } } } }`,
    ),
  ).toEqual(['BAD_PAGE_ARGUMENTS']);
});
