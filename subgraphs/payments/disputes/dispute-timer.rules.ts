import type { DisputeReason } from '#contracts/trade-policy';
import { DAY, HOUR, after } from '#kernel/clock/clock';
import { PLAIN_CALENDAR, type WorkCalendar, afterWorkingDays } from '#kernel/clock/working-days';
import type { TrancheState } from '../escrow/tranche.machine';

import type { DisputeState } from './dispute.machine';

/**
 * Deadlines of a dispute. T7 the seller answers · T8 the buyer answers · T9 it is escalated by itself · T10 an operator
 * should have decided · T11 the time for evidence ends · T12 the goods are sent back · T12_CONFIRM the seller says
 * whether they came back well · T13 it has taken too long · APPEAL_END a decision stands · OTHER_HOLD somebody looks
 * whether another case still has the money.
 */
export type DisputeTimer =
  'T7' | 'T8' | 'T9' | 'T10' | 'T11' | 'T12' | 'T12_CONFIRM' | 'T13' | 'APPEAL_END' | 'OTHER_HOLD';

/** How long a decision can be appealed; nothing of it leaves us before. */
const APPEAL_MS = 72 * HOUR;
/** Either side may ask for a decision from then on (T9 does at seven days). */
export const ESCALATE_FROM_MS = 3 * DAY;
/** Working days after which a review is an alarm, again and again. */
const REVIEW_DAYS = 2;

const FIXED_MS: Readonly<Record<Exclude<DisputeTimer, 'T7' | 'T10'>, number>> = {
  T8: 5 * DAY,
  T9: 7 * DAY,
  T11: 3 * DAY,
  T12: 10 * DAY,
  T12_CONFIRM: 10 * DAY,
  T13: 60 * DAY,
  APPEAL_END: APPEAL_MS,
  OTHER_HOLD: DAY,
};

const RUNNING: Readonly<Record<DisputeState, readonly DisputeTimer[]>> = {
  WAIT_SELLER: ['T7', 'T9', 'T13'],
  WAIT_BUYER: ['T8', 'T9', 'T13'],
  WAIT_RETURN: ['T12', 'T13'],
  WAIT_HOLD: ['OTHER_HOLD'],
  EVIDENCE: ['T11', 'T13'],
  UNDER_REVIEW: ['T10', 'T13'],
  DECIDED: ['APPEAL_END'],
  APPEALED: ['T10', 'T13'],
  RETURN_ORDERED: ['T12'],
  RESOLVED: [],
  WITHDRAWN: [],
  CLOSED: [],
  SUPERSEDED: [],
};

/** What decides which deadlines run. */
export interface Stage {
  readonly state: DisputeState;
  /** When the goods came back; null before. */
  readonly returnedAt: Date | null;
}

/** The deadlines that run at a stage: a dispute that is not over always has one. */
export const running = ({ state, returnedAt }: Stage): readonly DisputeTimer[] =>
  returnedAt === null
    ? RUNNING[state]
    : RUNNING[state].map((kind) => (kind === 'T12' ? 'T12_CONFIRM' : kind));

/**
 * Deadlines that begin with a step: those that did not run before. Whoever waits for an answer gets the whole time for
 * each new word of the other side.
 */
export const beginning = (before: Stage | undefined, next: Stage): readonly DisputeTimer[] =>
  running(next).filter(
    (kind) =>
      before === undefined || kind === 'T7' || kind === 'T8' || !running(before).includes(kind),
  );

/** What the answer of a seller waits for. */
export interface Complaint {
  readonly reason: DisputeReason;
  /** Where the money's goods are. */
  readonly goods: TrancheState;
}

/** When a deadline that begins now is over; T10 counts the days on which operators work. */
export function deadline(
  kind: DisputeTimer,
  now: Date,
  { reason, goods }: Complaint,
  operators: WorkCalendar = PLAIN_CALENDAR,
): Date {
  if (kind === 'T10') return afterWorkingDays(now, REVIEW_DAYS, operators);
  if (kind !== 'T7') return after(now, FIXED_MS[kind]);
  if (goods === 'FUNDED') return after(now, DAY);
  return after(now, goods === 'SHIPPED' || reason === 'NOT_RECEIVED' ? 36 * HOUR : 5 * DAY);
}
