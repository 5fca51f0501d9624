import { DAY, MINUTE } from '#kernel/clock/clock';
import { type SellerTier, TIER_POLICIES } from '../balances/tier.rules';
import type { TrancheState } from '../escrow/tranche.machine';

/** Deadlines on the money of an order. A timer row calls the same use case as a person would. */
export type TimerKind =
  | 'T1'
  | 'T1_BALANCE'
  | 'T1_EMPTY'
  | 'T2'
  | 'T2_REMIND'
  | 'T2_ANSWER'
  | 'T3'
  | 'T4'
  | 'T4_REMIND'
  | 'T15_ALARM'
  | 'T15';

/** Deadlines of a hold: what risk declined goes back to the buyer; what a person froze is looked at again. */
export type HoldTimer = 'RISK_DECLINED' | 'HOLD_REVIEW';

/** What is sold: goods that travel, files, or what happens in a game or an account. */
export const GOODS = ['PHYSICAL', 'DIGITAL', 'VIRTUAL'] as const;
export type GoodsKind = (typeof GOODS)[number];

/** How a parcel travels. */
export const SERVICES = ['STANDARD', 'EXPRESS', 'SEA'] as const;
export type ShippingService = (typeof SERVICES)[number];

/** First sight of the order group → it expires unpaid. */
export const T1_MS = 15 * MINUTE;
/** While the outcome of a payment is not known its deadline is asked again after this. */
export const T1_AGAIN_MS = MINUTE;
/** Nobody cancelled or shipped after T2, answered for a lost parcel after T3, or a bank keeps a deposit → an alarm, each time. */
export const ANSWER_MS = DAY;
/** How long money that was captured is held at most, when the PSP does not say; the alarm comes at 80 %, T15 at 95 %. */
const CAPTURE_AGE_MS = 90 * DAY;
export const T15_ALARM_MS = (CAPTURE_AGE_MS * 80) / 100;
export const T15_MS = (CAPTURE_AGE_MS * 95) / 100;

/** A milestone is looked at for this long. */
const MILESTONE_MS = 14 * DAY;
/** A declined release goes back to the buyer after this, unless a person finds another way: it can be asked again. */
export const RISK_DECLINED_MS = 7 * DAY;
/** What keeps that from happening (an open dispute, a bank) is asked again after this. */
export const RISK_DECLINED_AGAIN_MS = DAY;
/** A hold that a person placed is looked at again after this, and then as often as that. */
export const HOLD_REVIEW_MS = 30 * DAY;
export const HOLD_REVIEW_AGAIN_MS = 7 * DAY;

/** Unshipped: the seller is reminded. */
const SHIP_REMINDER_MS = 3 * DAY;
/** Unshipped this long after the handling time: overdue. */
const OVERDUE_MS = 14 * DAY;
/** Before the inspection ends the buyer is reminded. */
export const INSPECTION_REMINDER_MS = 2 * DAY;

/** Of an order: frozen when it is agreed (goods, handling) and when it is funded (tier). */
export interface DeadlineTerms {
  readonly goods: GoodsKind;
  readonly business: boolean;
  readonly handlingDays: number;
  readonly tier: SellerTier | null;
  /** How many days after the deposit the balance is due. */
  readonly balanceDays: number;
}

/** Of one tranche: how its goods travel, or that it is a step of work or a claimed part of one. */
export interface Travelling {
  /** The step's place among the others. */
  readonly number?: number | null;
  /** How many days the step takes. */
  readonly days?: number | null;
  readonly tracked: boolean;
  readonly service: ShippingService;
}

/** T2: funding → the seller is late. */
export const shipMs = ({ handlingDays }: Pick<DeadlineTerms, 'handlingDays'>): number =>
  handlingDays * DAY + OVERDUE_MS;

/** T3: shipping → release, unless a delivery scan replaces it by T4. What cannot be followed takes longest. */
export function transitMs(
  { goods, business }: Pick<DeadlineTerms, 'goods' | 'business'>,
  { tracked, service }: Travelling,
): number {
  if (goods === 'DIGITAL') return DAY;
  if (goods === 'VIRTUAL') return 3 * DAY;
  if (!tracked || service === 'SEA') return 30 * DAY;
  if (service === 'EXPRESS') return 10 * DAY;
  return business ? 15 * DAY : 30 * DAY;
}

/** T4: delivery → the inspection ends: release. Files are looked at sooner than goods, work longer. */
export const inspectionMs = (
  { goods, tier }: Pick<DeadlineTerms, 'goods' | 'tier'>,
  isWork = false,
): number =>
  isWork ? MILESTONE_MS : goods === 'DIGITAL' ? 3 * DAY : TIER_POLICIES[tier ?? 'NEW'].inspectionMs;

/** A deadline that starts with a state, and when. */
export interface Deadline {
  readonly kind: TimerKind;
  readonly ms: number;
}

/** The deadlines that run in each state: money that is held always has one. */
export function deadlinesOf(
  tranche: Travelling & { readonly state: TrancheState },
  terms: DeadlineTerms,
): Deadline[] {
  switch (tranche.state) {
    case 'DEPOSITED':
      return [{ kind: 'T1_BALANCE', ms: terms.balanceDays * DAY }];
    case 'FUNDED':
      return [
        { kind: 'T2', ms: shipMs({ handlingDays: tranche.days ?? terms.handlingDays }) },
        { kind: 'T2_REMIND', ms: SHIP_REMINDER_MS },
      ];
    case 'SHIPPED':
      return [{ kind: 'T3', ms: transitMs(terms, tranche) }];
    case 'DELIVERED': {
      const ms = inspectionMs(terms, tranche.number != null);
      return [
        { kind: 'T4', ms },
        { kind: 'T4_REMIND', ms: ms - INSPECTION_REMINDER_MS },
      ];
    }
    case 'AWAITING_FUNDS':
    case 'FROZEN':
    case 'RELEASED':
    case 'CLOSED':
    case 'CANCELLED':
      return [];
  }
}

/** Kinds that belong to each state in which money is held. */
export const KINDS_OF_STATE = {
  DEPOSITED: ['T1_BALANCE'],
  FUNDED: ['T2', 'T2_REMIND', 'T2_ANSWER'],
  SHIPPED: ['T3'],
  DELIVERED: ['T4', 'T4_REMIND'],
} as const satisfies Readonly<Partial<Record<TrancheState, readonly TimerKind[]>>>;

/** Those that only remind somebody of the others. */
const REMINDERS: readonly string[] = ['T2_REMIND', 'T4_REMIND'];

/** When something happens to a tranche that is more than a reminder; null when nothing is pending. */
export const nextDeadlineOf = (
  timers: readonly { readonly kind: string; readonly fireAt: Date | null }[],
): Date | null =>
  timers.find(({ kind, fireAt }) => fireAt !== null && !REMINDERS.includes(kind))?.fireAt ?? null;

/** Longest extension of an inspection or transit: 3 days, once, by the buyer; 30 in all, granted by the seller. */
export const BUYER_EXTENSION_DAYS = 3;
export const SELLER_EXTENSION_DAYS = 30;
