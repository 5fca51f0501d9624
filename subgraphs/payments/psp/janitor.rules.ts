const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long the PSP may take to answer. */
export const CALL_DEADLINE_MS = 10 * SECOND_MS;

/** How long a claimed act is left alone: longer than a call may last. After it, SENT counts as UNKNOWN. */
export const LEASE_MS = 30 * SECOND_MS;

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
