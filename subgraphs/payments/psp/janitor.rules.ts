const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long the PSP may take to answer. */
export const CALL_DEADLINE_MS = 10 * SECOND_MS;

/** How far a webhook’s time may be from ours, in either direction. */
export const MAX_SKEW_MS = 5 * MINUTE_MS;

/** How long a claimed act is left alone: longer than a call may last. After it, SENT counts as UNKNOWN. */
export const LEASE_MS = 30 * SECOND_MS;

/** How many acts are worked on at the same time. */
export const JANITORS = 4;

/** Days of looking before a person is called. */
const DAILY_LOOKS = 5;
const SILENT_MS = 7 * DAY_MS;

const UNKNOWN_WAITS = [30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS];
const PENDING_WAITS = [HOUR_MS];
const EVENT_WAITS = [SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS];

const waitOf = (waits: readonly number[], attempts: number, otherwise: number): number =>
  waits[Math.max(0, attempts - 1)] ?? otherwise;

/** T18: when an act with an unknown outcome is looked into again. */
export const unknownWait = (attempts: number): number => waitOf(UNKNOWN_WAITS, attempts, DAY_MS);

/** When an act that the PSP is still working on is read again; a webhook comes sooner. */
export const pendingWait = (attempts: number): number => waitOf(PENDING_WAITS, attempts, DAY_MS);

/** When a webhook whose object could not be read is tried again. */
export const eventWait = (attempts: number): number => waitOf(EVENT_WAITS, attempts, HOUR_MS);

/** What is asked of an act whose outcome is not known. */
export interface LookedAt {
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
}

/** When an act left us. It may have waited for weeks before; one that a version before this sent has no mark of it. */
const leftAt = ({ createdAt, sentAt }: Omit<LookedAt, 'attempts'>): Date => sentAt ?? createdAt;

/**
 * Whether the same key still gives the same answer at the PSP. Counted from just before the act was first sent, so it is
 * never sent again too late.
 */
export const keyLives = (act: Omit<LookedAt, 'attempts'>, keyTtlMs: number, now: Date): boolean =>
  now.getTime() - leftAt(act).getTime() < keyTtlMs;

/** Why a person has to look: nobody knows the outcome after T18, or the PSP has been working on it for too long. */
export function alarmFor(
  act: LookedAt,
  lost: boolean,
  now: Date,
): 'OUTCOME_UNKNOWN' | 'PSP_SILENT' | undefined {
  const looks = UNKNOWN_WAITS.length + DAILY_LOOKS;
  if (lost) return act.attempts > looks ? 'OUTCOME_UNKNOWN' : undefined;
  return now.getTime() - leftAt(act).getTime() > SILENT_MS ? 'PSP_SILENT' : undefined;
}

/** Charges that the PSP may still take money for, so that giving one up means voiding it there. */
export const mayStillCharge = (status: string): boolean =>
  ['requires_action', 'requires_confirmation', 'pending', 'authorized'].includes(status);
