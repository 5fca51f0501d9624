import type { Queries } from '#kernel/db/database';
import { type PageRequest, keyset } from '#kernel/graphql/page';
import { uuidOf } from '#kernel/ids/id';
import { AccountKind } from '../ledger/ledger.rules';
import type { PayoutAccountRow } from '../payouts/payout-account.entity';
import type { PayoutRow } from '../payouts/payout.entity';
import type { RefundRow } from '../refunds/refund.entity';
import type { BalanceTransactionRow } from './balance-transaction.entity';

/** A seller's money in one currency, minor units. */
export interface Balance {
  readonly available: bigint;
  /** Still held in escrow, before fees. */
  readonly pending: bigint;
  /** Released, and waiting for the time of the seller's tier. */
  readonly onHold: bigint;
  /** Kept back longer, for refunds to come. */
  readonly reserved: bigint;
  /** Frozen by cases about money that was released. */
  readonly frozen: bigint;
  /** Owed by the seller. */
  readonly owed: bigint;
  /** When the next part of what waits or is kept back becomes available. */
  readonly nextAvailableAt: Date | null;
  /** On its way to the seller's account, or there. */
  readonly paidOut: bigint;
  readonly currencyCode: string;
}

const BALANCE = `
  with own as (
    select a.id, a.kind, case b.guard when 2 then b.debits_posted - b.credits_posted - b.credits_pending
      else b.credits_posted - b.debits_posted - b.debits_pending end as amount
    from ledger_account a join ledger_balance b on b.account_id = a.id
    where (a.owner_id, a.currency) = ($1::uuid, $3::char(3)) and a.kind = any ($4::smallint[]))
  select
    coalesce((select amount from own where kind = $4[1]), 0) as available,
    coalesce((select amount from own where kind = $4[2]), 0) as "onHold",
    coalesce((select amount from own where kind = $4[3]), 0) as reserved,
    coalesce((select amount from own where kind = $4[4]), 0) as owed,
    (select coalesce(sum(h."amountMinor"), 0)::bigint from hold_live h join own on own.id = h."accountId")
      as frozen,
    (select min("availableAt") from "sellerHold"
      where "sellerId" = $2 and currency = $3 and "remainingMinor" > 0) as "nextAvailableAt",
    (select coalesce(sum(t."availableMinor" + t."frozenMinor"), 0)::bigint
      from escrow e join tranche t on t."escrowId" = e.id
      where e."sellerId" = $2 and e.currency = $3 and e.state in ('HELD', 'FROZEN')) as pending,
    (select coalesce(sum("amountMinor"), 0)::bigint from payout
      where "sellerId" = $2 and currency = $3 and state not in ('FAILED', 'RETURNED', 'CANCELLED')) as "paidOut"`;

const KINDS = [
  AccountKind.SELLER_AVAILABLE,
  AccountKind.SELLER_PENDING,
  AccountKind.SELLER_RESERVE,
  AccountKind.SELLER_RECEIVABLE,
];

/** Reads what sellers have. The caller has checked who asks. */
export class BalanceService {
  constructor(private readonly db: Queries) {}

  async of(sellerId: string, currencyCode: string): Promise<Balance> {
    const row = await this.db.first<Omit<Balance, 'currencyCode'>>(BALANCE, [
      uuidOf(sellerId),
      sellerId,
      currencyCode,
      KINDS,
    ]);
    if (row === undefined) throw new Error('a balance is always there');
    return { ...row, currencyCode };
  }

  /** Lines of the available balance, newest first; one more than the page holds. */
  transactions(
    sellerId: string,
    currency: string,
    page: PageRequest,
  ): Promise<BalanceTransactionRow[]> {
    return this.db.query(
      `select * from "balanceTransaction" where "sellerId" = $1 and currency = $2
       ${keyset(page, 3)}`,
      [sellerId, currency, page.from?.[0] ?? null, page.size + 1],
    );
  }

  /** A seller's payouts, newest first; one more than the page holds. */
  payouts(sellerId: string, page: PageRequest): Promise<PayoutRow[]> {
    return this.db.query(`select * from payout where "sellerId" = $1 ${keyset(page, 2)}`, [
      sellerId,
      page.from?.[0] ?? null,
      page.size + 1,
    ]);
  }

  payoutAccount(id: string): Promise<PayoutAccountRow | undefined> {
    return this.db.first('select * from "payoutAccount" where id = $1', [id]);
  }

  payout(id: string): Promise<PayoutRow | undefined> {
    return this.db.first('select * from payout where id = $1', [id]);
  }

  refund(id: string): Promise<RefundRow | undefined> {
    return this.db.first('select * from refund where id = $1', [id]);
  }
}
