import { BalanceTransactionRow } from './balances/balance-transaction.entity';
import { SellerMemberRow } from './balances/seller-member.entity';
import { EscrowRow } from './escrow/escrow.entity';
import { TrancheRow } from './escrow/tranche.entity';
import { LedgerAccountRow } from './ledger/ledger-account.entity';
import { LedgerBalanceRow } from './ledger/ledger-balance.entity';
import { LedgerTransferRow } from './ledger/ledger-transfer.entity';
import { OrderGroupRow } from './payments/order-group.entity';
import { PaymentRow } from './payments/payment.entity';
import { TenderRow } from './payments/tender.entity';
import { PayoutAccountRow } from './payouts/payout-account.entity';
import { PayoutGateRow } from './payouts/payout-gate.entity';
import { PayoutRow } from './payouts/payout.entity';
import { PspBookRow } from './psp/psp-book.entity';
import { PspEventRow } from './psp/psp-event.entity';
import { PspOperationRow } from './psp/psp-operation.entity';
import { RefundLegRow } from './refunds/refund-leg.entity';
import { RefundRow } from './refunds/refund.entity';

/** Every table of payments, for the check that entities and migrations agree. */
export const paymentsEntities = [
  BalanceTransactionRow,
  SellerMemberRow,
  EscrowRow,
  TrancheRow,
  LedgerAccountRow,
  LedgerBalanceRow,
  LedgerTransferRow,
  OrderGroupRow,
  PaymentRow,
  TenderRow,
  PayoutAccountRow,
  PayoutGateRow,
  PayoutRow,
  PspBookRow,
  PspEventRow,
  PspOperationRow,
  RefundLegRow,
  RefundRow,
];
