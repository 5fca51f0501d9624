/** Why a seller's available balance changed. */
export type BalanceTransactionKind =
  | 'RELEASE'
  | 'CLAW_BACK'
  | 'PAYOUT'
  | 'PAYOUT_FAILED'
  | 'PAYOUT_RETURNED'
  | 'ADJUSTMENT'
  | 'PAYOUT_FEE'
  | 'LABEL'
  | 'LABEL_REFUND'
  | 'ADS_TOP_UP'
  | 'ADS_WITHDRAWAL'
  | 'ADVANCE'
  | 'ADVANCE_REMITTANCE'
  | 'ADVANCE_PAYOFF'
  | 'CHARGEBACK'
  | 'CHARGEBACK_REVERSED';
