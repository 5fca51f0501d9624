/** What an order's money is made of, minor units, frozen when it was placed. */
export interface Terms {
  readonly totalMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
}

/** Who gets what of a released part. The three add up to the part. */
export interface Shares {
  readonly commission: bigint;
  readonly tax: bigint;
  readonly net: bigint;
}

/**
 * Shares of the part of an order's money that lies between two places of it, in minor units (0 ≤ from ≤ to ≤ total).
 * Each share is rounded to the nearest unit over the life of the order, so all parts, however cut, add up to the terms
 * exactly and no share is ever negative.
 */
export function sharesOf(terms: Terms, from: bigint, to: bigint): Shares {
  if (from < 0n || from > to || to > terms.totalMinor) throw new RangeError('no part of the order');
  const before = sharesUpTo(terms, from);
  const after = sharesUpTo(terms, to);
  return {
    commission: after.commission - before.commission,
    tax: after.tax - before.tax,
    net: after.net - before.net,
  };
}

/** Fees first (they grow by at most a unit per unit), then commission within the fees: so nothing ever shrinks. */
function sharesUpTo({ totalMinor, commissionMinor, taxMinor }: Terms, upTo: bigint): Shares {
  const allFees = commissionMinor + taxMinor;
  const fees = nearest(allFees, upTo, totalMinor);
  const commission = allFees === 0n ? 0n : nearest(commissionMinor, fees, allFees);
  return { commission, tax: fees - commission, net: upTo - fees };
}

const nearest = (amount: bigint, part: bigint, whole: bigint): bigint =>
  (2n * amount * part + whole) / (2n * whole);

/** What a release may still take besides fees, in the order in which it takes it. Rates in basis points. */
export interface Deductions {
  /** Owed by the seller. */
  readonly debt: bigint;
  readonly advanceBps: bigint;
  readonly advanceOutstanding: bigint;
  /** What the seller's ads wallet lacks, if releases fill it. */
  readonly adsLacks: bigint;
  readonly reserveBps: bigint;
}

/** The split of a net amount: debt, advance, ads, reserve, the rest to the seller; each at most what is left. */
export function distribute(
  net: bigint,
  { debt, advanceBps, advanceOutstanding, adsLacks, reserveBps }: Deductions,
): { debt: bigint; advance: bigint; ads: bigint; reserve: bigint; seller: bigint } {
  const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));
  let left = net;
  const take = (wanted: bigint): bigint => {
    const taken = least(wanted, left);
    left -= taken;
    return taken;
  };
  const paidDebt = take(debt);
  const advance = take(least((net * advanceBps) / 10_000n, advanceOutstanding));
  const ads = take(adsLacks);
  const reserve = take((left * reserveBps) / 10_000n);
  return { debt: paidDebt, advance, ads, reserve, seller: left };
}

/** Nothing is owed and nothing kept back: the whole net is the seller's. */
export const NO_DEDUCTIONS: Deductions = {
  debt: 0n,
  advanceBps: 0n,
  advanceOutstanding: 0n,
  adsLacks: 0n,
  reserveBps: 0n,
};
