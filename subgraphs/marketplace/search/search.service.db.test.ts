import fc from 'fast-check';
import type { SellerId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { type PageRequest, connectionOf, pageRequest } from '#kernel/graphql/page';
import { CatalogueFixture, aListing, aVariant, anonymous } from '../testing/catalogue.fixture';
import { SearchIndexService } from './search-index.service';
import { type ListingSort, type ListingWhere, PRICE_BOUNDS } from './search.rules';

let at: CatalogueFixture;
const shops: { owner: Viewer; sellerId: SellerId }[] = [];

interface Doc {
  id: string;
  words: string[];
  category: string;
  price: bigint;
  currency: string;
  inStock: boolean;
  sellerId: string;
  score: number;
  createdAt: number;
}
const docs: Doc[] = [];
const WORDS = ['copper', 'kettle', 'cup', 'steel', 'lamp'];
const CATEGORIES = ['kitchen', 'light', 'garden'];
const CURRENCIES = ['EUR', 'EUR', 'JPY'];
const PRICES = [1n, 2n, 999n, 1_000n, 2_499n, 2_500n, 7_000n, 99_999n, 100_000n, 500_000n];

/** A small generator of our own: the same catalogue at every run. */
let seed = 42;
const pick = <T>(from: readonly T[]): T => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return from[Math.floor((seed / 2_147_483_648) * from.length)] as T;
};

beforeAll(async () => {
  at = await CatalogueFixture.open();
  shops.push(await at.shop(), await at.shop(), await at.shop(false));
  for (let i = 0; i < 90; i++) {
    const shop = shops[i % 3]!;
    const words = [...new Set([pick(WORDS), pick(WORDS), pick(WORDS)])];
    const [category, price, currency] = [pick(CATEGORIES), pick(PRICES), pick(CURRENCIES)];
    const stock = pick([0, 3]);
    const amount = { minorUnits: price, currencyCode: currency };
    const listing = aListing(`p-${i.toString()}`, {
      title: words.join(' '),
      description: '',
      categoryHandle: category,
      categoryName: `The ${category}`,
      variants: [aVariant({ price: amount, shippingPrice: { ...amount, minorUnits: 0n }, stock })],
    });
    at.clock.advance(pick([0, 1_000]));
    const [row] = await at.context.listings.upsert(shop.owner, shop.sellerId, [listing]);
    const { id, createdAt } = row!.product!;
    const [count, stars] = [pick([0, 1, 50]), pick([1, 5])];
    await at.db.query(
      'update product set "ratingCount" = $2::int, "ratingSum" = $2 * $3::int where id = $1',
      [id, count, stars],
    );
    if (i % 3 < 2) {
      const score = Math.floor((20 * 3500 + 1000 * count * stars) / (20 + count));
      docs.push({
        id,
        words,
        category,
        price,
        currency,
        inStock: stock > 0,
        sellerId: shop.sellerId,
        score,
        createdAt: createdAt.getTime(),
      });
    }
  }
  const ids = await at.db.query<{ id: never }>('select id from product');
  await at.db.transaction(anonymous, async (tx) => {
    await new SearchIndexService().refreshIn(
      tx,
      ids.map(({ id }) => id),
    );
  });
}, 60_000);
afterAll(() => at.close());

const first = (size: number): PageRequest => ({ size, backward: false, from: undefined });
const run = (
  where: ListingWhere,
  page = first(100),
  sort: ListingSort = 'NEWEST',
  reverse = false,
) => at.context.search.search({ where, sort, reverse, page });

