import { type Answer, user } from '../testing/acts';
import { complain, reaches } from '../testing/complaints';
import { redWhen } from '../testing/planted-break';
import { linesOf, moneyOf, openedSeller, releasedBy, toldOf } from '../testing/sellers';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);
const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const seller = (): Promise<string> => openedSeller(world);
const released = (sellerId: string, total?: bigint): Promise<PlacedGroup> =>
  releasedBy(world, sellerId, total);
const money = (sellerId: string): Promise<bigint[]> => moneyOf(world, sellerId);
const lines = (sellerId: string): Promise<unknown[]> => linesOf(world, sellerId);
const told = (subject: string): Promise<unknown[]> => toldOf(world, subject);

const accept = (
  sellerId: string,
  advanceId: string,
  principal: bigint,
  fee: bigint,
  rateBps = 800,
) =>
  world.hear('advance.accepted', {
    ...{ advanceId, sellerId, rateBps, currency: 'EUR', version: 1 },
    ...{ principalMinor: principal.toString(), feeMinor: fee.toString() },
  });

test('the vector of the rules: 10 000, advance 8 %, reserve 10 % → 704, 810, 7 296', async () => {
  const sellerId = await seller();
  await accept(sellerId, 'adv_1', 100_000n, 10_000n);
  await accept(sellerId, 'adv_1', 100_000n, 10_000n);
  expect(await money(sellerId)).toEqual([100_000n, 0n, 0n, 0n, 0n]);
  await world.tier(sellerId, 'NEW', 2);
  const group = world.group([10_000n]);
  for (const order of group.orders) Object.assign(order, { sellerId });
  await world.pay(group);
  await world.ship(group, 0, 'shipped');
  await world.ship(group, 0, 'delivered');
  await world.partyFact('order.receipt_confirmed', group);
  expect(await money(sellerId)).toEqual([100_000n, 7_296n, 810n, 0n, 0n]);
  expect(await lines(sellerId)).toEqual([
    ['ADVANCE', 100_000n],
    ['RELEASE', 8_810n],
    ['ADVANCE_REMITTANCE', -704n],
  ]);
  expect(await told('adv_1')).toEqual([
    ['advance.disbursed', '100000', '110000'],
    ['advance.remitted', '704', '109296'],
  ]);
  const [split] = await world.db.query(
    `select "principalMinor" as p, "feeMinor" as f from "advanceRemittance" where "advanceId" = 'adv_1'`,
  );
  expect(split).toEqual({ p: 640n, f: 64n });
});

test('what an advance took of a release goes back with its refund, and is outstanding again', async () => {
  const sellerId = await seller();
  await accept(sellerId, 'adv_2', 50_000n, 5_000n, 1_000);
  const group = await released(sellerId);
  expect((await money(sellerId))[0]).toBe(50_000n + 7_929n);
  expect(codes(await world.refund(operator, orderOf(group), 4_000n, 'part'))).toEqual([]);
  expect(codes(await world.refund(operator, orderOf(group), 6_000n, 'rest'))).toEqual([]);
  expect(await money(sellerId)).toEqual([50_000n, 0n, 0n, 0n, 0n]);
  expect(await told('adv_2')).toEqual([
    ['advance.disbursed', '50000', '55000'],
    ['advance.remitted', '881', '54119'],
    ['advance.remittance_reversed', '352', '54471'],
    ['advance.remittance_reversed', '529', '55000'],
  ]);
});

test('what an advance took goes to the bank’s case too, and is paid again when that is won', async () => {
  const sellerId = await seller();
  await accept(sellerId, 'adv_20', 50_000n, 5_000n, 1_000);
  for (const [n, paidOff] of [false, true].entries()) {
    const group = await released(sellerId);
    const before = await money(sellerId);
    const seen = await complain(world, group, { outcome: 'won' });
    const [fact] = (await told('adv_20')).at(-1) as string[];
    expect(fact).toBe('advance.remittance_reversed');
    expect((await lines(sellerId)).at(-1)).toEqual(['CHARGEBACK', -7_929n]);
    const pay = { advanceId: 'adv_20', payoffId: 'pof_20' };
    if (paidOff) await world.hear('advance.payoff_requested', pay);
    const [, , outstanding] = (await told('adv_20')).at(-1) as string[];
    await world.chargebackAnswer(operator, seen.id, `won ${String(n)}`);
    await reaches(world, seen.id, 'UNDER_REVIEW');
    await world.psp.post('/sim/advance', { seconds: 2 });
    await reaches(world, seen.id, 'WON');
    if (!paidOff) {
      expect((await told('adv_20')).at(-1)).toEqual(['advance.remitted', '881', '54119']);
      expect(await money(sellerId)).toEqual(before);
      continue;
    }
    // all that was left was paid: nothing is owed, so what the case had made outstanding is the seller's
    expect(outstanding).toBe('0');
    expect((await lines(sellerId)).at(-1)).toEqual(['CHARGEBACK_REVERSED', 8_810n]);
  }
});

