import { allocateMinor, total } from '#kernel/money/money';

/** An order of the disputed payment. */
export interface SharingOrder {
  /** What the buyer has paid and not got back, minor units. */
  readonly leftMinor: bigint;
}

/** An order's part of a chargeback. */
export interface Share<T> {
  readonly order: T;
  readonly amountMinor: bigint;
}

/**
 * Spreads a chargeback over the orders of its payment by what is left of each, largest remainder; no order bears more
 * than it has. What no order has left (it was refunded already) is borne by none.
 */
export function shareOut<T extends SharingOrder>(
  amountMinor: bigint,
  orders: readonly T[],
): Share<T>[] {
  const lefts = orders.map(({ leftMinor }) => leftMinor);
  const left = total(lefts);
  if (left === 0n) return [];
  const parts = allocateMinor(amountMinor < left ? amountMinor : left, lefts);
  return orders.flatMap((order, n) => {
    const part = parts[n] ?? 0n;
    return part === 0n ? [] : [{ order, amountMinor: part }];
  });
}
