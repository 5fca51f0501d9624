import { Client } from 'pg';
import { DAY } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { BookService } from '../psp/book.service';
import { HttpPspAdapter } from '../psp/http-psp.adapter';
import { user } from '../testing/acts';
import { PSP_API_KEY, PSP_SECRET } from '../testing/psp.process';
import { World } from '../testing/world';

let world: World;
let client: Client;

/** One order is held, one was released and partly paid out; one payout is still on its way. */
beforeAll(async () => {
  world = await World.open();
  const group = world.group([10_000n, 5_000n]);
  await world.pay(group);
  await world.ship(group, 1);
  await world.partyFact('order.receipt_confirmed', group, 1);
  const sellerId = group.orders[1]?.sellerId ?? '';
  await world.openSeller(sellerId, 'acc_00000000000000000000000001', true);
  await world.payOut(user('acc_00000000000000000000000001'), sellerId, 1_000n);
  await until(
    async () =>
      (await world.db.query(`select 1 as one from payout where state = 'PAID'`)).length > 0,
    'the payout to be paid',
  );
  await world.psp.faults({ match: 'POST /api/payouts', kind: 'drop_before' });
  await world.payOut(user('acc_00000000000000000000000001'), sellerId, 500n);
  await world.settled();
  client = new Client({ connectionString: world.url });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await world.close();
});

async function redWhen(sql: string): Promise<string[]> {
  await client.query(`begin; set local session_replication_role = replica;
    set local search_path = payments, public`);
  try {
    await client.query(
      'alter table ledger_transfer disable trigger no_change, disable trigger no_truncate',
    );
    await client.query(sql);
    const { rows } = await client.query<{ invariant: string }>(
      'select distinct invariant from invariant_violation order by 1',
    );
    return rows.map(({ invariant }) => invariant);
  } finally {
    await client.query('rollback');
  }
}

test('all is well to begin with, and the PSP’s books agree with ours', async () => {
  expect(await world.violations()).toEqual([]);
  const balances = (await world.psp.books()).balances;
  const theirs = balances.find(({ account }) => account === 'merchant_balance')?.amountMinor;
  const [ours] = await world.db.query<{ net: string }>(
    'select (dp - cp)::text as net from ledger_total where kind = 1',
  );
  expect(ours?.net).toBe(theirs);
  const options = { url: world.psp.url, apiKey: PSP_API_KEY, webhookSecret: PSP_SECRET };
  expect(await new BookService(world.db, new HttpPspAdapter(options)).read()).toBe(true);
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
  ['I2', `update ledger_balance set credits_posted = credits_posted + 1`],
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
  ['I8', `delete from outbox where type = 'escrow.funded'`],
  ['I10', `delete from timer where kind = 'T2'`],
  ['I11', `update payout set state = 'FAILED' where state = 'UNKNOWN'`],
  [
    'I13',
    `update "balanceTransaction" set "amountMinor" = "amountMinor" + 1 where kind = 'RELEASE'`,
  ],
  ['I14', `update tender set "refundedMinor" = "refundedMinor" + 1`],
])('%s is red when it is broken: %s', async (invariant, sql) => {
  expect(await redWhen(sql)).toContain(invariant);
});

test('held money always has a live deadline, even when nobody ships', async () => {
  await world.advance(18 * DAY);
  await world.advance(2 * DAY);
  expect((await world.violations()).filter(({ invariant }) => invariant === 'I10')).toEqual([]);
});
