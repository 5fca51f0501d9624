import type { Viewer } from '#kernel/auth/viewer';
import { keyOf } from '../testing/catalogue.fixture';
import { type Shop, TradeFixture } from '../testing/trade.fixture';

let trade: TradeFixture;
let shop: Shop;
beforeAll(async () => {
  trade = await TradeFixture.open();
  shop = await trade.at.shop();
});
afterAll(() => trade.close());

test('lists: the buyer’s, and the seller’s for its members and keys, paged both ways', async () => {
  const fresh = await trade.at.person();
  const other = await trade.at.shop();
  const offer = await trade.offer(other, 9);
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.unshift((await trade.buy(fresh, [[offer, 1]])).orders[0]!.id);
  const list = async (viewer: Viewer, args: string) => {
    const { data, errors } = await trade.at.ask(
      viewer,
      `{ orders(${args}) { nodes { id } pageInfo { hasNextPage endCursor startCursor } } }`,
    );
    type Page = { nodes: { id: string }[]; pageInfo: Record<string, string | boolean> };
    const page = data?.['orders'] as Page | null;
    return {
      ids: page?.nodes.map(({ id }) => id),
      page: page?.pageInfo,
      code: errors?.[0]?.extensions?.['code'],
    };
  };
  const first = await list(fresh, 'first: 3');
  expect(first.ids).toEqual(made.slice(0, 3));
  expect(first.page?.['hasNextPage']).toBe(true);
  const rest = await list(fresh, `first: 3, after: "${String(first.page?.['endCursor'])}"`);
  expect(rest.ids).toEqual(made.slice(3));
  const back = await list(fresh, `last: 2, before: "${String(rest.page?.['startCursor'])}"`);
  expect(back.ids).toEqual(made.slice(1, 3));
  const selling = `as: SELLER, sellerId: "${other.sellerId}"`;
  expect((await list(other.owner, selling)).ids).toEqual(made);
  expect((await list(keyOf(other.sellerId, ['orders:read']), selling)).ids).toEqual(made);
  expect((await list(keyOf(other.sellerId, ['catalogue:read']), selling)).code).toBe('FORBIDDEN');
  expect((await list(shop.owner, selling)).code).toBe('FORBIDDEN');
  expect((await list(shop.owner, 'as: BUYER')).ids).toEqual([]);
  expect((await list(keyOf(other.sellerId, ['*']), 'as: BUYER')).code).toBe('FORBIDDEN');
});
