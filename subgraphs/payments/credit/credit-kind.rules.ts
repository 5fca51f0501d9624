import { TransferCode, type TransferCodeName } from '../ledger/ledger.rules';

/** Why a buyer's credit changed, as its buyer is told. */
export type CreditKind = 'SPENT' | 'GIVEN_BACK' | 'REFUND' | 'GOODWILL' | 'OTHER';

const KINDS: Readonly<Partial<Record<TransferCodeName, CreditKind>>> = {
  FUNDING: 'SPENT',
  CREDIT_REFUNDED: 'GIVEN_BACK',
  REFUND_CREDITED: 'REFUND',
  GOODWILL: 'GOODWILL',
};
const BY_NUMBER = new Map(
  Object.entries(KINDS).map(([name, kind]) => [TransferCode[name as TransferCodeName], kind]),
);

/** The kind of a transfer by its code. */
export const creditKind = (code: number): CreditKind =>
  BY_NUMBER.get(code as (typeof TransferCode)[TransferCodeName]) ?? 'OTHER';
