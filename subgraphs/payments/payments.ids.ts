import { type Id, idKind } from '#kernel/ids/id';

/** Kinds of ids that only payments speaks of. */
export const tenderIds = idKind('ptd');
export const operationIds = idKind('pop');
export const refundLegIds = idKind('rfl');
export const releaseIds = idKind('rls');
export const payoutAccountIds = idKind('pac');
export const balanceTransactionIds = idKind('btx');

export type TenderId = Id<'ptd'>;
/** Our name for one act at the PSP: its reference and its idempotency key there. */
export type OperationId = Id<'pop'>;
export type RefundLegId = Id<'rfl'>;
export type PayoutAccountId = Id<'pac'>;
export type BalanceTransactionId = Id<'btx'>;
