import { DAY, after } from '#kernel/clock/clock';

/** How far a seller is trusted: the sooner the money, the less kept back. Told by `seller_trust.changed`. */
export type SellerTier = 'NEW' | 'STANDARD' | 'TRUSTED' | 'RESTRICTED';

/** What a tier means for a seller's money. Frozen on the escrow when it is funded. */
export interface TierPolicy {
  /** From delivery to the day the money is available. */
  readonly holdMs: number;
  /** The same from the payment, for goods without tracking. */
  readonly untrackedMs: number;
  /** The part of each release that is kept back for refunds to come, in basis points, and for how long. */
  readonly reserveBps: bigint;
  readonly reserveMs: number;
  /** How long the buyer may inspect before the money is released (T4). */
  readonly inspectionMs: number;
}

/** A seller about whom nothing was said yet is NEW. */
export const TIER_POLICIES: Readonly<Record<SellerTier, TierPolicy>> = {
  NEW: {
    holdMs: 3 * DAY,
    untrackedMs: 21 * DAY,
    reserveBps: 1_000n,
    reserveMs: 30 * DAY,
    inspectionMs: 14 * DAY,
  },
  STANDARD: {
    holdMs: 7 * DAY,
    untrackedMs: 0,
    reserveBps: 0n,
    reserveMs: 0,
    inspectionMs: 7 * DAY,
  },
  TRUSTED: {
    holdMs: 0,
    untrackedMs: 0,
    reserveBps: 0n,
    reserveMs: 0,
    inspectionMs: 7 * DAY,
  },
  RESTRICTED: {
    holdMs: 14 * DAY,
    untrackedMs: 21 * DAY,
    reserveBps: 1_500n,
    reserveMs: 90 * DAY,
    inspectionMs: 14 * DAY,
  },
};

/** What is known of a sale when its money is released. */
export interface Sale {
  readonly tier: SellerTier;
  readonly fundedAt: Date;
  /** Null when no carrier said so: the release is then the first word that the goods arrived. */
  readonly deliveredAt: Date | null;
  readonly tracked: boolean;
}

/** When released money is available: max(release, delivery + hold), and untracked goods not before payment + hold. */
export function availableAt({ tier, fundedAt, deliveredAt, tracked }: Sale, released: Date): Date {
  const { holdMs, untrackedMs } = TIER_POLICIES[tier];
  const moments = [
    released,
    after(deliveredAt ?? released, holdMs),
    ...(tracked ? [] : [after(fundedAt, untrackedMs)]),
  ];
  return new Date(Math.max(...moments.map((moment) => moment.getTime())));
}
