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

/** What has still to come in of an order that waits for money; 0 when it waits no more. */
export function outstandingOf(
  totalMinor: bigint,
  tranches: readonly { readonly state: TrancheState; readonly capturedMinor: bigint }[],
): bigint {
  const waits = tranches.some(({ state }) => state === 'AWAITING_FUNDS' || state === 'DEPOSITED');
  const captured = tranches.reduce((sum, tranche) => sum + tranche.capturedMinor, 0n);
  return waits ? totalMinor - captured : 0n;
}

/**
 * The one word for an escrow. Nothing came in: NONE; something is still held: HELD, or FROZEN when a case is open about
 * any of it (also when a bank has taken it and nobody knows yet who keeps it); else what became of it.
 */
export function escrowState(
  tranches: readonly (TrancheAmounts & { readonly state?: TrancheState })[],
): EscrowState {
  const { captured, held, released, refunded } = whereabouts(tranches);
  if (captured === 0n) return 'NONE';
  if (tranches.some(({ frozenMinor, state }) => frozenMinor > 0n || state === 'FROZEN')) {
    return 'FROZEN';
  }
  if (held > 0n) return 'HELD';
  if (released === 0n) return 'REFUNDED';
  return refunded === 0n ? 'RELEASED' : 'SPLIT';
}

/** Why the money is where it is, for buyer and seller alike. */
export const WHY_HELD: Readonly<Record<TrancheState, string | null>> = {
  AWAITING_FUNDS: 'The buyer has not paid yet.',
  DEPOSITED:
    'The deposit is held until the buyer pays the balance; it goes back when that takes too long.',
  FUNDED: 'Held until the seller ships; the order is looked into when that takes too long.',
  SHIPPED: 'Held while the goods are on their way.',
  DELIVERED: 'Held while the buyer inspects the goods; then it goes to the seller.',
  FROZEN: 'Held because of an open case.',
  RELEASED: null,
  CLOSED: null,
  CANCELLED: null,
};

/** The same for a step of work. */
export const WHY_MILESTONE_HELD: Readonly<Partial<Record<TrancheState, string>>> = {
  FUNDED: 'Held until the seller submits this step of the work.',
  DELIVERED: 'Held while the buyer looks at the work; then it goes to the seller.',
};

/** The same when the carrier has lost the parcel: the money does not go to the seller by itself. */
export const WHY_HELD_LOST =
  'The carrier lost the parcel: held until it is refunded or a case decides.';