/** What a search must find, by looking at every product. `without` leaves one filter out. */
function brute(where: ListingWhere, without?: 'category' | 'price'): Doc[] {
  const words = where.text?.split(' ') ?? [];
  const all = docs.filter((d) => words.every((w) => d.words.includes(w)));
  const textual = all.length > 0 ? all : docs.filter((d) => words.some((w) => d.words.includes(w)));
  return textual.filter(
    (d) =>
      (where.sellerId == null || d.sellerId === where.sellerId) &&
      (where.currencyCode == null || d.currency === where.currencyCode) &&
      (where.inStock == null || d.inStock === where.inStock) &&
      (without === 'category' || where.category == null || d.category === where.category) &&
      (without === 'price' ||
        ((where.minPrice == null || d.price >= where.minPrice) &&
          (where.maxPrice == null || d.price <= where.maxPrice))),
  );
}
const tally = (keys: string[]): Record<string, number> =>
  keys.reduce<Record<string, number>>(
    (counts, key) => ({ ...counts, [key]: (counts[key] ?? 0) + 1 }),
    {},
  );
const rangeOf = (price: bigint): bigint => PRICE_BOUNDS.filter((bound) => bound <= price).at(-1)!;

const maybe = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: null });
const wheres = () =>
  fc.record<ListingWhere>({
    text: fc.option(
      fc
        .uniqueArray(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 })
        .map((w) => w.join(' ')),
      { nil: null },
    ),
    category: maybe([...CATEGORIES, 'unknown']),
    minPrice: maybe([0n, 1_000n, 2_500n]),
    maxPrice: maybe([999n, 2_499n, 100_000n]),
    currencyCode: maybe(['EUR', 'JPY', 'USD']),
    sellerId: maybe(shops.map(({ sellerId }) => sellerId)),
    inStock: maybe([true, false]),
  });

