import type { ChargebackState } from './chargeback.machine';
import { CONTESTED } from './chargeback.machine';
import type { Liable } from './liability.rules';

/** Money due back to a payer that the PSP has not paid. */
export interface Owed {
  readonly amountMinor: bigint;
}

/** Part of what is owed that a case takes. */
export interface TakenOwed<T> {
  readonly of: T;
  readonly amountMinor: bigint;
}

/**
 * What a case takes of what is owed, in the order given, before any order bears a part: the bank pays the payer what we
 * owed them already.
 */
export function takeOwed<T extends Owed>(amountMinor: bigint, owed: readonly T[]): TakenOwed<T>[] {
  let left = amountMinor;
  return owed.flatMap((of) => {
    const part = left < of.amountMinor ? left : of.amountMinor;
    left -= part;
    return part === 0n ? [] : [{ of, amountMinor: part }];
  });
}

/** A case about the tender of a refund that was on its way when the bank took the money. */
export interface Claim {
  readonly state: ChargebackState;
  /** Borne by nobody. */
  readonly uncoveredMinor: bigint;
  /** What orders bear of it. */
  readonly borneMinor: bigint;
}

/** What a case takes of a refund that could not be paid after all. */
export interface ClaimedRefund<T> {
  readonly claim: T;
  /** Bears what nobody bore. */
  readonly coversMinor: bigint;
  /** Stands in for what orders bore: they were charged for it twice. */
  readonly replacesMinor: bigint;
}

/**
 * Who takes the money of a refund that could not be paid, oldest case first. A case that is open takes up to its amount;
 * one that is lost only what we had to write off. The rest is the payer's credit: no bank pays it.
 */
export function claimRefund<T extends Claim>(
  amountMinor: bigint,
  claims: readonly T[],
): { readonly claimed: readonly ClaimedRefund<T>[]; readonly creditMinor: bigint } {
  let left = amountMinor;
  const take = (most: bigint): bigint => {
    const part = left < most ? left : most;
    left -= part;
    return part;
  };
  const claimed = claims.flatMap((claim) => {
    if (!takesRefunds(claim.state)) return [];
    const coversMinor = take(claim.uncoveredMinor);
    const replacesMinor = CONTESTED.includes(claim.state) ? take(claim.borneMinor) : 0n;
    return coversMinor + replacesMinor === 0n ? [] : [{ claim, coversMinor, replacesMinor }];
  });
  return { claimed, creditMinor: left };
}

/** States in which the bank has, or gave the payer, what a refund on its way would give them again. */
const TAKING: readonly ChargebackState[] = [...CONTESTED, 'LOST', 'ACCEPTED'];

/** True while a refund that was on its way when the bank took the money must not be sent any more. */
export const takesRefunds = (state: ChargebackState): boolean => TAKING.includes(state);

/** What a case is made of, minor units. */
export interface CaseSums {
  readonly amountMinor: bigint;
  readonly uncoveredMinor: bigint;
  /** Taken out of refunds. */
  readonly refundsMinor: bigint;
  /** Taken of orders that do not get it back. */
  readonly goneMinor: bigint;
}

/**
 * What empties a case that is over: all of it comes back from the bank, or what no order and no refund bears is lost.
 * The platform bears the orders' parts that they get back; a refund was due to the payer whoever is liable.
 */
export function restOf(
  state: 'WON' | 'LOST' | 'ACCEPTED',
  liable: Liable,
  { amountMinor, uncoveredMinor, refundsMinor, goneMinor }: CaseSums,
): bigint {
  if (state === 'WON') return amountMinor;
  return liable === 'PLATFORM' ? amountMinor - refundsMinor - goneMinor : uncoveredMinor;
}
