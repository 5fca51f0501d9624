import { sellerIds } from '#contracts/ids';
import { systemViewer } from '#kernel/auth/viewer';
import { HOUR } from '#kernel/clock/clock';
import { dryRun } from '#kernel/db/dry-run';
import { user } from '../testing/acts';
import { DisputeActs, MEMBER, deliveredOrder } from '../testing/dispute.acts';
import { codes, decide, onAmount, publish, reviewsOf } from '../testing/risk.acts';
import { type PlacedGroup, World } from '../testing/world';
import { readMove } from './feature.service';

jest.setTimeout(60_000);
const member = user(MEMBER);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const sellerOf = (group: PlacedGroup): string => group.orders[0]?.sellerId ?? '';
const latest = async (point: string, subject: string): Promise<Record<string, unknown>> => {
  const [row] = await world.db.query<{ features: Record<string, unknown> }>(
    `select features from "riskDecision" where point = $1 and subject = $2 and not "isShadow"
     order by id desc limit 1`,
    [point, subject],
  );
  return row?.features ?? {};
};

test('a payout is judged by what is known of its seller: account, verification, cases', async () => {
  const group = await deliveredOrder(world);
  const sellerId = sellerOf(group);
  await world.db.query('update "payoutGate" set level = 2 where "sellerId" = $1', [sellerId]);
  await world.partyFact('order.receipt_confirmed', group);
  await world.payoutAccount(member, sellerId, 'dest_signals');
  await world.advance(100 * HOUR);
  expect(codes(await world.payOut(member, sellerId, 100n))).toEqual([]);
  const before = await latest('PAYOUT', sellerId);
  expect(before).toMatchObject({
    ...{ 'seller.settled_90d': 1, 'seller.caseRatio_90d': 0, 'seller.onboarding': 0 },
    'seller.kybLevel': 2,
  });
  expect(before['seller.accountHours']).toBeCloseTo(100, 1);
  const acts = new DisputeActs(world);
  const { id, buyer } = await acts.opened(
    { amount: { minorUnits: '1000', currencyCode: 'EUR' } },
    group,
  );
  await world.payOut(member, sellerId, 100n);
  expect((await latest('PAYOUT', sellerId))['seller.caseRatio_90d']).toBe(1);
  await acts.withdraw(buyer, id);
  await world.payOut(member, sellerId, 100n);
  expect((await latest('PAYOUT', sellerId))['seller.caseRatio_90d']).toBe(0);
});

test('ONBOARDING: an account that many sellers name is looked at', async () => {
  const group = world.group([1_000n]);
  const sellerId = sellerOf(group);
  await world.openSeller(sellerId, MEMBER, true);
  await world.tier(sellerId, 'STANDARD', 2);
  await world.db.query(
    `insert into "payoutAccount" (id, "sellerId", destination, verified, "createdAt")
     select 'pac_' || n, 'sel_' || n, 'dest_many', true, now() from generate_series(1, 5) n`,
  );
  await world.payoutAccount(member, sellerId, 'dest_alone');
  expect(await reviewsOf(world, sellerId)).toEqual([]);
  await world.payoutAccount(member, sellerId, 'dest_many');
  expect(await latest('ONBOARDING', sellerId)).toMatchObject({ 'seller.accountSharedBy': 5 });
  expect(await reviewsOf(world, sellerId)).toMatchObject([{ state: 'OPEN', point: 'ONBOARDING' }]);
});

test('ONBOARDING: what stands still there pays nobody out before an operator approves', async () => {
  const below = { feature: 'seller.trust', is: 'lt', value: 9 } as const;
  await publish(world, 'ONBOARDING', [
    onAmount(0, { code: 'ALL', when: below, outcome: 'BLOCK_AND_REVIEW' }),
  ]);
  const group = await deliveredOrder(world);
  const sellerId = sellerOf(group);
  await world.payoutAccount(member, sellerId, 'dest_looked_at');
  await world.partyFact('order.receipt_confirmed', group);
  await world.advance(73 * HOUR);
  expect(codes(await world.payOut(member, sellerId, 100n))).toEqual(['PAYOUT_ON_HOLD']);
  const [review] = await reviewsOf(world, sellerId);
  expect(review).toMatchObject({ state: 'OPEN', point: 'ONBOARDING' });
  const mine = await decide(world, review?.id ?? '', true, { viewer: user(MEMBER, ['OPERATOR']) });
  expect(codes(mine)).toEqual(['DECIDER_CONFLICT']);
  expect(codes(await decide(world, review?.id ?? '', true))).toEqual([]);
  expect(codes(await world.payOut(member, sellerId, 100n))).toEqual([]);
});

describe('the jump of a seller’s volume', () => {
  /** What is known of a seller with so many orders on each of the days before, newest first. */
  const jumpOf = (perDay: readonly number[]): Promise<unknown> =>
    dryRun(world.db, systemViewer('test'), async (tx) => {
      const sellerId = sellerIds.create();
      const { request, buyerId } = world.group([1_000n]);
      await tx.query(
        `insert into "orderGroup" (id, "buyerId", currency, state, "seenAt")
         values ($1, $2, 'EUR', 'PAID', $3)`,
        [request.orderGroupId, buyerId, tx.now],
      );
      await tx.query(
        `insert into escrow (id, "orderId", "orderGroupId", "buyerId", "sellerId", currency,
           "totalMinor", "commissionMinor", "taxMinor", state, "createdAt", "fundedAt")
         select 'esc_' || day || '_' || n, 'ord_' || day || '_' || n, $1, $2, $3, 'EUR', 100, 0, 0,
           'HELD', at, at
         from unnest($4::int[]) with ordinality d (orders, day)
           cross join lateral generate_series(1, d.orders) n
           cross join lateral (select $5::timestamptz - (day - 0.5) * interval '1 day' as at) t`,
        [request.orderGroupId, buyerId, sellerId, perDay, tx.now],
      );
      const move = { subject: 'pot_1', sellerId, currency: 'EUR', amountMinor: 1n };
      const { features } = await readMove(tx, 'RELEASE', move);
      return features['seller.volumeJump'] ?? null;
    });
  const days = (each: number, count: number): number[] => Array<number>(count).fill(each);

  test.each([2, 25, 100])('%d a day, always: none', async (each) => {
    expect(await jumpOf(days(each, 60))).toBe(1);
  });

  test('is how often more than in the weeks before', async () => {
    expect(await jumpOf([...days(40, 7), ...days(2, 28)])).toBe(20);
    expect(await jumpOf([...days(100, 7), ...days(10, 28)])).toBe(10);
    expect(await jumpOf(days(5, 7))).toBe(35);
    expect(await jumpOf([...days(1, 7), ...days(0, 28)])).toBeNull();
  });

  test('more than is counted in a week is at least that; always that much, and it is not known', async () => {
    expect(await jumpOf([...days(300, 7), ...days(1, 28)])).toBeCloseTo(1_000 / 7, 5);
    expect(await jumpOf(days(150, 36))).toBeNull();
  });
});
