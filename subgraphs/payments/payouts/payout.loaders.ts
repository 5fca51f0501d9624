import type { BalanceTransactionRow } from '../balances/balance-transaction.entity';
import type { Party } from '../payments.party';
import type { Rows } from '../payments.rows';
import type { PayoutRow } from './payout.entity';

/** Payouts and what they paid. */
export const payoutLoaders = (rows: Rows, party: Party) => ({
  payout: rows.one<PayoutRow>(
    'select * from payout where id = any ($1)',
    (row) => row.id,
    (row) => party.actsFor(row.sellerId),
  ),
  /** Lines that a payout paid; the caller sees the payout. */
  payoutLines: rows.many<BalanceTransactionRow>(
    'select * from "balanceTransaction" where "payoutId" = any ($1) order by id',
    (row) => row.payoutId ?? '',
  ),
});
