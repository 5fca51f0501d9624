import type { Queries } from '#kernel/db/database';
import type { PageRequest } from '#kernel/graphql/page';
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
  /** On its way to the seller's account, or there. */
  readonly paidOut: bigint;
  readonly currencyCode: string;
}

const BALANCE = `
  select
    coalesce((select b.credits_posted - b.debits_posted - b.debits_pending
      from ledger_account a join ledger_balance b on b.account_id = a.id
      where (a.kind, a.owner_id, a.currency) = ($1::smallint, $2::uuid, $4::char(3))), 0) as available,
    (select coalesce(sum(t."availableMinor" + t."frozenMinor"), 0)::bigint
      from escrow e join tranche t on t."escrowId" = e.id
      where e."sellerId" = $3 and e.currency = $4 and e.state in ('HELD', 'FROZEN')) as pending,
    (select coalesce(sum("amountMinor"), 0)::bigint from payout
      where "sellerId" = $3 and currency = $4 and state not in ('FAILED', 'RETURNED')) as "paidOut"`;

/** Reads what sellers have. The caller has checked who asks. */
export class BalanceService {
  constructor(private readonly db: Queries) {}

  async of(sellerId: string, currencyCode: string): Promise<Balance> {
    const row = await this.db.first<Omit<Balance, 'currencyCode'>>(BALANCE, [
      AccountKind.SELLER_AVAILABLE,
      uuidOf(sellerId),
      sellerId,
      currencyCode,
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

/** Newest first by id, which sorts by time; the key and the size are parameters. */
const keyset = ({ backward }: PageRequest, first: number): string =>
  `and ($${first}::text is null or id ${backward ? '>' : '<'} $${first})
   order by id ${backward ? 'asc' : 'desc'} limit $${first + 1}`;
