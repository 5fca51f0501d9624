import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { migrate } from '#kernel/db/migrate';
import { type AccountKindName, PLATFORM } from '../../../subgraphs/payments/ledger/ledger.rules';
import { openAccounts } from '../../../subgraphs/payments/ledger/ledger.service';
import { paymentsMigrations } from '../../../subgraphs/payments/payments.migrations';

export const CONNECTIONS = 20;
export const ROWS = 100_000;
const COLD = 10_000;
const AT_ONCE = 50_000;

// What `ledger_post` does at the least: a row with the same columns and indexes, and one balance.
const BENCH_TABLES = `
  create table bench_row (like ledger_transfer including all);
  create table bench_balance (id int primary key, n bigint not null) with (fillfactor = 45);
  insert into bench_balance select id, 0 from generate_series(0, ${ROWS - 1}) id;
  create table bench_head (hash bytea not null);
  insert into bench_head values ('\\x00');
  do $$ begin
    execute replace(replace(pg_get_functiondef('ledger_post'::regproc),
      'ledger_post', 'ledger_post_custom'), 'force_generic_plan', 'force_custom_plan');
  end $$;
  grant all on bench_row, bench_balance, bench_head to ${paymentsMigrations.role};
  grant execute on function ledger_post_custom to ${paymentsMigrations.role}`;

/** A database with the ledger, what it is compared with, and accounts to move money between. */
export class LedgerHouse {
  private constructor(
    readonly url: string,
    readonly db: Database,
    /** Shared by all, summed when asked. */
    readonly deferred: { readonly clearing: bigint; readonly fees: bigint },
    /** Many accounts that have a row each. */
    readonly cold: readonly bigint[],
    /** One account that everybody writes. */
    readonly hot: bigint,
  ) {}

  static async open(server: string, name: string): Promise<LedgerHouse> {
    const url = new URL(`/${name}`, server).href;
    await asOwner(server, `create database ${name}`);
    await migrate(url, paymentsMigrations);
    const { schema, role } = paymentsMigrations;
    const db = await Database.open({
      url,
      schema,
      role,
      clock: systemClock,
      poolSize: CONNECTIONS,
    });
    await asOwner(url, BENCH_TABLES);
    const open = (kind: AccountKindName, owners: readonly string[]): Promise<bigint[]> =>
      openAccounts(
        db,
        owners.map((owner) => ({ kind, owner, currency: 'EUR' })),
      );
    const [clearing = 0n] = await open('PSP_CLEARING', [randomUUID()]);
    const [fees = 0n] = await open('FEE_REVENUE', [PLATFORM]);
    const [hot = 0n] = await open('SELLER_AVAILABLE', [randomUUID()]);
    const cold = await open(
      'TRANCHE',
      Array.from({ length: COLD }, () => randomUUID()),
    );
    return new LedgerHouse(url, db, { clearing, fees }, cold, hot);
  }

  /** Adds transfers of long ago, past the function and many in one transaction. */
  async fill(count: number): Promise<void> {
    const { clearing } = this.deferred;
    const [first = 0n] = this.cold;
    for (let done = 0; done < count; done += AT_ONCE) {
      await asOwner(
        this.url,
        `set session_replication_role = replica;
         insert into ledger_transfer (id, group_id, kind, debit, credit, currency, amount, code,
           event_at)
         select gen_random_uuid(), gen_random_uuid(), 1, ${clearing}, ${first} + n % ${COLD}, 'EUR',
           1, 10, '2026-01-01' from generate_series(1, ${Math.min(AT_ONCE, count - done)}) n`,
      );
    }
    await asOwner(this.url, 'vacuum analyze ledger_transfer');
  }

  /** Runs SQL as the owner. */
  run(sql: string): Promise<void> {
    return asOwner(this.url, sql);
  }

  close(): Promise<void> {
    return this.db.close();
  }
}

async function asOwner(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`set search_path = ${paymentsMigrations.schema}, public`);
    await client.query(sql);
  } finally {
    await client.end();
  }
}