test('hits, total and every facet equal a count by hand', async () => {
  await fc.assert(
    fc.asyncProperty(wheres(), async (where) => {
      const { hits, counts } = await run(where);
      const { total, facets } = await counts();
      expect(hits.map(({ productId }) => productId as string).sort()).toEqual(
        brute(where)
          .map(({ id }) => id)
          .sort(),
      );
      expect(total).toBe(hits.length);
      const [category, price] = facets;
      expect(Object.fromEntries(category!.values.map((v) => [v.input.category, v.count]))).toEqual(
        tally(brute(where, 'category').map((d) => d.category)),
      );
      const priced = brute(where, 'price').filter((d) => d.currency === price!.label);
      expect(Object.fromEntries(price!.values.map((v) => [v.input.minPrice, v.count]))).toEqual(
        tally(priced.map((d) => rangeOf(d.price).toString())),
      );
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('a choice never changes its own facet, and finds as many as it promised', async () => {
  await fc.assert(
    fc.asyncProperty(wheres(), async (where) => {
      const { facets } = await (await run(where)).counts();
      for (const [index, facet] of facets.entries()) {
        for (const { input, count } of facet.values.slice(0, 3)) {
          const chosen = Object.fromEntries(Object.entries(input).filter(([, v]) => v !== null));
          const own = index === 0 ? {} : { minPrice: null, maxPrice: null };
          const after = await (await run({ ...where, ...own, ...chosen })).counts();
          expect(after.total).toBe(count);
          expect(after.facets[index]!.values.map((v) => v.count)).toEqual(
            facet.values.map((v) => v.count),
          );
          expect(after.facets[index]!.values.filter((v) => v.selected)).toHaveLength(1);
        }
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);

const VALUE: Record<Exclude<ListingSort, 'RELEVANCE'>, (d: Doc) => number> = {
  PRICE: (d) => Number(d.price),
  NEWEST: (d) => -d.createdAt,
  RATING: (d) => -d.score,
};

test.each(['PRICE', 'NEWEST', 'RATING', 'RELEVANCE'] as const)(
  'pages by %s meet each product once, in order, both ways and reversed',
  async (sortKey) => {
    const walk = async (text: string | null, reverse: boolean, backward: boolean) => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = pageRequest(
          backward ? { last: 7, before: cursor } : { first: 7, after: cursor },
        );
        const { hits } = await run({ text }, page, sortKey, reverse);
        const { nodes, pageInfo } = connectionOf(hits, page, (h) => [h.place, h.productId]);
        const ids = nodes.map(({ productId }) => productId as string);
        if (backward) seen.unshift(...ids);
        else seen.push(...ids);
        const more = backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
        cursor = more ? (backward ? pageInfo.startCursor : pageInfo.endCursor) : null;
      } while (cursor !== null);
      return seen;
    };
    for (const text of [null, 'copper kettle']) {
      const forwards = await walk(text, false, false);
      expect([...forwards].sort()).toEqual(
        brute({ text })
          .map(({ id }) => id)
          .sort(),
      );
      expect(await walk(text, false, true)).toEqual(forwards);
      expect(await walk(text, true, false)).toEqual([...forwards].reverse());
      if (sortKey === 'RELEVANCE') continue;
      const values = forwards.map((id) => VALUE[sortKey](docs.find((d) => d.id === id)!));
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  },
);

test('any text is a query', async () => {
  const texts = [
    `'&|!:*`,
    '🫖',
    '',
    'a'.repeat(10_000),
    "'); drop table x; --",
    '\\',
    'the',
    '((',
    'cup:*',
    '\u0000',
  ];
  for (const text of texts) await expect(run({ text })).resolves.toBeDefined();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
      await run({ text }, first(5), 'RELEVANCE');
    }),
    { numRuns: 150 },
  );
});

test('accents, plurals, codes and categories are found; a title that is the query beats an accessory', async () => {
  const { owner, sellerId } = await at.shop();
  const list = (handle: string, title: string, sku: string) =>
    aListing(handle, {
      title,
      categoryHandle: 'phones',
      categoryName: 'Téléphones',
      variants: [aVariant({ sku })],
    });
  await at.context.listings.upsert(owner, sellerId, [
    list('phone', 'Zenphone XK-450', 'ZX-1'),
    list('case', 'Leather case for Zenphone XK-450 with strap', 'LC-9/b'),
    list('brulee', 'Crème brûlée torches', 'T'),
  ]);
  const handles = async (text: string) => {
    const { data } = await at.ask(
      anonymous,
      'query ($text: String) { listingSearch(where: { text: $text }) { nodes { product { handle } } } }',
      { text },
    );
    const { nodes } = data?.['listingSearch'] as { nodes: { product: { handle: string } }[] };
    return nodes.map(({ product }) => product.handle);
  };
  expect(await handles('zenphone xk450')).toEqual(['phone', 'case']);
  expect(await handles('XK-450')).toEqual(['phone', 'case']);
  expect(await handles('creme brulee')).toEqual(['brulee']);
  expect(await handles('BRÛLÉE TORCH')).toEqual(['brulee']);
  expect(await handles('LC9b')).toEqual(['case']);
  expect((await handles('telephones')).length).toBe(3);
  expect(await handles('strap nowhere')).toEqual(['case']);
});

test('a search page with everything on it costs at most 6 statements, a product page at most 8', async () => {
  const spy = jest.spyOn(at.db, 'query');
  const { errors, data } = await at.ask(
    anonymous,
    `{ listingSearch(where: { text: "copper" }, first: 20) {
         nodes { product { title category { name } rating { count } } offer { price { amount } seller { handle } } }
         totalCount { count } facets { values { count } } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data).toBeDefined();
  // text, hits, counts, products, offers, categories
  expect(spy.mock.calls.length).toBeLessThanOrEqual(6);
  spy.mockClear();
  const page = await at.ask(
    anonymous,
    `{ productByHandle(handle: "p-0") {
         title category { name } rating { average count }
         variants { sku title offers(first: 5) { nodes { price { amount } } } }
         offers(first: 10) { nodes { inStock price { amount } seller { displayName sellingAllowed rating { count } }
           variant { sku } } }
         bestOffer { id seller { handle } }
         reviews(first: 5) { nodes { stars author { displayName } } totalCount { count } } } }`,
  );
  expect(page.errors).toBeUndefined();
  expect(spy.mock.calls.length).toBeLessThanOrEqual(7); // and one more for authors, when there are reviews
  spy.mockRestore();
});
