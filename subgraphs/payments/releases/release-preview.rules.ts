import type { PostedLeg } from '../ledger/posted.service';

/** Where the money of a release goes, minor units: all but `frozen` add up to `gross`. */
export interface ReleaseSum {
  readonly gross: bigint;
  readonly commission: bigint;
  readonly tax: bigint;
  /** What the seller owed. */
  readonly debt: bigint;
  readonly advance: bigint;
  readonly ads: bigint;
  readonly reserve: bigint;
  readonly pending: bigint;
  readonly available: bigint;
  /** Frozen instead of released, until a person has looked at it. */
  readonly frozen: bigint;
}

/** Adds up what a release has posted. */
export function releaseSum(legs: readonly PostedLeg[]): ReleaseSum {
  const sum = (wanted: (leg: PostedLeg) => boolean): bigint =>
    legs.filter(wanted).reduce((total, { amountMinor }) => total + amountMinor, 0n);
  const of = (code: PostedLeg['code']): bigint => sum((leg) => leg.code === code);
  const toSeller = (to: PostedLeg['to']): bigint =>
    sum((leg) => leg.code === 'RELEASE_SELLER' && leg.to === to);
  return {
    gross: sum(({ from, pending }) => from === 'TRANCHE' && !pending),
    commission: of('RELEASE_COMMISSION'),
    tax: of('RELEASE_TAX'),
    debt: of('RELEASE_DEBT'),
    advance: of('RELEASE_ADVANCE'),
    ads: of('RELEASE_ADS'),
    reserve: of('RELEASE_RESERVE'),
    pending: toSeller('SELLER_PENDING'),
    available: toSeller('SELLER_AVAILABLE'),
    frozen: of('FREEZE'),
  };
}
