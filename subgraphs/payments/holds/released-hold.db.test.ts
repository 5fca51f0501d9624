import { systemViewer } from '#kernel/auth/viewer';
import { DAY, HOUR } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import { redWhen } from '../testing/planted-break';
import { type PlacedGroup, World } from '../testing/world';
import type { SellerTier } from '../balances/tier.rules';
import { freezeReleasedIn, liftReleasedIn } from './released-hold.service';
import { lockHeld } from '../escrow/tranche.service';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000051';
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000052', ['OPERATOR']);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const sellerOf = (group: PlacedGroup): string => group.orders[0]?.sellerId ?? '';
const codes = async (answer: ReturnType<World['payOut']>): Promise<string[]> =>
  (await answer).userErrors.map(({ code }) => code);

/** An order of 10 000 (8 810 net), released by a seller of this tier. */
async function released(tier: SellerTier, sellerId?: string): Promise<PlacedGroup> {
  const group = world.group([10_000n]);
  for (const order of group.orders) if (sellerId !== undefined) Object.assign(order, { sellerId });
  if (sellerId === undefined) {
    await world.openSeller(sellerOf(group), MEMBER, true);
    await world.tier(sellerOf(group), tier, 2);
  }
  await world.pay(group);
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  await world.partyFact('order.receipt_confirmed', group);
  return group;
}

async function freeze(group: PlacedGroup, amountMinor: bigint, caseId = 'dsp_1') {
  const why = { cause: 'CHARGEBACK', caseId, reason: 'a case' } as const;
  return world.db.transaction(systemViewer('test'), async (tx) => {
    const held = await lockHeld(tx, { orderId: orderOf(group) });
    if (held === undefined) throw new Error('no escrow');
    const trancheId = held.tranches[0]?.id ?? '';
    return freezeReleasedIn(tx, held, { trancheId, amountMinor, ...why });
  });
}

const lift = (group: PlacedGroup, ids: readonly string[]): Promise<unknown> =>
  world.db.transaction(systemViewer('test'), async (tx) => {
    const held = await lockHeld(tx, { orderId: orderOf(group) });
    if (held !== undefined) await liftReleasedIn(tx, held, ids);
  });

const FIELDS = ['available', 'onHold', 'reserved', 'frozen', 'owed'];
async function balance(sellerId: string): Promise<string[]> {
  const { data } = await world.call(
    member,
    `query ($id: ID!) { sellerBalance(sellerId: $id, currencyCode: "EUR") {
      ${FIELDS.map((name) => `${name} { minorUnits }`).join(' ')} } }`,
    { id: sellerId },
  );
  const found = data?.['sellerBalance'] as Record<string, { minorUnits: string }>;
  return FIELDS.map((name) => found[name]?.minorUnits ?? '');
}

test('what waits is frozen first; its day passes, and it becomes available when the case lets go', async () => {
  const group = await released('STANDARD');
  const { holdIds, frozenMinor } = await freeze(group, 5_000n);
  expect([holdIds.length, frozenMinor]).toEqual([1, 4_405n]);
  expect(await balance(sellerOf(group))).toEqual(['0', '4405', '0', '4405', '0']);
  await world.advance(7 * DAY);
  expect(await balance(sellerOf(group))).toEqual(['4405', '0', '0', '4405', '0']);
  await world.advance(30 * DAY);
  expect(await balance(sellerOf(group))).toEqual(['4405', '0', '0', '4405', '0']);
  await lift(group, holdIds);
  await lift(group, holdIds);
  await world.advance(0);
  expect(await balance(sellerOf(group))).toEqual(['8810', '0', '0', '0', '0']);
});

test('lifted before its day, money waits on', async () => {
  const group = await released('STANDARD');
  const { holdIds } = await freeze(group, 10_000n);
  expect(await balance(sellerOf(group))).toEqual(['0', '0', '0', '8810', '0']);
  await world.advance(3 * DAY);
  await lift(group, holdIds);
  expect(await balance(sellerOf(group))).toEqual(['0', '8810', '0', '0', '0']);
  await world.advance(4 * DAY - HOUR);
  expect(await balance(sellerOf(group))).toEqual(['0', '8810', '0', '0', '0']);
  await world.advance(HOUR);
  expect(await balance(sellerOf(group))).toEqual(['8810', '0', '0', '0', '0']);
});

