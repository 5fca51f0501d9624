import { HOUR } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import { DisputeActs, MEMBER, deliveredOrder } from '../testing/dispute.acts';
import { codes, decide, onAmount, publish, reviewsOf } from '../testing/risk.acts';
import { type PlacedGroup, World } from '../testing/world';

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
