import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import {
  type Complaint,
  type SeenChargeback,
  broughtTo,
  complain,
  lossesOf,
  reaches,
} from '../testing/complaints';
import { DisputeActs } from '../testing/dispute.acts';
import { redWhen } from '../testing/planted-break';
import { readBooks } from '../testing/psp.settling';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const MEMBER = 'acc_00000000000000000000000071';
const operator = user('acc_00000000000000000000000072', ['OPERATOR']);
let world: World;
let keys = 0;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.psp.faults();
  await world.settled();
  expect(await readBooks(world)).toBe(true);
  expect(await world.violations()).toEqual([]);
});

const key = (): string => `race ${(keys += 1)}`;
const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';

/** A paid order of 10.00, and a refund of 4.00 that has got so far. */
async function refunding(at: 'READY' | 'LOST' | 'CREDITED' | 'LATE', token = 'tok_ok') {
  const group = world.group([1_000n]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, false);
  await world.pay(group, { token });
  const match = world.psp.match('REFUND');
  if (at === 'LOST') await world.psp.faults({ match, kind: 'drop_before', times: 9 });
  if (at === 'READY') await refundAsleep(group);
  else await world.refund(operator, orderOf(group), 400n, key());
  if (at === 'LOST') await legIs(group, 'UNKNOWN');
  if (at === 'CREDITED') await legIs(group, 'REJECTED');
  if (at === 'LATE') await legIs(group, 'SUCCEEDED');
  return group;
}

/** Written and not sent: nobody's turn comes for an hour. */
async function refundAsleep(group: PlacedGroup): Promise<void> {
  await world.break(`
    create function asleep() returns trigger language plpgsql as
      $$ begin new."nextAt" := new."nextAt" + interval '1 hour'; return new; end $$;
    create trigger asleep before insert on "pspOperation" for each row execute function asleep()`);
  await world.refund(operator, orderOf(group), 400n, key());
  await world.break('drop trigger asleep on "pspOperation"; drop function asleep');
}

const legsOf = (group: PlacedGroup) =>
  world.db.query<{ state: string; fate: string | null }>(
    `select l.state, l.fate from "refundLeg" l join refund r on r.id = l."refundId"
     where r."orderId" = $1 order by l.id`,
    [orderOf(group)],
  );
const legIs = (group: PlacedGroup, state: string): Promise<unknown> =>
  until(async () => (await legsOf(group)).at(-1)?.state === state, `the leg to be ${state}`);
const refundOf = async (group: PlacedGroup): Promise<string> =>
  (
    await world.db.first<{ state: string }>('select state from refund where "orderId" = $1', [
      orderOf(group),
    ])
  )?.state ?? '';

/** The janitor looks until it knows. */
const look = (group: PlacedGroup, state: string): Promise<unknown> =>
  until(async () => {
    await world.db.query(
      `update "pspOperation" o set "nextAt" = $2 from "refundLeg" l join refund r
         on r.id = l."refundId" where o.subject = l.id and r."orderId" = $1
         and o.state in ('UNKNOWN', 'PENDING')`,
      [orderOf(group), world.clock.now()],
    );
    for (const loop of world.payments.loops) loop.wake();
    return (await legsOf(group)).at(-1)?.state === state;
  }, `the leg to be ${state}`);

const bought = (group: PlacedGroup, { id }: SeenChargeback): Promise<bigint[]> =>
  broughtTo(world, group, id);
const losses = (): Promise<bigint> => lossesOf(world);

async function ends(seen: SeenChargeback, state: 'WON' | 'LOST' | 'ACCEPTED'): Promise<void> {
  const name = state === 'ACCEPTED' ? 'chargebackAccept' : 'chargebackEvidenceSubmit';
  await world.chargebackAnswer(operator, seen.id, key(), name);
  if (state !== 'ACCEPTED') {
    await reaches(world, seen.id, 'UNDER_REVIEW');
    await world.psp.post('/sim/advance', { seconds: 2 });
  }
  await reaches(world, seen.id, state);
  await world.settled();
}
const complained = (group: PlacedGroup, outcome: 'won' | 'lost', more: Complaint = {}) =>
  complain(world, group, { outcome, ...more });
const uncovered = async ({ id }: SeenChargeback): Promise<bigint | undefined> =>
  (
    await world.db.first<{ n: bigint }>(
      'select "uncoveredMinor" as n from chargeback where id = $1',
      [id],
    )
  )?.n;

