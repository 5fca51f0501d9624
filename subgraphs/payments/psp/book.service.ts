import type { Database } from '#kernel/db/database';
import { openAccounts } from '../ledger/ledger.service';
import { PSP_CONNECTION } from './connection.rules';
import type { PspPort } from './psp.port';

/** Keeps what the PSP says it owes us, so that invariant I7 can compare it with our clearing account. */
export class BookService {
  constructor(
    private readonly db: Database,
    private readonly psp: PspPort,
  ) {}

  /**
   * Reads the PSP's balances now, with what it cannot move yet. Equal to ours when nothing is under way: a payout leaves
   * its balance when it is sent and ours when it is paid. False when the PSP does not answer.
   */
  async read(): Promise<boolean> {
    const balances = (await this.psp.balances())?.total;
    if (balances === undefined) return false;
    const specs = [...balances.keys()].map((currency) => ({
      kind: 'PSP_CLEARING' as const,
      owner: PSP_CONNECTION,
      currency,
    }));
    const accounts = specs.length === 0 ? [] : await openAccounts(this.db, specs);
    await this.db.query(
      `insert into "pspBook" (currency, "clearingAccountId", "balanceMinor", "readAt")
       select c, a, b, $4 from unnest($1::text[], $2::bigint[], $3::bigint[]) as x (c, a, b)
       on conflict ("clearingAccountId") do update set "balanceMinor" = excluded."balanceMinor",
         "readAt" = excluded."readAt"`,
      [[...balances.keys()], accounts, [...balances.values()], this.db.clock.now()],
    );
    return true;
  }
}
