import type { PostedLeg } from '../ledger/posted.service';

/** Where the money of a refund comes from, minor units: together they are the refund. */
export interface RefundSum {
  readonly held: bigint;
  readonly available: bigint;
  readonly pending: bigint;
  readonly reserve: bigint;
  /** What the seller would owe from then on. */
  readonly owed: bigint;
  /** What an advance had taken of it. */
  readonly advance: bigint;
  /** What the platform gives back of its commission, and of the tax on it. */
  readonly commission: bigint;
  readonly tax: bigint;
}

/** Adds up what a refund has posted. */
export function refundSum(legs: readonly PostedLeg[]): RefundSum {
  const sum = (wanted: (leg: PostedLeg) => boolean): bigint =>
    legs.filter(wanted).reduce((total, { amountMinor }) => total + amountMinor, 0n);
  const of = (code: PostedLeg['code']): bigint => sum((leg) => leg.code === code);
  const takenFrom = (from: PostedLeg['from']): bigint =>
    sum((leg) => leg.code === 'REFUND_CLAW_BACK' && leg.from === from);
  return {
    held: of('REFUND_HELD'),
    available: takenFrom('SELLER_AVAILABLE'),
    pending: takenFrom('SELLER_PENDING'),
    reserve: takenFrom('SELLER_RESERVE'),
    owed: takenFrom('SELLER_RECEIVABLE'),
    advance: of('ADVANCE_REVERSED'),
    commission: of('REFUND_COMMISSION'),
    tax: of('REFUND_TAX'),
  };
}