test('payouts, refunds and claw-backs see only what is free; what is freed pays what is owed', async () => {
  const group = await released('TRUSTED');
  const sellerId = sellerOf(group);
  const { holdIds, frozenMinor } = await freeze(group, 10_000n);
  expect(frozenMinor).toBe(8_810n);
  expect(await codes(world.payOut(member, sellerId, 1n))).toEqual(['BALANCE_INSUFFICIENT']);
  expect(await codes(world.refund(member, orderOf(group), 100n, 'no money'))).toEqual([
    'BALANCE_INSUFFICIENT',
  ]);
  expect(await codes(world.refund(operator, orderOf(group), 1_000n, 'owed'))).toEqual([]);
  expect(await balance(sellerId)).toEqual(['0', '0', '0', '8810', '881']);
  await lift(group, holdIds);
  expect(await balance(sellerId)).toEqual(['7929', '0', '0', '0', '0']);
});

test('two cases about the same money freeze it once; what was paid out is not there', async () => {
  const group = await released('TRUSTED');
  await released('TRUSTED', sellerOf(group));
  const first = await freeze(group, 6_000n);
  const second = await freeze(group, 10_000n, 'cbk_1');
  const third = await freeze(group, 10_000n, 'cbk_2');
  expect([first, second, third].map(({ frozenMinor }) => frozenMinor)).toEqual([
    5_286n,
    3_524n,
    0n,
  ]);
  await lift(group, [...first.holdIds, ...second.holdIds]);
  await world.payOut(member, sellerOf(group), 17_000n);
  expect((await freeze(group, 10_000n)).frozenMinor).toBe(620n);
});

test('the other side does not learn what the seller has; an operator lifts a risk hold of it', async () => {
  const group = await released('TRUSTED');
  const { holdIds } = await freeze(group, 10_000n);
  const id = String((await world.tranche(group))['escrowId']);
  const seen = async (viewer: typeof member): Promise<unknown> => {
    const { data } = await world.call(
      viewer,
      'query ($id: ID!) { escrow(id: $id) { state tranches { holds { amount { minorUnits } } } } }',
      { id },
    );
    return data?.['escrow'];
  };
  const shown = (holds: unknown[]) => ({ state: 'RELEASED', tranches: [{ holds }] });
  expect(await seen(user(group.buyerId))).toEqual(shown([]));
  for (const viewer of [member, operator]) {
    expect(await seen(viewer)).toEqual(shown([{ amount: { minorUnits: '8810' } }]));
  }
  expect(await codes(world.lift(operator, holdIds[0] ?? '', 'of a case'))).toEqual([
    'TRANSITION_NOT_ALLOWED',
  ]);
  await world.db.query(`update hold set cause = 'RISK' where id = $1`, [holdIds[0]]);
  expect(await codes(world.lift(operator, holdIds[0] ?? '', 'of risk'))).toEqual([]);
  expect(await balance(sellerOf(group))).toEqual(['8810', '0', '0', '0', '0']);
});

test('64 payouts, freezes, thaws, refunds and days at once: nothing is spent twice', async () => {
  const group = await released('STANDARD');
  const sellerId = sellerOf(group);
  const groups = [group];
  for (let i = 0; i < 3; i++) groups.push(await released('STANDARD', sellerId));
  world.clock.advance(7 * DAY);
  const frozen = await freeze(group, 2_000n);
  await Promise.all(
    Array.from({ length: 64 }, (_, i) => {
      const one = groups[i % groups.length] ?? group;
      if (i % 8 === 0) return world.advance(0);
      if (i % 8 === 1) return lift(group, frozen.holdIds);
      if (i % 8 === 2) return world.refund(operator, orderOf(one), 700n, `race ${i}`);
      if (i % 8 === 3) return world.refund(member, orderOf(one), 300n, `race ${i}`);
      if (i % 8 < 6) return world.payOut(member, sellerId, 900n, `race ${i}`);
      return freeze(one, 1_500n, `dsp_${i}`);
    }),
  );
  await world.advance(0);
  await world.settled();
  expect(await world.violations()).toEqual([]);
  const [available = '', onHold] = await balance(sellerId);
  expect(onHold).toBe('0');
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      world.payOut(member, sellerId, BigInt(available) || 1n, `all ${i}`),
    ),
  );
  expect(answers.filter(({ userErrors }) => userErrors.length === 0).length).toBeLessThanOrEqual(1);
});

test.each([
  ['I13', `update hold set "amountMinor" = "amountMinor" + 1 where source = 'RELEASED'`],
  ['I11', `update hold set "liftedAt" = now() where source = 'RELEASED' and "liftedAt" is null`],
  ['I15', `update "sellerHold" set "remainingMinor" = "amountMinor"`],
  ['I16', `update hold set "liftedAt" = null where source = 'RELEASED'`],
])('%s is red when it is broken: %s', async (invariant, sql) => {
  const group = await released('STANDARD');
  const early = await freeze(group, 1_000n);
  await lift(group, early.holdIds);
  await freeze(group, 4_000n);
  expect(await redWhen(world.url, sql)).toContain(invariant);
});
