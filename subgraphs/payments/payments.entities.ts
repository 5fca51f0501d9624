import { AdCreditRow } from './ads/ad-credit.entity';
import { AdGrantRow } from './ads/ad-grant.entity';
import { AdSpendRow } from './ads/ad-spend.entity';
import { AdsWalletRow } from './ads/ads-wallet.entity';
import { AdvanceRemittanceRow } from './advances/advance-remittance.entity';
import { AdvanceRow } from './advances/advance.entity';
import { ApprovalRow } from './approvals/approval.entity';
import { BalanceTransactionRow } from './balances/balance-transaction.entity';
import { SellerFundsRow } from './balances/seller-funds.entity';
import { SellerHoldRow } from './balances/seller-hold.entity';
import { SellerMemberRow } from './balances/seller-member.entity';
import { SellerRestrictionRow } from './balances/seller-restriction.entity';
import { SellerTierRow } from './balances/seller-tier.entity';
import { BusinessCalendarRow } from './deadlines/business-calendar.entity';
import { DisputeAppealRow } from './disputes/dispute-appeal.entity';
import { DisputeDecisionRow } from './disputes/dispute-decision.entity';
import { DisputeProposalRow } from './disputes/dispute-proposal.entity';
import { DisputeRow } from './disputes/dispute.entity';
import { ContractSnapshotRow } from './evidence/contract-snapshot.entity';
import {
  EvidenceBlobRow,
  EvidencePartRow,
  EvidenceRow,
  EvidenceUploadRow,
} from './evidence/evidence.entity';
import { ChargebackLegRow } from './chargebacks/chargeback-leg.entity';
import { ChargebackPartRow } from './chargebacks/chargeback-part.entity';
import { ChargebackRefundRow } from './chargebacks/charged-refund.entity';
import { ChargebackRow } from './chargebacks/chargeback.entity';
import { EscrowRow } from './escrow/escrow.entity';
import { HoldRow } from './holds/hold.entity';
import { TrancheLineRow } from './escrow/tranche-line.entity';
import { TrancheRow } from './escrow/tranche.entity';
import { SellerLabelRow } from './labels/seller-label.entity';
import { LedgerAccountRow } from './ledger/ledger-account.entity';
import { LedgerBalanceRow } from './ledger/ledger-balance.entity';
import { LedgerTransferRow } from './ledger/ledger-transfer.entity';
import { MethodSetupRow } from './methods/method-setup.entity';
import { SavedMethodRow } from './methods/saved-method.entity';
import { OrderGroupRow } from './payments/order-group.entity';
import { PaymentRow } from './payments/payment.entity';
import { TenderRenewalRow } from './payments/tender-renewal.entity';
import { TenderRow } from './payments/tender.entity';
import { PayoutAccountRow } from './payouts/payout-account.entity';
import { PayoutGateRow } from './payouts/payout-gate.entity';
import { PayoutScheduleRow } from './payouts/payout-schedule.entity';
import { PayoutRow } from './payouts/payout.entity';
import { PspBookRow } from './psp/psp-book.entity';
import { PspEventRow } from './psp/psp-event.entity';
import { PspOperationRow } from './psp/psp-operation.entity';
import { ReceiptRow } from './receipts/receipt.entity';
import { ReconciliationItemRow } from './reconciliation/reconciliation-item.entity';
import { ReconciliationRunRow } from './reconciliation/reconciliation-run.entity';
import { RefundLegRow } from './refunds/refund-leg.entity';
import { RefundLineRow } from './refunds/refund-line.entity';
import { RefundRow } from './refunds/refund.entity';
import { RiskDecisionRow } from './risk/risk-decision.entity';
import { RiskOrderRow, RiskParcelRow } from './risk/order-signal.entity';
import { RiskReviewRow } from './risk/risk-review.entity';
import { RiskSignalRow } from './risk/risk-signal.entity';
import { RiskSnoozeRow } from './risk/risk-snooze.entity';
import { RiskRuleSetRow } from './risk/rule-set.entity';

/** Every table of payments, for the check that entities and migrations agree. */
export const paymentsEntities = [
  ApprovalRow,
  AdCreditRow,
  AdGrantRow,
  AdSpendRow,
  AdsWalletRow,
  AdvanceRemittanceRow,
  AdvanceRow,
  SellerLabelRow,
  BalanceTransactionRow,
  SellerHoldRow,
  SellerMemberRow,
  SellerTierRow,
  SellerRestrictionRow,
  SellerFundsRow,
  BusinessCalendarRow,
  DisputeRow,
  DisputeProposalRow,
  DisputeDecisionRow,
  DisputeAppealRow,
  ContractSnapshotRow,
  ChargebackRow,
  ChargebackPartRow,
  ChargebackRefundRow,
  ChargebackLegRow,
  EscrowRow,
  EvidenceBlobRow,
  EvidencePartRow,
  EvidenceRow,
  EvidenceUploadRow,
  HoldRow,
  TrancheLineRow,
  TrancheRow,
  LedgerAccountRow,
  LedgerBalanceRow,
  LedgerTransferRow,
  MethodSetupRow,
  SavedMethodRow,
  ReceiptRow,
  OrderGroupRow,
  PaymentRow,
  TenderRow,
  TenderRenewalRow,
  PayoutAccountRow,
  PayoutGateRow,
  PayoutRow,
  PayoutScheduleRow,
  PspBookRow,
  PspEventRow,
  PspOperationRow,
  ReconciliationItemRow,
  ReconciliationRunRow,
  RefundLegRow,
  RefundLineRow,
  RefundRow,
  RiskDecisionRow,
  RiskOrderRow,
  RiskParcelRow,
  RiskReviewRow,
  RiskSignalRow,
  RiskSnoozeRow,
  RiskRuleSetRow,
];