test('the rate changes by the newest word; it is paid off early, and what is closed is lost', async () => {
  const sellerId = await seller();
  await accept(sellerId, 'adv_3', 1_000n, 100n);
  await world.hear('advance.terms_changed', { advanceId: 'adv_3', rateBps: 10_000, version: 3 });
  await world.hear('advance.terms_changed', { advanceId: 'adv_3', rateBps: 1, version: 2 });
  await released(sellerId, 1_000n);
  expect((await told('adv_3')).at(-1)).toEqual(['advance.remitted', '881', '219']);
  await world.hear('advance.payoff_requested', { advanceId: 'adv_3', payoffId: 'pof_1' });
  await world.hear('advance.payoff_requested', { advanceId: 'adv_3', payoffId: 'pof_1' });
  expect((await told('adv_3')).at(-1)).toEqual(['advance.remitted', '219', '0']);
  expect(await money(sellerId)).toEqual([781n, 0n, 0n, 0n, 0n]);
  await accept(sellerId, 'adv_4', 700n, 0n);
  await world.hear('advance.closed', { advanceId: 'adv_4' });
  await released(sellerId, 1_000n);
  expect(await money(sellerId)).toEqual([781n + 700n + 881n, 0n, 0n, 0n, 0n]);
  await expect(world.hear('advance.closed', { advanceId: 'adv_9' })).rejects.toThrow(
    'not known yet',
  );
});

test('none is lent to a seller who owes, is restricted, or has one already', async () => {
  const sellerId = await seller();
  await accept(sellerId, 'adv_5', 1_000n, 0n);
  await accept(sellerId, 'adv_6', 1_000n, 0n);
  await accept(sellerId, 'adv_7', 0n, 10n);
  const barred = await seller();
  await world.hear('restriction.imposed', {
    statementId: 'st_fin',
    sellerId: barred,
    kind: 'FINANCING',
  });
  await accept(barred, 'adv_8', 1_000n, 0n);
  const refused = (reason: string) => [['advance.refused', undefined, reason]];
  expect(await told('adv_6')).toEqual(refused('ANOTHER_ADVANCE'));
  expect(await told('adv_7')).toEqual(refused('AMOUNT_INVALID'));
  expect(await told('adv_8')).toEqual(refused('RESTRICTED'));
  expect(await money(barred)).toEqual([0n, 0n, 0n, 0n, 0n]);
});

test('releases, refunds and payoffs at once: it is paid back once', async () => {
  const sellerId = await seller();
  await accept(sellerId, 'adv_10', 2_000n, 200n, 5_000);
  const groups: PlacedGroup[] = [];
  for (let n = 0; n < 8; n++) groups.push(await released(sellerId, 1_000n));
  await Promise.all([
    ...groups.map((one, n) => world.refund(operator, orderOf(one), 500n, `race ${String(n)}`)),
    ...groups.map((_, n) =>
      world.hear('advance.payoff_requested', {
        advanceId: 'adv_10',
        payoffId: `pof_${String(n)}0`,
      }),
    ),
  ]);
  const [left] = await world.db.query<{ minor: bigint }>(
    `select "principalMinor" + "feeMinor" - "remittedMinor" as minor from advance where id = 'adv_10'`,
  );
  expect(left?.minor).toBeGreaterThanOrEqual(0n);
});

test.each([
  ['I34', `update advance set "remittedMinor" = "remittedMinor" + 1 where id = 'adv_1'`],
  ['I34', `delete from "advanceRemittance" where "advanceId" = 'adv_1'`],
])('%s is red when it is broken: %s', async (invariant, sql) => {
  expect(await redWhen(world.url, sql)).toContain(invariant);
});
