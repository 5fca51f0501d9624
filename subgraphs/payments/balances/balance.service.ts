import type { Queries } from '#kernel/db/database';
import { type PageRequest, keyset } from '#kernel/graphql/page';
import type { PayoutAccountRow } from '../payouts/payout-account.entity';
import type { PayoutRow } from '../payouts/payout.entity';
import type { RefundRow } from '../refunds/refund.entity';
import type { BalanceTransactionRow } from './balance-transaction.entity';

/** Reads what sellers have. The caller has checked who asks. */
export class BalanceService {
  constructor(private readonly db: Queries) {}

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

  payoutAccountOf(sellerId: string): Promise<PayoutAccountRow | undefined> {
    return this.db.first('select * from "payoutAccount" where "sellerId" = $1', [sellerId]);
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