test('not sent yet: it is given up, and the bank pays the buyer; nobody else loses', async () => {
  const before = await losses();
  const group = await refunding('READY');
  const seen = await complained(group, 'lost');
  expect(await legsOf(group)).toEqual([{ state: 'REJECTED', fate: 'CHARGED_BACK' }]);
  expect([await refundOf(group), await uncovered(seen)]).toEqual(['CHARGED_BACK', 0n]);
  await ends(seen, 'LOST');
  expect(await bought(group, seen)).toEqual([1_000n, 0n, 0n, 0n]);
  expect(await losses()).toBe(before);
});

test('not sent yet, won: the refund is due again; the PSP takes none, so it is credit', async () => {
  const group = await refunding('READY');
  const seen = await complained(group, 'won');
  await ends(seen, 'WON');
  await legIs(group, 'REJECTED');
  expect(await legsOf(group)).toEqual([
    { state: 'REJECTED', fate: 'DUE_AGAIN' },
    { state: 'REJECTED', fate: 'CREDITED' },
  ]);
  expect(await bought(group, seen)).toEqual([0n, 0n, 400n, 600n]);
});

test('not sent yet, and the bank takes less than the refund: the rest is credit, the order keeps its own', async () => {
  const group = await refunding('READY');
  const seen = await complained(group, 'lost', { amountMinor: '300', reason: 'fraudulent' });
  const before = await losses();
  await ends(seen, 'LOST');
  expect(await bought(group, seen)).toEqual([300n, 0n, 100n, 600n]);
  expect(await losses()).toBe(before);
});

test('lost on the way: never seen, so it is not sent again, and covers the case', async () => {
  const group = await refunding('LOST');
  const seen = await complained(group, 'lost');
  expect(await uncovered(seen)).toBe(400n);
  await world.psp.faults();
  await look(group, 'REJECTED');
  expect([await refundOf(group), await uncovered(seen)]).toEqual(['CHARGED_BACK', 0n]);
  const [sent] = await world.db.query(
    `select detail from "pspOperation" where kind = 'REFUND' order by id desc limit 1`,
  );
  expect(sent).toEqual({ detail: 'NOT_SENT' });
  const before = await losses();
  await ends(seen, 'ACCEPTED');
  expect(await bought(group, seen)).toEqual([1_000n, 0n, 0n, 0n]);
  expect(await losses()).toBe(before);
});

test('the same after it was lost: we write off less', async () => {
  const group = await refunding('LOST');
  const before = await losses();
  const seen = await complained(group, 'lost');
  await ends(seen, 'LOST');
  expect(await losses()).toBe(before + 400n);
  await world.psp.faults();
  await look(group, 'REJECTED');
  expect(await losses()).toBe(before);
  expect(await bought(group, seen)).toEqual([1_000n, 0n, 0n, 0n]);
});

test('refused while the bank has less: it stands in for what the order bore', async () => {
  const group = await refunding('LOST');
  const seen = await complained(group, 'lost', { amountMinor: '300' });
  expect((await bought(group, seen))[3]).toBe(300n);
  await world.psp.faults();
  await look(group, 'REJECTED');
  expect(await bought(group, seen)).toEqual([0n, 0n, 100n, 600n]);
  await ends(seen, 'LOST');
  expect(await bought(group, seen)).toEqual([300n, 0n, 100n, 600n]);
});

test('refused before we heard why: the credit is taken back for the bank; won, it is given again', async () => {
  for (const outcome of ['lost', 'won'] as const) {
    const group = await refunding('CREDITED', 'tok_refund_fail');
    const seen = await complained(group, outcome);
    expect(await bought(group, seen)).toEqual([0n, 0n, 0n, 0n]);
    await ends(seen, outcome === 'won' ? 'WON' : 'LOST');
    const got = outcome === 'won' ? [0n, 0n, 400n, 600n] : [1_000n, 0n, 0n, 0n];
    expect(await bought(group, seen)).toEqual(got);
  }
});

test('succeeded, and returned by the buyer’s bank while the case is open: the case takes it', async () => {
  const group = await refunding('LATE', 'tok_refund_fail_late');
  const seen = await complained(group, 'won');
  expect(await uncovered(seen)).toBe(400n);
  await world.psp.post('/sim/advance', { seconds: 2 });
  await legIs(group, 'RETURNED');
  expect(await legsOf(group)).toEqual([{ state: 'RETURNED', fate: 'CHARGED_BACK' }]);
  expect(await uncovered(seen)).toBe(0n);
  await ends(seen, 'WON');
  await legIs(group, 'REJECTED');
  expect(await bought(group, seen)).toEqual([0n, 0n, 400n, 600n]);
});

