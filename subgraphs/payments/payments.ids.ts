import { type Id, idKind } from '#kernel/ids/id';

/** Kinds of ids that only payments speaks of. */
export const tenderIds = idKind('ptd');
export const operationIds = idKind('pop');
export const refundLegIds = idKind('rfl');
export const releaseIds = idKind('rls');
export const payoutAccountIds = idKind('pac');
export const balanceTransactionIds = idKind('btx');
export const reconciliationRunIds = idKind('rcn');
export const reconciliationItemIds = idKind('rci');
export const sellerHoldIds = idKind('shl');
export const holdIds = idKind('hld');
export const chargebackPartIds = idKind('cbp');
export const chargebackRefundIds = idKind('cbr');
export const approvalIds = idKind('apv');
export const evidenceIds = idKind('evd');
export const evidenceUploadIds = idKind('upl');
export const evidencePartIds = idKind('upp');
export const riskDecisionIds = idKind('rsk');
export const riskRuleSetIds = idKind('rrs');
export const riskSnoozeIds = idKind('rsn');
export const savedMethodIds = idKind('pmt');
export const methodSetupIds = idKind('pms');
export const renewalIds = idKind('rnw');

export type TenderId = Id<'ptd'>;
/** Our name for one act at the PSP: its reference and its idempotency key there. */
export type OperationId = Id<'pop'>;
export type RefundLegId = Id<'rfl'>;
export type PayoutAccountId = Id<'pac'>;
export type BalanceTransactionId = Id<'btx'>;
export type ReconciliationRunId = Id<'rcn'>;
export type ReconciliationItemId = Id<'rci'>;
export type SellerHoldId = Id<'shl'>;
export type HoldId = Id<'hld'>;
export type ChargebackPartId = Id<'cbp'>;
export type ChargebackRefundId = Id<'cbr'>;
export type ApprovalId = Id<'apv'>;
export type EvidenceId = Id<'evd'>;
export type EvidenceUploadId = Id<'upl'>;
export type EvidencePartId = Id<'upp'>;
export type SavedMethodId = Id<'pmt'>;
/** Our name for a setup at the PSP: its reference and its idempotency key there. */
export type MethodSetupId = Id<'pms'>;
/** A second authorization of a tender. */
export type RenewalId = Id<'rnw'>;
export type RiskDecisionId = Id<'rsk'>;
export type RiskRuleSetId = Id<'rrs'>;
