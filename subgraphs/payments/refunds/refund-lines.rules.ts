import { type Goods, type Leaving, splitGoods } from '../escrow/split.rules';
import { type RefundableTranche, bearersOf } from './refund.rules';

/** Goods that a tranche pays for. */
export interface TrancheGoods extends Goods {
  readonly trancheId: string;
}

/** Goods of one tranche that are refunded, at what they cost when they were ordered. */
export interface RefundedGoods<T> {
  readonly tranche: T;
  readonly lines: readonly Goods[];
  readonly amountMinor: bigint;
}

/**
 * Takes refunded goods out of the tranches that pay for them: those that have not left first, those that the buyer has
 * in hand last. A line's units cost the same however its refunds are cut. Undefined when that many are not there.
 */
export function takeGoods<T extends RefundableTranche>(
  wanted: readonly Leaving[],
  tranches: readonly T[],
  goods: readonly TrancheGoods[],
): RefundedGoods<T>[] | undefined {
  const left = new Map<string, number>();
  for (const { orderLineId, quantity } of wanted) {
    left.set(orderLineId, (left.get(orderLineId) ?? 0) + quantity);
  }
  const taken: RefundedGoods<T>[] = [];
  for (const tranche of bearersOf(tranches)) {
    const there = goods.filter(({ trancheId }) => trancheId === tranche.id);
    const want = [...left].map(([orderLineId, quantity]) => ({ orderLineId, quantity }));
    const { leaving: lines } = splitGoods(there, want);
    for (const { orderLineId, quantity } of lines) {
      left.set(orderLineId, (left.get(orderLineId) ?? 0) - quantity);
    }
    const amountMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
    if (lines.length > 0) taken.push({ tranche, lines, amountMinor });
  }
  return [...left.values()].every((quantity) => quantity === 0) ? taken : undefined;
}
