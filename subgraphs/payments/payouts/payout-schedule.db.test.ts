import { DAY, HOUR } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import type { Viewer } from '#kernel/auth/viewer';
import type { SellerTier } from '../balances/tier.rules';
import { type Answer, apiKey, user } from '../testing/acts';
import { redWhen } from '../testing/planted-break';
import { World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
const otherMember = user('acc_00000000000000000000000005');
let world: World;
let keys = 0;
const key = (): string => `schedule ${(keys += 1).toString()}`;

beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);

/** A seller of a tier with 8 810 available, and what its schedule is by default. */
async function seller(
  tier: SellerTier = 'TRUSTED',
  total = 10_000n,
  destination = 'dest_ok',
): Promise<string> {
  const group = world.group([total]);
  const sellerId = group.orders[0]?.sellerId ?? '';
  const accountId = MEMBER;
  await world.hear('seller.opened', {
    sellerId,
    accountId,
    country: 'DE',
    handle: 'h',
    displayName: 'H',
  });
  await world.tier(sellerId, 'TRUSTED', 1);
  await world.gate(sellerId, true, 1);
  await world.payoutAccount(member, sellerId, destination);
  await world.pay(group);
  await world.tier(sellerId, tier, 2);
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  return sellerId;
}

interface Found {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly state: string;
}
const payouts = (sellerId: string): Promise<Found[]> =>
  world.db.query('select id, "amountMinor", state from payout where "sellerId" = $1 order by id', [
    sellerId,
  ]);
const amounts = async (sellerId: string): Promise<bigint[]> =>
  (await payouts(sellerId)).map(({ amountMinor }) => amountMinor);
/** Waits until no seller is due any more. */
const swept = (): Promise<unknown> =>
  until(
    async () =>
      (await world.db.query('select 1 as one from "payoutSchedule" where "dueAt" is not null'))
        .length === 0,
    'the sweeps',
  );
async function later(ms: number): Promise<void> {
  await world.advance(ms);
  await swept();
}
/** The clock is far from the PSP's, so its webhooks are refused: the janitor's own looks tell. */
const ended = (sellerId: string, state: string): Promise<unknown> =>
  until(async () => {
    world.clock.advance(DAY);
    return (await payouts(sellerId)).every((one) => one.state === state);
  }, `the payouts to be ${state}`);
const restrict = (
  type: 'restriction.imposed' | 'restriction.lifted',
  sellerId: string,
  statementId: string,
) => world.hear(type, { statementId, sellerId, kind: 'PAYOUT' });

test.each([
  ['TRUSTED', 1],
  ['STANDARD', 7],
  ['NEW', 7],
] as const)('a %s seller is paid out after %d days, by itself and once', async (tier, days) => {
  const sellerId = await seller(tier);
  await later(days * DAY - HOUR);
  expect(await amounts(sellerId)).toEqual([]);
  await later(HOUR);
  expect(await amounts(sellerId)).toEqual([8_810n]);
  await later(8 * DAY);
  expect(await amounts(sellerId)).toEqual([8_810n]);
});

test('a restricted seller is not, until its tier changes; a choice beyond the tier is refused', async () => {
  const sellerId = await seller('RESTRICTED');
  await later(8 * DAY);
  expect(await amounts(sellerId)).toEqual([]);
  expect(codes(await world.payoutEvery(member, sellerId, 'DAILY'))).toEqual([
    'SCHEDULE_NOT_ALLOWED',
  ]);
  await world.tier(sellerId, 'STANDARD', 3);
  const chosen = await world.payoutEvery(member, sellerId, 'DAILY');
  expect(chosen['payoutSchedule']).toEqual({
    interval: 'DAILY',
    allowed: ['WEEKLY', 'DAILY', 'MANUAL'],
  });
  await world.tier(sellerId, 'NEW', 4);
  const { data } = await world.call(
    member,
    `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
      payoutSchedule(currencyCode: "EUR") { interval minimum { minorUnits } } } } }`,
    { s: [{ __typename: 'Seller', id: sellerId }] },
  );
  expect(data?.['_entities']).toEqual([
    { payoutSchedule: { interval: 'WEEKLY', minimum: { minorUnits: '100' } } },
  ]);
  await world.tier(sellerId, 'STANDARD', 5);
  await later(DAY);
  expect(await amounts(sellerId)).toEqual([8_810n]);
});

test('a new seller is paid a limited amount in 7 days, the rest later', async () => {
  const sellerId = await seller('NEW', 200_000n);
  await later(7 * DAY);
  expect(await amounts(sellerId)).toEqual([100_000n]);
  expect(codes(await world.payOut(member, sellerId, 1_000n))).toEqual(['PAYOUT_LIMIT']);
  await later(7 * DAY);
  expect(await amounts(sellerId)).toEqual([100_000n, 76_200n]);
});

test('nothing is paid under a restriction, whatever order its facts come in', async () => {
  const sellerId = await seller();
  await restrict('restriction.imposed', sellerId, 'st_1');
  await restrict('restriction.imposed', sellerId, 'st_2');
  await restrict('restriction.imposed', sellerId, 'st_1');
  await restrict('restriction.lifted', sellerId, 'st_1');
  await restrict('restriction.lifted', sellerId, 'st_3');
  await restrict('restriction.imposed', sellerId, 'st_3');
  expect(codes(await world.payOut(member, sellerId, 100n))).toEqual(['PAYOUT_ON_HOLD']);
  await later(2 * DAY);
  expect(await amounts(sellerId)).toEqual([]);
  await restrict('restriction.lifted', sellerId, 'st_2');
  await later(DAY);
  expect(await amounts(sellerId)).toEqual([8_810n]);
});

