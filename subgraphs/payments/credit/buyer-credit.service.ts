import type { Queries } from '#kernel/db/database';
import type { PageRequest } from '#kernel/graphql/page';
import { uuidOf } from '#kernel/ids/id';
import { AccountKind } from '../ledger/ledger.rules';

/** A buyer's credit in one currency, minor units. */
export interface Credit {
  /** Null when the buyer never had any. */
  readonly accountId: bigint | null;
  readonly available: bigint;
  /** Kept for payments that are not complete yet. */
  readonly reserved: bigint;
  readonly currencyCode: string;
}

/** A transfer into the credit, or out of it (negative). */
export interface CreditTransfer {
  readonly id: string;
  readonly seq: bigint;
  readonly code: number;
  readonly amountMinor: bigint;
  readonly at: Date;
  readonly currency: string;
}

/** Reads buyers' credit. The caller has checked who asks. */
export class BuyerCreditService {
  constructor(private readonly db: Queries) {}

  async of(buyerId: string, currencyCode: string): Promise<Credit> {
    const row = await this.db.first<Omit<Credit, 'currencyCode'>>(
      `select a.id as "accountId", b.debits_pending as reserved,
         b.credits_posted - b.debits_posted - b.debits_pending as available
       from ledger_account a join ledger_balance b on b.account_id = a.id
       where (a.kind, a.owner_id, a.currency) = ($1::smallint, $2::uuid, $3::char(3))`,
      [AccountKind.BUYER_CREDIT, uuidOf(buyerId), currencyCode],
    );
    return { accountId: null, available: 0n, reserved: 0n, ...row, currencyCode };
  }

  /** What came in and went out, newest first; one more than the page holds. */
  async transfers(accountId: bigint | null, page: PageRequest): Promise<CreditTransfer[]> {
    if (accountId === null) return [];
    const { backward, from, size } = page;
    return this.db.query(
      `select id, seq, code, case credit when $1 then amount else -amount end as "amountMinor",
         event_at as at, currency::text as currency
       from ledger_transfer
       where $1 in (debit, credit) and kind in (1, 3)
         and ($2::bigint is null or seq ${backward ? '>' : '<'} $2)
       order by seq ${backward ? 'asc' : 'desc'} limit $3`,
      [accountId, from?.[0] ?? null, size + 1],
    );
  }
}
