import { allocateMinor } from '#kernel/money/money';

/** What is known of an order's money, in minor units of its currency. Each figure only grows. */
export interface OrderMoney {
  readonly fundedMinor: bigint;
  readonly refundedMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
  readonly labelMinor: bigint;
}

export interface LineShare {
  readonly soldMinor: bigint;
  readonly refundedMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
  readonly labelMinor: bigint;
}

/**
 * An order's money over its lines by their value (goods and shipping charged), by largest remainder: the lines always
 * add up to the order, so products add up to the seller's total. Lines worth nothing share evenly.
 */
export function sharesOf(order: OrderMoney, lineValues: readonly bigint[]): LineShare[] {
  const weights = lineValues.some((value) => value > 0n) ? lineValues : lineValues.map(() => 1n);
  const split = (minor: bigint): bigint[] => allocateMinor(minor, weights);
  const sold = split(order.fundedMinor);
  const refunded = split(order.refundedMinor);
  const commission = split(order.commissionMinor);
  const tax = split(order.taxMinor);
  const label = split(order.labelMinor);
  return lineValues.map((_, i) => ({
    soldMinor: sold[i] ?? 0n,
    refundedMinor: refunded[i] ?? 0n,
    commissionMinor: commission[i] ?? 0n,
    taxMinor: tax[i] ?? 0n,
    labelMinor: label[i] ?? 0n,
  }));
}

/** What a seller keeps before the cost of goods: sales − refunds − commission − tax on it − labels. */
export const netProceeds = (share: LineShare): bigint =>
  share.soldMinor - share.refundedMinor - share.commissionMinor - share.taxMinor - share.labelMinor;
