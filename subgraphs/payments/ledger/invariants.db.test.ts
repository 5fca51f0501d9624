import { DAY } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { redWhen } from '../testing/planted-break';
import { readBooks } from '../testing/psp.settling';
import { World } from '../testing/world';

let world: World;

/** One order is held, one was released and partly paid out, one waits, one is frozen; one payout is still on its way. */
beforeAll(async () => {
  world = await World.open();
  const group = world.group([10_000n, 5_000n, 2_000n, 1_000n]);
  const sellerId = group.orders[1]?.sellerId ?? '';
  await world.openSeller(sellerId, 'acc_00000000000000000000000001', true);
  await world.pay(group);
  for (const released of [1, 2]) {
    await world.ship(group, released);
    await world.partyFact('order.receipt_confirmed', group, released);
  }
  const operator = user('acc_00000000000000000000000002', ['OPERATOR']);
  await world.hold(operator, String((await world.tranche(group, 3))['id']), 'hold');
  await world.payOut(user('acc_00000000000000000000000001'), sellerId, 1_000n);
  await until(
    async () =>
      (await world.db.query(`select 1 as one from payout where state = 'PAID'`)).length > 0,
    'the payout to be paid',
  );
  await world.psp.faults({ match: 'POST /api/payouts', kind: 'drop_before' });
  await world.payOut(user('acc_00000000000000000000000001'), sellerId, 500n);
  await world.settled();
  await until(
    async () => (await world.db.query('select 1 as one from ledger_chain')).length > 0,
    'a block to be sealed',
  );
}, 60_000);
afterAll(() => world.close());

test('all is well to begin with, and the PSP’s books agree with ours', async () => {
  expect(await world.violations()).toEqual([]);
  const balances = (await world.psp.books()).balances;
  const theirs = balances.find(({ account }) => account === 'merchant_balance')?.amountMinor;
  const [ours] = await world.db.query<{ net: string }>(
    'select (dp - cp)::text as net from ledger_total where kind = 1',
  );
  expect(ours?.net).toBe(theirs);
  expect(await readBooks(world)).toBe(true);
  expect(await world.violations()).toEqual([]);
});

const someTransfer = (code: number): string =>
  `(select id from ledger_transfer where code = ${code} order by seq limit 1)`;

test.each([
  [
    'I1',
    `update ledger_account set currency = 'USD' where id =
       (select debit from ledger_transfer where code = 10 limit 1)`,
  ],
  ['I2', `update ledger_balance set credits_posted = credits_posted + 1 where guard = 1`],
  ['I3', `update ledger_transfer set amount = 1 where id = ${someTransfer(10)}`],
  ['I4', `update tranche set "capturedMinor" = "capturedMinor" + 1 where state = 'FUNDED'`],
  ['I5', `delete from ledger_transfer where id = ${someTransfer(11)}`],
  ['I6', `update tender set "capturedMinor" = "capturedMinor" - 1`],
  [
    'I6',
    `insert into ledger_transfer (id, group_id, kind, debit, credit, currency, amount, code,
       subject, event_at)
     select gen_random_uuid(), group_id, 1, debit, credit, currency, amount, code, subject, event_at
     from ledger_transfer where id = ${someTransfer(10)}`,
  ],
  ['I7', `update "pspBook" set "balanceMinor" = "balanceMinor" - 1`],
  ['I8', `update escrow set version = version + 1`],
  ['I7', `update "pspBook" set currency = 'USD'`],
  ['I8', `delete from outbox where type = 'escrow.funded'`],
  ['I10', `delete from timer where kind = 'T2'`],
  ['I9', `update ledger_transfer set subject = gen_random_uuid() where code = 11`],
  ['I12', `update idempotency set response = null`],
  ['I11', `update payout set state = 'FAILED' where state = 'UNKNOWN'`],
  [
    'I13',
    `update "balanceTransaction" set "amountMinor" = "amountMinor" + 1 where kind = 'RELEASE'`,
  ],
  ['I15', `update "sellerHold" set "remainingMinor" = "remainingMinor" - 1`],
  ['I15', `delete from timer where kind = 'T17'`],
  ['I16', `update hold set "liftedAt" = now()`],
  ['I4', `update tranche set "frozenMinor" = "frozenMinor" - 1 where state = 'FROZEN'`],
  ['I10', `update hold set "liftedAt" = now()`],
  ['I61', `delete from timer where kind = 'T15_ALARM'`],
  ['I14', `update tender set "refundedMinor" = "refundedMinor" + 1`],
])('%s is red when it is broken: %s', async (invariant, sql) => {
  expect(await redWhen(world.url, sql)).toContain(invariant);
});

test('held money always has a live deadline, even when nobody ships', async () => {
  await world.advance(18 * DAY);
  await world.advance(2 * DAY);
  expect((await world.violations()).filter(({ invariant }) => invariant === 'I10')).toEqual([]);
});
