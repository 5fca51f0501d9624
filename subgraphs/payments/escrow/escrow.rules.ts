import type { TrancheState } from './tranche.machine';

/** Where the money of an order is; a fold over its tranches. */
export type EscrowState = 'NONE' | 'HELD' | 'FROZEN' | 'RELEASED' | 'REFUNDED' | 'SPLIT';

/** Amounts of a tranche, minor units. captured = available + frozen + released + refunded + charged back. */
export interface TrancheAmounts {
  readonly capturedMinor: bigint;
  readonly availableMinor: bigint;
  readonly frozenMinor: bigint;
  readonly releasedMinor: bigint;
  readonly refundedMinor: bigint;
  readonly chargedBackMinor: bigint;
  /** Of what was released: taken back since and refunded to the buyer. */
  readonly clawedBackMinor: bigint;
}

/** Where money that came in is now; the four add up to what came in. */
export interface Whereabouts {
  readonly captured: bigint;
  readonly held: bigint;
  readonly released: bigint;
  readonly refunded: bigint;
}

/** Adds up tranches as a buyer or seller understands them: what was clawed back is refunded, not released. */
export function whereabouts(tranches: readonly TrancheAmounts[]): Whereabouts {
  const add = (pick: (tranche: TrancheAmounts) => bigint): bigint =>
    tranches.reduce((sum, tranche) => sum + pick(tranche), 0n);
  return {
    captured: add((t) => t.capturedMinor),
    held: add((t) => t.availableMinor + t.frozenMinor),
    released: add((t) => t.releasedMinor - t.clawedBackMinor),
    refunded: add((t) => t.refundedMinor + t.clawedBackMinor + t.chargedBackMinor),
  };
}

/** The one word for an escrow. Nothing came in: NONE; something is still held: HELD or FROZEN; else what became of it. */
export function escrowState(tranches: readonly TrancheAmounts[]): EscrowState {
  const { captured, held, released, refunded } = whereabouts(tranches);
  if (captured === 0n) return 'NONE';
  if (tranches.some(({ frozenMinor }) => frozenMinor > 0n)) return 'FROZEN';
  if (held > 0n) return 'HELD';
  if (released === 0n) return 'REFUNDED';
  return refunded === 0n ? 'RELEASED' : 'SPLIT';
}

/** Why the money is where it is, for buyer and seller alike. */
export const WHY_HELD: Readonly<Record<TrancheState, string | null>> = {
  AWAITING_FUNDS: 'The buyer has not paid yet.',
  FUNDED: 'Held until the seller ships; the order is looked into when that takes too long.',
  SHIPPED: 'Held while the goods are on their way.',
  DELIVERED: 'Held while the buyer inspects the goods; then it goes to the seller.',
  FROZEN: 'Held because of an open case.',
  RELEASED: null,
  CLOSED: null,
  CANCELLED: null,
};