test('the PSP is asked what it can move: no more is paid, and nothing while it does not answer', async () => {
  const sellerId = await seller();
  await world.psp.faults({ match: 'GET /api/balance', kind: 'drop_before' });
  await world.advance(DAY);
  await until(
    async () =>
      (
        await world.db.query(
          'select 1 as one from "payoutSchedule" where "sellerId" = $1 and "dueAt" > $2',
          [sellerId, world.clock.now()],
        )
      ).length > 0,
    'the sweep to be put off',
  );
  await world.psp.faults();
  expect(await amounts(sellerId)).toEqual([]);
  await later(5 * 60_000);
  expect(await amounts(sellerId)).toEqual([8_810n]);
});

test('each line is paid by one payout: the one that pays the last of it', async () => {
  const sellerId = await seller();
  const lines = async (): Promise<unknown> =>
    world.db.query(
      `select b.kind, p."amountMinor" as paid from "balanceTransaction" b
       left join payout p on p.id = b."payoutId" where b."sellerId" = $1 and b.kind = 'RELEASE'`,
      [sellerId],
    );
  await world.payOut(member, sellerId, 8_000n);
  expect(await lines()).toEqual([{ kind: 'RELEASE', paid: null }]);
  const rest = await world.payOut(member, sellerId, 810n);
  expect(await lines()).toEqual([{ kind: 'RELEASE', paid: 810n }]);
  const { data } = await world.call(
    member,
    `query ($id: ID!) { payout(id: $id) { speed fee { minorUnits } lines { kind amount { minorUnits } } } }`,
    { id: (rest['payout'] as { id: string }).id },
  );
  expect(data?.['payout']).toEqual({
    speed: 'STANDARD',
    fee: { minorUnits: '0' },
    lines: [{ kind: 'RELEASE', amount: { minorUnits: '8810' } }],
  });
});

const instant = (viewer: Viewer, sellerId: string, minor?: bigint): Promise<Answer> => {
  const amount = minor === undefined ? null : { minorUnits: minor.toString(), currencyCode: 'EUR' };
  const input = { sellerId, amount, currencyCode: 'EUR', speed: 'INSTANT', idempotencyKey: key() };
  return world.mutate(
    viewer,
    'payoutCreate',
    input,
    'payout { id amount { minorUnits } fee { minorUnits } }',
  );
};
const fees = (sellerId: string): Promise<unknown> =>
  world.db.query(
    `select data->>'kind' as kind, data->>'amountMinor' as minor from outbox
     where type = 'fee.charged' and data->>'sellerId' = $1`,
    [sellerId],
  );

test('a trusted seller is paid at once for a fee, which comes back when the payout fails', async () => {
  const sellerId = await seller();
  const paid = await instant(member, sellerId, 5_000n);
  expect(paid['payout']).toMatchObject({
    amount: { minorUnits: '5000' },
    fee: { minorUnits: '50' },
  });
  expect(await fees(sellerId)).toEqual([{ kind: 'INSTANT_PAYOUT', minor: '50' }]);
  const all = await instant(member, sellerId);
  expect(all['payout']).toMatchObject({
    amount: { minorUnits: '3710' },
    fee: { minorUnits: '50' },
  });
  const standard = await seller('STANDARD');
  expect(codes(await instant(member, standard, 1_000n))).toEqual(['INSTANT_NOT_ALLOWED']);
  const failing = await seller('TRUSTED', 10_000n, 'dest_fail');
  await instant(member, failing, 1_000n);
  await ended(failing, 'FAILED');
  const [left] = await world.db.query<{ minor: bigint }>(
    `select sum("amountMinor")::bigint as minor from "balanceTransaction" where "sellerId" = $1`,
    [failing],
  );
  expect(left?.minor).toBe(8_810n);
});

test('others neither choose nor see a schedule', async () => {
  const sellerId = await seller();
  for (const stranger of [otherMember, operator, apiKey(['sel_x'], ['payouts:write'])]) {
    expect(codes(await world.payoutEvery(stranger, sellerId, 'WEEKLY'))).toEqual(['NOT_FOUND']);
  }
  const reader = apiKey([sellerId], ['payouts:read']);
  expect(codes(await world.payoutEvery(reader, sellerId, 'WEEKLY'))).toEqual(['FORBIDDEN']);
  const { data } = await world.call(
    otherMember,
    `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
      payoutSchedule(currencyCode: "EUR") { interval } } } }`,
    { s: [{ __typename: 'Seller', id: sellerId }] },
  );
  expect(data?.['_entities']).toEqual([null]);
});

test.each([
  ['I31', `delete from timer where kind = 'PAYOUT_SWEEP'`],
  ['I32', `update "sellerFunds" set "paidMinor" = "paidMinor" + 1`],
  ['I32', `update payout set state = 'FAILED' where state = 'PAID'`],
])('%s is red when it is broken: %s', async (invariant, sql) => {
  expect(await redWhen(world.url, sql)).toContain(invariant);
});
