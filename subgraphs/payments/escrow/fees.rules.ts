import { type Shares, type Terms, sharesOf } from '../releases/release.rules';

/** What of some money is commission, and tax on it. */
export interface Fees {
  readonly commission: bigint;
  readonly tax: bigint;
}

/** What is held of a tranche, as its fees are counted; minor units. */
export interface HeldMoney {
  readonly capturedMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
  /** What has left it already. */
  readonly goneMinor: bigint;
  /** Once goods were refunded with their own fees: the place from which what is left is counted, and its fees. */
  readonly feeFromMinor?: bigint | null;
  readonly feeCommissionMinor?: bigint | null;
  readonly feeTaxMinor?: bigint | null;
}

/** How the next amount of what is held divides. */
export function heldShares(money: HeldMoney, amount: bigint): Shares {
  const { capturedMinor: totalMinor, commissionMinor, taxMinor, goneMinor } = money;
  const whole = { totalMinor, commissionMinor, taxMinor };
  const rest = {
    from: money.feeFromMinor ?? null,
    commission: money.feeCommissionMinor ?? 0n,
    tax: money.feeTaxMinor ?? 0n,
  };
  return sharesFrom(whole, rest, goneMinor, amount);
}

/** Everything that is held, and the fees on it. */
export function leftOf(money: HeldMoney): Fees & { readonly amount: bigint } {
  const amount = money.capturedMinor - money.goneMinor;
  return { amount, ...heldShares(money, amount) };
}

/** Fees of what is left from a place on, if they were told apart there. */
export interface RestFees extends Fees {
  readonly from: bigint | null;
}

/** How an amount at a place divides: by the whole's terms, or by those of the rest from which it is taken. */
export function sharesFrom(whole: Terms, rest: RestFees, at: bigint, amount: bigint): Shares {
  if (amount === 0n) return { commission: 0n, tax: 0n, net: 0n };
  const { from, commission: commissionMinor, tax: taxMinor } = rest;
  // an undone refund may lie before that place: then the whole's terms are the best there is
  if (from === null || at < from) return sharesOf(whole, at, at + amount);
  const terms = { totalMinor: whole.totalMinor - from, commissionMinor, taxMinor };
  return sharesOf(terms, at - from, at - from + amount);
}

/**
 * The fees of a part of what is left, by what its goods bear and the others bear: as they were told while nothing was
 * refunded by amount, else in proportion to them. Never more than there is, or than the part, and the rest bears its own.
 */
export function partOfFees(
  left: Fees & { readonly amount: bigint },
  amount: bigint,
  own: Fees,
  others: Fees,
): Fees {
  const commission = partOf(left.commission, own.commission, others.commission);
  const tax = partOf(left.tax, own.tax, others.tax);
  const rest = left.commission + left.tax - commission - tax;
  if (commission + tax <= amount && rest <= left.amount - amount) return { commission, tax };
  const terms = { totalMinor: left.amount, commissionMinor: left.commission, taxMinor: left.tax };
  return sharesOf(terms, 0n, amount);
}

const partOf = (fee: bigint, own: bigint, others: bigint): bigint =>
  own + others === 0n ? 0n : (fee * own) / (own + others);
