import { DAY, HOUR, after } from '#kernel/clock/clock';
import { exponentOf } from '#kernel/money/currency';
import type { SellerTier } from '../balances/tier.rules';
import type { paymentsErrors } from '../payments.errors';

/** How often a seller is paid out by itself. */
export const SCHEDULES = ['DAILY', 'WEEKLY', 'MANUAL'] as const;
export type PayoutSchedule = (typeof SCHEDULES)[number];

/** How fast: INSTANT costs a fee. */
export const SPEEDS = ['STANDARD', 'INSTANT'] as const;
export type PayoutSpeed = (typeof SPEEDS)[number];

/** What a tier may choose; the first is what it gets when it says nothing. */
export const SCHEDULES_OF: Readonly<Record<SellerTier, readonly PayoutSchedule[]>> = {
  NEW: ['WEEKLY', 'MANUAL'],
  STANDARD: ['WEEKLY', 'DAILY', 'MANUAL'],
  TRUSTED: ['DAILY', 'WEEKLY', 'MANUAL'],
  RESTRICTED: ['MANUAL'],
};

/** What counts now: the seller's choice while the tier allows it. */
export function scheduleOf(tier: SellerTier, chosen: PayoutSchedule | null): PayoutSchedule {
  const allowed = SCHEDULES_OF[tier];
  return chosen !== null && allowed.includes(chosen) ? chosen : (allowed[0] ?? 'MANUAL');
}

const EVERY_MS: Readonly<Record<PayoutSchedule, number>> = {
  DAILY: DAY,
  WEEKLY: 7 * DAY,
  // nobody is paid, but the tier is looked at again
  MANUAL: 7 * DAY,
};

/** When it is looked at next whether a seller can be paid out. */
export const nextSweep = (schedule: PayoutSchedule, now: Date): Date =>
  after(now, EVERY_MS[schedule]);

/** The least that is paid out where one major unit would not be worth the transfer, in minor units. */
const MINIMUMS: ReadonlyMap<string, bigint> = new Map([
  ['CLP', 1_000n],
  ['CZK', 2_500n],
  ['HUF', 40_000n],
  ['IDR', 1_500_000n],
  ['INR', 8_000n],
  ['JPY', 150n],
  ['KRW', 1_500n],
  ['VND', 25_000n],
]);

/** The least that one payout may move: one major unit unless the table says more. */
export const minimumOf = (currency: string): bigint =>
  MINIMUMS.get(currency) ?? 10n ** BigInt(exponentOf(currency) ?? 2);

/** The most that a new seller is paid out in 7 days; the others have no cap. */
export const capOf = (tier: SellerTier, currency: string): bigint | undefined =>
  tier === 'NEW' ? 1_000n * minimumOf(currency) : undefined;
export const CAP_WINDOW_MS = 7 * DAY;

const INSTANT_FEE_BPS = 100n;

/** What an instant payout costs, on top of it: 1 %, rounded up, never less than the smallest payout’s half. */
export function instantFee(amount: bigint, currency: string): bigint {
  const share = (amount * INSTANT_FEE_BPS + 9_999n) / 10_000n;
  const least = minimumOf(currency) / 2n;
  return share > least ? share : least;
}

/** Nothing goes to a destination that was changed less than this ago: whoever took over an account has to wait. */
const CHANGED_HOLD_MS = 72 * HOUR;

/** What stands between a seller and a payout, besides the amount. */
export interface PayoutGate {
  readonly verified: boolean;
  readonly restricted: boolean;
  readonly debt: bigint;
  readonly account:
    | {
        readonly verified: boolean;
        readonly changedAt: Date | null;
        readonly removedAt: Date | null;
      }
    | undefined;
}

type Refusal = readonly [code: keyof typeof paymentsErrors, message?: string];

/** Why a seller may not be paid out now; undefined = may. */
export function gateRefusal(gate: PayoutGate, now: Date): Refusal | undefined {
  const { account } = gate;
  if (!gate.verified || gate.restricted) return ['PAYOUT_ON_HOLD'];
  if (account?.verified !== true || account.removedAt !== null)
    return ['PAYOUT_ACCOUNT_UNVERIFIED'];
  if (account.changedAt !== null && after(account.changedAt, CHANGED_HOLD_MS) > now) {
    return ['PAYOUT_ON_HOLD', 'The payout account was changed lately.'];
  }
  return gate.debt > 0n ? ['PAYOUT_ON_HOLD', 'The seller owes money.'] : undefined;
}

/** What is asked for and what there is, minor units. */
export interface PayoutWish {
  /** ALL: as much as can be paid now. */
  readonly wanted: bigint | 'ALL';
  readonly speed: PayoutSpeed;
  readonly tier: SellerTier;
  readonly currency: string;
  readonly available: bigint;
  /** What the PSP can move now; undefined when it does not say. */
  readonly movable: bigint | undefined;
  /** Paid out in the time that the cap counts. */
  readonly paidLately: bigint;
}

/** What one payout moves and costs, or why it moves nothing. */
export type PayoutAmount =
  { readonly amount: bigint; readonly fee: bigint } | { readonly refused: Refusal };

/** What is left of the tier's cap; undefined when there is none. */
function capLeft({
  tier,
  currency,
  paidLately,
}: Pick<PayoutWish, 'tier' | 'currency' | 'paidLately'>) {
  const cap = capOf(tier, currency);
  return cap === undefined ? undefined : cap > paidLately ? cap - paidLately : 0n;
}

/** The most that could leave now, a fee included: as far as balance, PSP and cap go. */
export function mostOf(wish: Omit<PayoutWish, 'wanted' | 'speed'>): bigint {
  const { available, movable = available } = wish;
  return least(available, movable, capLeft(wish) ?? available);
}

/** min(available, what the PSP can move, what is left of the cap), at least the minimum; a fee comes out of what is available. */
export function amountOf(wish: PayoutWish): PayoutAmount {
  const { wanted, speed, tier, currency, available, movable } = wish;
  const instant = speed === 'INSTANT';
  if (instant && tier !== 'TRUSTED') return { refused: ['INSTANT_NOT_ALLOWED'] };
  const fee = (amount: bigint): bigint => (instant ? instantFee(amount, currency) : 0n);
  const left = capLeft(wish);
  if (wanted !== 'ALL') {
    if (wanted + fee(wanted) > available) return { refused: ['BALANCE_INSUFFICIENT'] };
    if (movable !== undefined && wanted > movable) {
      return { refused: ['BALANCE_INSUFFICIENT', 'The provider cannot move as much now.'] };
    }
    if (left !== undefined && wanted > left) return { refused: ['PAYOUT_LIMIT'] };
    if (wanted < minimumOf(currency)) return { refused: ['PAYOUT_TOO_SMALL'] };
    return { amount: wanted, fee: fee(wanted) };
  }
  const most = mostOf(wish);
  // The fee grows by at most a unit per unit: taking it off once leaves an amount that can pay its own.
  const amount = least(most, available - fee(most));
  if (amount < minimumOf(currency)) return { refused: ['PAYOUT_TOO_SMALL'] };
  return { amount, fee: fee(amount) };
}

const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));
