import { randomUUID } from 'node:crypto';
import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { cloneDatabase, run } from '#kernel/testing/database';
import { until } from '#kernel/testing/until';
import { seal } from '../ledger/ledger-record.service';
import type { AccountKindName, Leg } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';

/** The instant of every posting in tests of the ledger alone. */
export const POSTED_AT = new Date('2026-01-01T00:00:00Z');

/** The ledger alone, on a database of its own, as the subgraph's role with many connections. */
export class LedgerWorld {
  private causes = 0;

  private constructor(
    readonly db: Database,
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  static async open(poolSize = 8): Promise<LedgerWorld> {
    const clone = await cloneDatabase();
    const options = { schema: 'payments', role: 'tradegraph_payments', clock: systemClock };
    const db = await Database.open({ ...options, url: clone.url, poolSize });
    return new LedgerWorld(db, clone.url, async () => {
      await db.close();
      await clone.drop();
    });
  }

  async account(kind: AccountKindName, currency = 'EUR', owner = randomUUID()): Promise<bigint> {
    const [id = 0n] = await openAccounts(this.db, [{ kind, owner, currency }]);
    return id;
  }

  accounts(kind: AccountKindName, count: number): Promise<bigint[]> {
    return Promise.all(Array.from({ length: count }, () => this.account(kind)));
  }

  /** Posts legs in a group of their own. */
  post(...legs: Leg[]): Promise<number> {
    this.causes += 1;
    return post(this.db, posting(`group ${this.causes}`, 'EUR', POSTED_AT, legs));
  }

  /**
   * Seals all that is there, as one block unless it is too much for one: it first waits until no transaction of the
   * server, not even one of another test's database, holds a part of it back.
   */
  async sealed(): Promise<void> {
    await until(async () => {
      const [row] = await run(
        this.url,
        `select coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) as all
         from payments.ledger_transfer
         where epoch = (select max(epoch) from payments.ledger_epoch)`,
      );
      return row?.['all'] === true;
    }, 'all transfers to be ready');
    while ((await seal(this.db)) > 0) continue;
  }

  /** What a superuser can do whom no trigger stops. */
  async tamper(sql: string): Promise<void> {
    const triggers = ['ledger_transfer', 'ledger_chain'].flatMap((table) =>
      ['no_change', 'no_truncate'].map((name) => [table, name] as const),
    );
    const switched = (how: 'disable' | 'enable always'): string =>
      triggers.map(([table, name]) => `alter table ${table} ${how} trigger ${name};`).join('');
    await run(
      this.url,
      `begin; set local search_path = payments; set local session_replication_role = replica;
       ${switched('disable')} ${sql}; ${switched('enable always')} commit`,
    );
  }
}

/** The code of the error that some work ends with; undefined when it succeeds. */
export const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code,
  );
