import type { SellerId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import {
  CatalogueFixture,
  aListing,
  aVariant,
  anonymous,
  euro,
  codeOf,
} from '../testing/catalogue.fixture';
import type { Listing } from './listing.rules';

let at: CatalogueFixture;
let owner: Viewer;
let sellerId: SellerId;

beforeAll(async () => {
  at = await CatalogueFixture.open();
  ({ owner, sellerId } = await at.shop());
});
afterAll(() => at.close());

const upsert = (...listings: Listing[]) => at.context.listings.upsert(owner, sellerId, listings);
const outcomes = async (run: ReturnType<typeof upsert>) =>
  (await run).map(({ handle, refusal }) => `${handle} ${refusal?.code ?? 'ok'}`);
const offersOf = (handle: string) =>
  at.db.query<{ id: string; version: number; unitMinor: bigint; onHand: number }>(
    `select o.id, o.version, o."unitMinor", s."onHand" from offer o join stock s on s."offerId" = o.id
     join product p on p.id = o."productId" where p.handle = $1 order by o.id`,
    [handle],
  );

test('bad rows refuse only themselves, in their place', async () => {
  const rows = [
    aListing('good-1'),
    aListing('bad', { title: '' }),
    aListing('GOOD-1'),
    aListing('no-category', { categoryHandle: 'unknown', categoryName: null }),
    aListing('good-2', { variants: [aVariant(), aVariant({ sku: 'two' })] }),
  ];
  expect(await outcomes(upsert(...rows))).toEqual([
    'good-1 ok',
    'bad TITLE_INVALID',
    'GOOD-1 HANDLE_REPEATED',
    'no-category CATEGORY_INVALID',
    'good-2 ok',
  ]);
  expect(await offersOf('good-2')).toHaveLength(2);
});

test('the same call twice leaves the same state and tells nothing new', async () => {
  const [first] = await upsert(aListing('twice'));
  const before = await offersOf('twice');
  const told = (await at.facts('offer.published')).length;
  at.clock.advance(1_000);
  const [second] = await upsert(aListing('twice'));
  expect(second?.product).toEqual(first?.product);
  expect(await offersOf('twice')).toEqual(before);
  expect((await at.facts('offer.published')).length).toBe(told);
});

test('ten calls at once for the same new products make each once', async () => {
  const listings = Array.from({ length: 20 }, (_, i) => aListing(`race-${i.toString()}`));
  const orders = Array.from({ length: 10 }, (_, i) => (i % 2 ? listings : [...listings].reverse()));
  const results = await Promise.all(orders.map((rows) => outcomes(upsert(...rows))));
  expect(results.flat().every((line) => line.endsWith(' ok'))).toBe(true);
  const [counts] = await at.db.query(
    `select (select count(*)::int from product where handle like 'race-%') as products,
       (select count(*)::int from offer o join product p on p.id = o."productId" where p.handle like 'race-%') as offers,
       (select count(*)::int from "searchDocument" d join product p on p.id = d."productId"
         where p.handle like 'race-%' and d."inStock") as found`,
  );
  expect(counts).toEqual({ products: 20, offers: 20, found: 20 });
});

test('a change is stored, versioned, told and found', async () => {
  await upsert(aListing('change', { title: 'Zylophon alt' }));
  at.clock.advance(1_000);
  await upsert(
    aListing('change', {
      title: 'Zylophon neu',
      variants: [aVariant({ price: euro(1_200n), stock: 0 })],
    }),
  );
  expect(await offersOf('change')).toMatchObject([{ version: 2, unitMinor: 1_200n, onHand: 0 }]);
  expect((await at.facts('offer.published')).at(-1)).toMatchObject({
    productTitle: 'Zylophon neu',
    unitMinor: '1200',
    inStock: false,
    version: 2,
  });
  const found = async (text: string) =>
    (
      await at.context.search.search({
        where: { text },
        sort: 'RELEVANCE',
        reverse: false,
        page: { size: 5, backward: false, from: undefined },
      })
    ).hits.length;
  expect([await found('zylophon neu'), await found('zylophon "alt')]).toEqual([1, 1]);
  const [doc] = await at.db.query(
    `select "inStock", words @@ to_tsquery('simple', 'alt') as old from "searchDocument" where title = 'Zylophon neu'`,
  );
  expect(doc).toEqual({ inStock: false, old: false });
});

test('another seller cannot take over a product by its handle', async () => {
  await upsert(aListing('mine'));
  const rival = await at.shop();
  const [row] = await at.context.listings.upsert(rival.owner, rival.sellerId, [
    aListing('mine', { title: 'Stolen' }),
  ]);
  expect(row).toMatchObject({ product: null, refusal: { code: 'HANDLE_TAKEN' } });
  const { data } = await at.ask(anonymous, '{ productByHandle(handle: "mine") { title } }');
  expect(data).toEqual({ productByHandle: { title: 'A kettle' } });
});

test('stock cannot be set below what checkouts have reserved', async () => {
  await upsert(aListing('reserved'));
  const [offer] = await offersOf('reserved');
  await at.db.query('update stock set reserved = 3 where "offerId" = $1', [offer!.id]);
  const rows = [2, 3].map((stock) => aListing('reserved', { variants: [aVariant({ stock })] }));
  expect(await outcomes(upsert(rows[0]!))).toEqual(['reserved STOCK_BELOW_RESERVED']);
  expect(await outcomes(upsert(rows[1]!))).toEqual(['reserved ok']);
  const { data } = await at.ask(
    anonymous,
    '{ productByHandle(handle: "reserved") { bestOffer { id } offers { nodes { inStock availableQuantity } } } }',
  );
  expect(data).toEqual({
    productByHandle: {
      bestOffer: null,
      offers: { nodes: [{ inStock: false, availableQuantity: 0 }] },
    },
  });
});

test('a call takes 1 to 100 listings', async () => {
  const many = Array.from({ length: 101 }, (_, i) => aListing(`many-${i.toString()}`));
  expect(await codeOf(() => upsert())).toBe('TOO_MANY_LISTINGS');
  expect(await codeOf(() => upsert(...many))).toBe('TOO_MANY_LISTINGS');
  expect((await upsert(...many.slice(1))).every(({ product }) => product !== null)).toBe(true);
});

test('hostile text is stored clean', async () => {
  await upsert(
    aListing('hostile', {
      title: 'ke\u0000ttle \u202Etxet',
      description: '<script>\u2067x</script>',
    }),
  );
  const { data } = await at.ask(
    anonymous,
    '{ productByHandle(handle: "hostile") { title description } }',
  );
  expect(data).toEqual({
    productByHandle: { title: 'kettle txet', description: '<script>x</script>' },
  });
});

test('a call that comes again with its key changes nothing, and answers what it did', async () => {
  const rows = [aListing('keyed', { variants: [aVariant({ stock: 9 })] }), aListing('keyed')];
  const call = () => outcomes(at.context.listings.upsert(owner, sellerId, rows, 'keyed 1'));
  const first = ['keyed ok', 'keyed HANDLE_REPEATED'];
  expect(await call()).toEqual(first);
  const [offer] = await offersOf('keyed');
  await at.db.query('update stock set "onHand" = 4 where "offerId" = $1', [offer!.id]); // sold
  expect(await call()).toEqual(first);
  expect((await offersOf('keyed'))[0]).toMatchObject({ onHand: 4 });
  const another = at.context.listings.upsert(owner, sellerId, rows.slice(1), 'keyed 1');
  await expect(another).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' });
});