test('the reply was lost and it had succeeded: the case is contested with it, and the order bears it once', async () => {
  const group = world.group([1_000n]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, false);
  await world.pay(group);
  const match = world.psp.match('REFUND');
  await world.psp.faults({ match, kind: 'drop_after', times: 9 });
  const done = async (): Promise<number> => (await world.psp.books()).refunds.length;
  const before = await done();
  await world.refund(operator, orderOf(group), 400n, key());
  await until(async () => (await done()) > before, 'the PSP to pay it back');
  const seen = await complained(group, 'won');
  await world.psp.faults();
  await look(group, 'SUCCEEDED');
  expect([await refundOf(group), await uncovered(seen)]).toEqual(['SUCCEEDED', 400n]);
  await ends(seen, 'WON');
  expect(await bought(group, seen)).toEqual([0n, 400n, 0n, 600n]);
});

const ACTS = ['confirm', 'refund', 'dispute', 'bank'] as const;
const orders = <T>(all: readonly T[]): T[][] =>
  all.length < 2
    ? [[...all]]
    : all.flatMap((one, n) => orders(all.filter((_, m) => m !== n)).map((rest) => [one, ...rest]));

test('release, refund, dispute and chargeback on one tranche, 64 at once, each order first: one story wins', async () => {
  const disputes = new DisputeActs(world);
  const seen = new Set<string>();
  for (const [n, first] of orders(ACTS)
    .filter((_, at) => at % 5 === 0)
    .entries()) {
    const group = world.group([1_000n]);
    await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, false);
    await world.pay(group);
    await world.ship(group);
    await world.ship(group, 0, 'delivered');
    const act = async (what: (typeof ACTS)[number], i: number): Promise<string> => {
      if (what === 'bank') {
        await complained(group, 'lost', n % 2 === 0 ? {} : { amountMinor: '400' });
        return 'bank DONE';
      }
      const answer =
        what === 'confirm'
          ? await world.confirm(user(group.buyerId), orderOf(group), key())
          : what === 'refund'
            ? await world.refund(user(MEMBER), orderOf(group), i % 3 === 0 ? 1_000n : 250n, key())
            : await disputes.open(group);
      return `${what} ${answer.userErrors[0]?.code ?? 'DONE'}`;
    };
    const rest = Array.from({ length: 60 }, (_, i) => ACTS[(n + i) % 3] ?? 'refund');
    for (const said of await Promise.all([...first, ...rest].map(act))) seen.add(said);
    await world.settled();
    expect(await readBooks(world)).toBe(true);
    expect(await world.violations()).toEqual([]);
  }
  const refusals = [
    ...['AMOUNT_EXCEEDS_AVAILABLE', 'TRANSITION_NOT_ALLOWED', 'BALANCE_INSUFFICIENT'],
    ...['TRANCHE_FROZEN', 'REFUND_BLOCKED_BY_CHARGEBACK', 'DISPUTE_WINDOW_CLOSED', 'DONE'],
    'NOT_FOUND', // a part was split off: the buyer has to name the one that is meant
  ];
  expect([...seen].filter((one) => !refusals.includes(one.split(' ')[1] ?? ''))).toEqual([]);
  // the bank is heard whatever comes first; what else is done or refused depends on who that is
  expect([...seen]).toContain('bank DONE');
  expect([...seen].filter((one) => !one.endsWith('DONE'))).not.toEqual([]);
});

const oneOf = (table: string, where = 'true'): string =>
  `id = (select id from "${table}" where ${where} limit 1)`;

test.each([
  ['I17', `update chargeback set "uncoveredMinor" = "uncoveredMinor" + 1 where state = 'LOST'`],
  [
    'I17',
    `update chargeback set state = 'LOST', "closedAt" = now(), "nextAt" = null
     where ${oneOf('chargeback', `state = 'WON'`)}`,
  ],
  ['I17', `delete from "chargebackPart" where ${oneOf('chargebackPart', 'not replaced')}`],
  ['I17', `update "chargebackPart" set replaced = false where replaced`],
  ['I17', `delete from "chargebackLeg" where ${oneOf('chargebackLeg')}`],
  ['I17', `delete from ledger_transfer where corrects_id in (select id from "chargebackLeg")`],
  ['I17', `delete from timer where kind = 'T16'`],
  [
    'I17',
    `update tender set "chargedBackMinor" = "chargedBackMinor" - 1
     where "chargedBackMinor" > 0`,
  ],
  ['I18', `update "chargebackRefund" set "amountMinor" = "amountMinor" + 1`],
  ['I18', `update "chargebackRefund" set "dueAgainAt" = now()`],
  ['I18', `delete from ledger_transfer where code in (86, 111)`],
  ['I18', `update "refundLeg" set fate = 'CREDITED' where fate = 'CHARGED_BACK'`],
  ['I18', `update "refundLeg" set fate = null where fate = 'CREDITED'`],
])('%s is red when it is broken: %s', async (invariant, sql) => {
  expect(await redWhen(world.url, sql)).toContain(invariant);
});
