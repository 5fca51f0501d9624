import type { PaymentRequest } from '#contracts/payment-request';
import { type Terms, sharesOf } from '../releases/release.rules';

/** Which part of its orders a payment brings. */
export type PaymentPart = PaymentRequest['part'];

/** A step of work that is paid by itself. */
export interface Milestone {
  readonly title: string;
  readonly amountMinor: bigint;
  /** How many days after it is paid it should be done. */
  readonly days: number;
}

/** The parts in which an order is paid, or its money is released. */
export interface TranchePlan {
  readonly depositMinor: bigint;
  readonly balanceDays: number;
  readonly milestones: readonly Milestone[];
}

/** An order that is paid at once and released as it travels. */
export const NO_PLAN: TranchePlan = { depositMinor: 0n, balanceDays: 14, milestones: [] };

/** True when a plan fits its order: a deposit leaves a balance, milestones are all of it. */
export const planFits = (totalMinor: bigint, { depositMinor, milestones }: TranchePlan): boolean =>
  depositMinor < totalMinor &&
  (milestones.length === 0 ||
    milestones.reduce((sum, { amountMinor }) => sum + amountMinor, 0n) === totalMinor);

/** What a payment brings for an order; an order without a deposit is paid in full by the first payment. */
export function partMinor(
  part: PaymentPart,
  { totalMinor, depositMinor }: { readonly totalMinor: bigint; readonly depositMinor: bigint },
): bigint {
  if (part === 'WHOLE' || (part === 'DEPOSIT' && depositMinor === 0n)) return totalMinor;
  if (part === 'DEPOSIT') return depositMinor;
  return depositMinor === 0n ? 0n : totalMinor - depositMinor;
}

/** Money to hold by itself: with fees, minor units. */
export interface PlannedTranche {
  readonly kind: 'WHOLE' | 'MILESTONE';
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
  /** Null for the whole. */
  readonly milestone: (Milestone & { readonly number: number }) | null;
}

/** The tranches of an order. Fees are divided over milestones so that they add up to the order's. */
export function plannedTranches(
  terms: Terms,
  { milestones }: Pick<TranchePlan, 'milestones'>,
): PlannedTranche[] {
  if (milestones.length === 0) return [{ ...terms, kind: 'WHOLE', milestone: null }];
  let at = 0n;
  return milestones.map((one, n) => {
    const { commission, tax } = sharesOf(terms, at, at + one.amountMinor);
    at += one.amountMinor;
    const milestone = { ...one, number: n + 1 };
    return { kind: 'MILESTONE', commissionMinor: commission, taxMinor: tax, milestone };
  });
}
