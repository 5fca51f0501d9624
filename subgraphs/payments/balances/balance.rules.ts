/** Why a seller's available balance changed. */
export type BalanceTransactionKind =
  'RELEASE' | 'CLAW_BACK' | 'PAYOUT' | 'PAYOUT_FAILED' | 'PAYOUT_RETURNED';
