import { type GraphQLField, GraphQLObjectType, getNamedType, isLeafType } from 'graphql';
import type { Grant } from '#kernel/auth/grant';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { LocalDoor } from '#kernel/graphql/door';
import { silentLogger } from '#kernel/server/log';
import { anonymous, keyOf } from '../testing/catalogue.fixture';
import { type Shop, TradeFixture } from '../testing/trade.fixture';
import type { OrderRow } from './order.entity';

/** Who may follow an order, and who gets the same: what live groups are built on. */
let trade: TradeFixture;
let shop: Shop;
let order: OrderRow;
let door: LocalDoor;
let viewers: Record<string, Viewer>;
let everything: string;

const member = async (role: string): Promise<Viewer> => {
  const viewer = await trade.at.person();
  await trade.at.db.query(
    `insert into "sellerMember" ("sellerId", "accountId", role, "createdAt") values ($1, $2, $3, now())`,
    [shop.sellerId, viewer.accountId, role],
  );
  return viewer;
};

beforeAll(async () => {
  trade = await TradeFixture.open();
  shop = await trade.at.shop();
  const buyer = await trade.at.person();
  const rival = await trade.at.shop();
  const { orders } = await trade.buy(buyer, [
    [await trade.offer(shop), 1],
    [await trade.offer(rival), 1],
  ]);
  order = orders.find(({ sellerId }) => sellerId === shop.sellerId)!;
  const second = await member('OWNER');
  const alsoRival = await member('OWNER');
  await trade.at.db.query(
    `insert into "sellerMember" ("sellerId", "accountId", role, "createdAt") values ($1, $2, 'MEMBER', now())`,
    [rival.sellerId, alsoRival.accountId],
  );
  viewers = {
    buyer,
    owner: shop.owner,
    'second owner': second,
    member: await member('MEMBER'),
    'second member': await member('MEMBER'),
    'member of both': alsoRival,
    'owner with fewer scopes': makeViewer({ ...shop.owner, scopes: ['orders:read'] }),
    key: keyOf(shop.sellerId, ['orders:read', 'orders:write']),
    'same key made by another': { ...keyOf(shop.sellerId, ['orders:write', 'orders:read']) },
    'reading key': keyOf(shop.sellerId, ['orders:read']),
    'key without scope': keyOf(shop.sellerId, ['catalogue:write']),
    operator: await trade.at.person(['OPERATOR']),
    'second operator': await trade.at.person(['OPERATOR']),
    rival: rival.owner,
    stranger: await trade.at.person(),
    anonymous,
  };
  door = new LocalDoor(trade.at.subgraph, silentLogger());
  everything = selectionOf(trade.at.subgraph.schema.getType('Order') as GraphQLObjectType, 4);
});
afterAll(() => trade.close());

/** All fields without arguments that do not depend on the single account, so deep. */
function selectionOf(type: GraphQLObjectType, depth: number): string {
  const parts = Object.values(type.getFields()).map((field) => {
    if (isPerUser(field) || field.args.some(({ type: of }) => String(of).endsWith('!'))) return '';
    const of = getNamedType(field.type);
    if (isLeafType(of)) return field.name;
    if (!(of instanceof GraphQLObjectType) || depth === 0) return '';
    const below = selectionOf(of, depth - 1);
    return below === '__typename' ? '' : `${field.name} { ${below} }`;
  });
  return ['__typename', ...parts.filter((part) => part !== '')].join(' ');
}

const isPerUser = ({ astNode }: GraphQLField<unknown, unknown>): boolean =>
  (astNode?.directives ?? []).some(
    ({ name, arguments: given }) =>
      name.value === 'access' && (given ?? []).some((one) => one.name.value === 'perUser'),
  );

async function asked(viewer: Viewer): Promise<{ answer: string; grants: readonly Grant[] }> {
  const query = `{ order(id: "${order.id}") { ${everything} } }`;
  const { data, errors, extensions } = await door.execute(
    { query, extensions: { grant: true } },
    viewer,
  );
  expect(errors).toBeUndefined();
  return { answer: JSON.stringify(data), grants: extensions?.grants ?? [] };
}

test('whoever sees an order is granted it, for less than a minute; nobody else is', async () => {
  for (const viewer of Object.values(viewers)) {
    const { answer, grants } = await asked(viewer);
    expect(grants).toHaveLength(answer === '{"order":null}' ? 0 : 1);
    for (const { subject, until } of grants) {
      expect(subject).toBe(order.id);
      const left = until - trade.at.db.clock.now().getTime();
      expect(left > 10_000 && left <= 60_000).toBe(true);
    }
  }
  const silent = await door.execute(
    { query: `{ order(id: "${order.id}") { id } }` },
    viewers['buyer']!,
  );
  expect(silent.extensions).toBeUndefined();
});

test('equal scopes see the same in everything that is not of the single account', async () => {
  expect(everything.length).toBeGreaterThan(1_000);
  const byScope = new Map<string, { names: string[]; answers: Set<string> }>();
  for (const [name, viewer] of Object.entries(viewers)) {
    const { answer, grants } = await asked(viewer);
    const [grant] = grants;
    if (grant === undefined) continue;
    const known = byScope.get(grant.scope) ?? { names: [], answers: new Set() };
    byScope.set(grant.scope, { names: [...known.names, name], answers: known.answers.add(answer) });
  }
  for (const { answers } of byScope.values()) expect(answers.size).toBe(1);
  const shared = [...byScope.values()].map(({ names }) => names);
  expect(shared).toEqual([
    ['buyer'],
    ['owner', 'second owner'],
    ['member', 'second member'],
    ['member of both'],
    ['owner with fewer scopes'],
    ['key', 'same key made by another'],
    ['reading key'],
    ['operator', 'second operator'],
  ]);
});
