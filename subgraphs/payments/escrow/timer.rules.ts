const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Deadlines on the money of an order. A timer row calls the same use case as a person would. */
export type TimerKind = 'T1' | 'T2' | 'T2_ANSWER' | 'T3' | 'T4';

/** How long each runs, in milliseconds. */
export const TIMER_MS: Readonly<Record<TimerKind, number>> = {
  /** First sight of the order group → it expires unpaid. */
  T1: HOUR_MS / 4,
  /** Funding → the seller is late: handling time (3 days unless said otherwise) and 14 days. */
  T2: 17 * DAY_MS,
  /** Nobody cancelled or shipped after T2 → an alarm, each day. */
  T2_ANSWER: DAY_MS,
  /** Shipped → release, unless a delivery scan replaced it by T4. */
  T3: 30 * DAY_MS,
  /** Delivered → the inspection window ends: release. */
  T4: 7 * DAY_MS,
};

/** While the outcome of a payment is not known its deadline is asked again after this. */
export const T1_AGAIN_MS = 60_000;
