import type { TrancheState } from '../escrow/tranche.machine';

/** Where a refund takes its money: what is held, what was released, both, or money that came too late. */
export type RefundSource = 'TRANCHE' | 'CLAW_BACK' | 'BOTH' | 'LATE_MONEY';

/** A tender that money can go back to. */
export interface Refundable {
  readonly id: string;
  readonly number: number;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
  /** Taken back by the payer's bank. */
  readonly chargedBackMinor: bigint;
}

/** Spreads a refund over tenders, newest first, each at most what it has left. Undefined when that is not enough. */
export function spread<T extends Refundable>(
  amountMinor: bigint,
  tenders: readonly T[],
): { tender: T; amountMinor: bigint }[] | undefined {
  const legs: { tender: T; amountMinor: bigint }[] = [];
  let left = amountMinor;
  for (const tender of [...tenders].sort((a, b) => b.number - a.number)) {
    const room = tender.capturedMinor - tender.refundedMinor - tender.chargedBackMinor;
    const part = room < left ? room : left;
    if (part <= 0n) continue;
    legs.push({ tender, amountMinor: part });
    left -= part;
  }
  return left === 0n ? legs : undefined;
}

/** What a refund looks at of a tranche, minor units. */
export interface RefundableTranche {
  readonly id: string;
  readonly state: TrancheState;
  readonly availableMinor: bigint;
  readonly releasedMinor: bigint;
  readonly clawedBackMinor: bigint;
}

/** Part of a refund that one tranche bears. */
export interface RefundPart<T> {
  readonly tranche: T;
  /** Out of what is held, or (claw-back) out of what was released. */
  readonly from: 'HELD' | 'RELEASED';
  readonly amountMinor: bigint;
}

/** Goods that have not left are given back first, those that the buyer has in hand last. */
const ORDER: readonly TrancheState[] = [
  ...(['DEPOSITED', 'FUNDED', 'SHIPPED', 'DELIVERED'] as const),
  ...(['RELEASED', 'CLOSED'] as const),
];

/** What can be given back of an order, minor units. A frozen tranche takes no part. */
export function refundable(tranches: readonly RefundableTranche[]): {
  readonly held: bigint;
  readonly released: bigint;
} {
  const free = tranches.filter(({ state }) => state !== 'FROZEN');
  return {
    held: free.reduce((sum, { availableMinor }) => sum + availableMinor, 0n),
    released: free.reduce((sum, one) => sum + one.releasedMinor - one.clawedBackMinor, 0n),
  };
}

/** Tranches that can bear a refund, in the order in which they do. */
export const bearersOf = <T extends RefundableTranche>(tranches: readonly T[]): T[] =>
  tranches
    .filter(({ state }) => ORDER.includes(state))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));

/** Whose fault a refund is: it decides about fees and trust, not about the money. */
export const FAULTS = ['BUYER', 'SELLER', 'PLATFORM', 'NOBODY'] as const;
export type RefundFault = (typeof FAULTS)[number];

/**
 * Which tranches bear a refund: what is held first, then what was released, each in an order that the caller may choose.
 * Undefined when it is not there.
 */
export function bear<T extends RefundableTranche>(
  amountMinor: bigint,
  tranches: readonly T[],
  inOrder: (bearers: readonly T[]) => readonly T[] = (bearers) => bearers,
): RefundPart<T>[] | undefined {
  const free = inOrder(bearersOf(tranches));
  const sources = [
    ...free.map((tranche) => ({
      tranche,
      from: 'HELD' as const,
      room: tranche.availableMinor,
    })),
    ...free.map((tranche) => ({
      tranche,
      from: 'RELEASED' as const,
      room: tranche.releasedMinor - tranche.clawedBackMinor,
    })),
  ];
  let left = amountMinor;
  const parts: RefundPart<T>[] = [];
  for (const { tranche, from, room } of sources) {
    const part = left < room ? left : room;
    if (part <= 0n) continue;
    parts.push({ tranche, from, amountMinor: part });
    left -= part;
  }
  return left === 0n ? parts : undefined;
}
