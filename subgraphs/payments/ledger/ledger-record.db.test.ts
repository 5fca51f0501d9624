import pino from 'pino';
import { systemClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import { run } from '#kernel/testing/database';
import { until } from '#kernel/testing/until';
import { startPayments } from '../payments.main';
import { LedgerWorld, codeOf } from '../testing/ledger.world';
import {
  LedgerRestoredError,
  assertEpochHolds,
  chainHead,
  deferredBalances,
  heldSeconds,
  ledgerLoop,
  rollUp,
  seal,
} from './ledger-record.service';
import { violations } from './ledger.service';

jest.setTimeout(60_000);
let world: LedgerWorld;
let clearing: bigint;
let tranche: bigint;
beforeEach(async () => {
  world = await LedgerWorld.open();
  [clearing, tranche] = [await world.account('PSP_CLEARING'), await world.account('TRANCHE')];
});
afterEach(() => world.close());

const fund = (amount: bigint) =>
  world.post({ code: 'FUNDING', debit: clearing, credit: tranche, amount });

/** Three blocks of two transfers each. */
async function threeBlocks(): Promise<void> {
  for (const start of [1n, 3n, 5n]) {
    await fund(start);
    await fund(start + 1n);
    await world.sealed();
  }
}

const firstBad = async (): Promise<string | undefined> =>
  (await violations(world.db)).find(({ invariant }) => invariant === 'I9')?.subject;
const row = (amount: number): string => `(select id from ledger_transfer where amount = ${amount})`;

test('a chain that nobody touched holds, however many seal at once', async () => {
  for (let round = 0; round < 5; round++) {
    await fund(1n);
    await Promise.all(Array.from({ length: 8 }, () => seal(world.db)));
  }
  await world.sealed();
  expect(await firstBad()).toBeUndefined();
  const [blocks] = await run(
    world.url,
    'select count(*)::int as n, max(block_no)::int as last, sum(row_count)::int as rows from payments.ledger_chain',
  );
  expect(blocks).toEqual({ n: blocks?.['last'], last: blocks?.['last'], rows: 5 });
});

test.each([
  ['a transfer of block 2 is edited', `update ledger_transfer set amount = 30 where amount = 3`, 2],
  ['its time is edited', `update ledger_transfer set created_at = now() where amount = 4`, 2],
  ['a transfer of block 1 is deleted', `delete from ledger_transfer where amount = 1`, 1],
  [
    'two transfers of block 3 change places',
    `update ledger_transfer t set xid = o.xid from ledger_transfer o
     where t.amount in (5, 6) and o.amount = 11 - t.amount`,
    3,
  ],
  [
    'a transfer is slipped into block 2',
    `insert into ledger_transfer (xid, id, group_id, kind, debit, credit, currency, amount, code,
       event_at)
     select xid, gen_random_uuid(), group_id, kind, debit, credit, currency, amount, code, event_at
     from ledger_transfer where id = ${row(3)}`,
    2,
  ],
  ['all transfers are gone', 'truncate ledger_transfer cascade', 1],
  ['block 2 is gone', 'delete from ledger_chain where block_no = 2', 3],
  [
    'block 2 was sealed again after an edit',
    `update ledger_transfer set amount = 30 where amount = 3;
     update ledger_chain c set hash = h.hash from ledger_chain d, ledger_block_hash(d.prev_hash,
       d.from_epoch, d.from_xid, d.upto_epoch, d.upto_xid) h
     where c.block_no = 2 and d.block_no = 2`,
    3,
  ],
  ['block 1 claims fewer rows', 'update ledger_chain set row_count = 1 where block_no = 1', 1],
])('when %s, the first bad block is named', async (_what, sql, block) => {
  await threeBlocks();
  expect(await firstBad()).toBeUndefined();
  await world.tamper(sql);
  expect(await firstBad()).toBe(String(block));
});

test('a chain that is written anew from the start holds, but has another head', async () => {
  await threeBlocks();
  const head = await chainHead(world.db);
  await world.tamper(
    'truncate ledger_chain; update ledger_transfer set amount = 2 where amount = 1',
  );
  await world.sealed();
  expect(await firstBad()).toBeUndefined();
  expect((await chainHead(world.db))?.hash).not.toBe(head?.hash);
});

test('blocks have a bounded size, and no transaction is split', async () => {
  const insert = (rows: number): Promise<void> =>
    world.tamper(`insert into ledger_transfer (id, group_id, kind, debit, credit, currency, amount,
        code, event_at)
      select gen_random_uuid(), gen_random_uuid(), 1, ${clearing}, ${tranche}, 'EUR', 1, 10, now()
      from generate_series(1, ${rows})`);
  await insert(60_000);
  await insert(50_000);
  await insert(10);
  await world.sealed();
  const blocks = await run(
    world.url,
    'select row_count as rows from payments.ledger_chain order by block_no',
  );
  expect(blocks.map(({ rows }) => rows)).toEqual([110_000, 10]);
  expect(await firstBad()).toBeUndefined();
});

test('nobody changes what was written: not the owner, not a replica', async () => {
  await threeBlocks();
  for (const table of ['ledger_transfer', 'ledger_chain']) {
    const column = table === 'ledger_chain' ? 'row_count' : 'amount';
    for (const sql of [
      `update payments.${table} set ${column} = ${column} + 1`,
      `delete from payments.${table}`,
      `truncate payments.${table} cascade`,
    ]) {
      expect(await codeOf(run(world.url, sql))).toBe('TG000');
      const asReplica = `set session_replication_role = replica; ${sql}`;
      expect(await codeOf(run(world.url, asReplica))).toBe('TG000');
    }
  }
});

test('the application has no way into the ledger but its functions', async () => {
  const tables = ['account', 'balance', 'transfer', 'snapshot', 'chain', 'epoch'];
  for (const table of tables.map((name) => `ledger_${name}`)) {
    const [first] = await world.db.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'payments' and table_name = $1 and is_identity = 'NO' limit 1`,
      [table],
    );
    for (const sql of [
      `insert into ${table} default values`,
      `update ${table} set ${first?.name} = ${first?.name}`,
      `delete from ${table}`,
      `truncate ${table}`,
    ]) {
      expect([sql, await codeOf(world.db.query(sql))]).toEqual([sql, '42501']);
    }
  }
  expect(await codeOf(world.db.query('select ledger_raise_epoch()'))).toBe('42501');
});

test('after a restore nothing starts until the epoch is raised; then all goes on', async () => {
  const later = (column: string): string =>
    `${column} = (${column}::text::numeric + 1000000000)::text::xid8`;
  await threeBlocks();
  await rollUp(world.db);
  // a dump of a server that had a thousand million transactions more
  await world.tamper(`update ledger_transfer set ${later('xid')};
    update ledger_chain set ${later('upto_xid')};
    update ledger_chain set ${later('from_xid')} where block_no > 1;
    update ledger_snapshot set ${later('upto_xid')}`);
  await expect(assertEpochHolds(world.db)).rejects.toThrow(LedgerRestoredError);
  // refused before it looks at anything else
  const host = { db: world.db, clock: systemClock, log: silentLogger() };
  await expect(startPayments(host, {} as never)).rejects.toThrow(LedgerRestoredError);
  await run(world.url, 'select payments.ledger_raise_epoch()');
  await assertEpochHolds(world.db);
  await rollUp(world.db);
  await fund(100n);
  await until(async () => (await rollUp(world.db)) > 0, 'the new transfer to be rolled up');
  await world.sealed();
  await fund(1_000n);
  const balances = await deferredBalances(world.db, [clearing]);
  expect(balances.get(clearing)).toEqual({ debits: 1_121n, credits: 0n });
  expect(await firstBad()).toBeUndefined();
});

test('the loop seals and writes the head into the log; what is held back for too long is an alarm', async () => {
  const lines: { msg: string; hash?: string; alarm?: string }[] = [];
  const log = pino(
    { level: 'info' },
    { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) },
  );
  const other = await world.db.connect();
  await other.query('begin; select pg_current_xact_id()');
  await fund(1n);
  const loop = ledgerLoop({ db: world.db, log }, 0);
  loop.start();
  await until(() => lines.find(({ alarm }) => alarm === 'LEDGER_HELD'), 'the alarm');
  expect(await heldSeconds(world.db)).toBeGreaterThan(0);
  await other.query('commit');
  other.release();
  await until(() => {
    loop.wake();
    return lines.find(({ msg }) => msg === 'ledger sealed');
  }, 'a block to be sealed');
  await loop.stop();
  expect(lines.at(-1)?.hash).toBe((await chainHead(world.db))?.hash);
  expect(await heldSeconds(world.db)).toBe(0);
});
