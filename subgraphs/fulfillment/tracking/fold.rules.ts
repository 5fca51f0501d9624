import {
  type EventCode,
  HOLD_CAUSES,
  type HoldCause,
  type Milestone,
  isPhysical,
  milestoneOf,
  rankOf,
  step,
} from './milestone.rules';

/** What the fold looks at of a tracking event. Times are epoch milliseconds. */
export interface FoldEvent {
  readonly dedupeKey: string;
  readonly revision: number;
  readonly eventCode: EventCode;
  readonly reason: string | null;
  /** Null: the carrier gave no time; such events come first. */
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
  /** Dedupe key of the event that this one takes back. */
  readonly voids: string | null;
}

/** Where a parcel stands by what we did ourselves. */
export interface FoldBase {
  readonly milestone: 'CREATED' | 'LABELLED' | 'CANCELLED';
  /** When the label was asked for; no scan can be much older. */
  readonly labelledAtMs: number | null;
}

export interface Transition {
  readonly from: Milestone;
  readonly to: Milestone;
  readonly occurredAtMs: number;
  readonly dedupeKey: string;
}

export interface ParcelState {
  readonly milestone: Milestone;
  readonly transitions: readonly Transition[];
  /** The earliest time that somebody had it in hand. */
  readonly firstPhysicalAtMs: number | null;
  /** When the delivery that counts happened. */
  readonly deliveredAtMs: number | null;
  readonly delayed: boolean;
  readonly damaged: boolean;
  readonly held: HoldCause | null;
  /** Dedupe keys of live events in their order, the suspect ones included. */
  readonly timeline: readonly string[];
  /** Dedupe keys of events whose clock cannot be right and that nothing confirms. */
  readonly suspects: readonly string[];
}

const TEN_MINUTES = 600_000;
const A_DAY = 86_400_000;

/**
 * The state of a parcel from the set of everything said about it. Order of arrival, copies and batches do not matter:
 * an old event that arrives late changes the timeline only.
 */
export function foldParcel(base: FoldBase, events: readonly FoldEvent[]): ParcelState {
  const live = liveEvents(events).sort(byTime);
  const suspects = suspectsOf(base, live);
  let state = initial(base);
  for (const event of live) if (!suspects.has(event.dedupeKey)) state = apply(state, event);
  return {
    milestone: state.milestone,
    transitions: state.transitions,
    firstPhysicalAtMs: state.firstPhysicalAtMs,
    deliveredAtMs: state.milestone === 'DELIVERED' ? state.deliveredAtMs : null,
    delayed: state.delayed,
    damaged: state.damaged,
    held: state.held,
    timeline: live.map(({ dedupeKey }) => dedupeKey),
    suspects: [...suspects],
  };
}

/** One event per key, the highest revision, received when its first copy was; without those that were taken back. */
export function liveEvents(events: readonly FoldEvent[]): FoldEvent[] {
  const byKey = new Map<string, FoldEvent>();
  for (const event of events) {
    const known = byKey.get(event.dedupeKey);
    byKey.set(event.dedupeKey, known === undefined ? event : better(known, event));
  }
  const current = [...byKey.values()];
  const voided = new Set(current.map(({ voids }) => voids));
  return current.filter(({ dedupeKey }) => !voided.has(dedupeKey));
}

/** Of two tellings of one event: the higher revision, then the earlier received, then any fixed order. */
function better(a: FoldEvent, b: FoldEvent): FoldEvent {
  if (a.revision !== b.revision) return a.revision > b.revision ? a : b;
  if (a.receivedAtMs !== b.receivedAtMs) return a.receivedAtMs < b.receivedAtMs ? a : b;
  return contentOf(a) <= contentOf(b) ? a : b;
}

/** What makes two tellings of the same event and revision differ for the fold. */
export const contentOf = (
  event: Pick<FoldEvent, 'eventCode' | 'reason' | 'occurredAtMs' | 'voids'>,
): string => JSON.stringify([event.eventCode, event.reason, event.occurredAtMs, event.voids]);

const timeOf = (event: FoldEvent): number => event.occurredAtMs ?? -Infinity;
const rankOfEvent = (event: FoldEvent): number => {
  const milestone = milestoneOf(event.eventCode);
  return milestone === null ? -1 : rankOf(milestone);
};

function byTime(a: FoldEvent, b: FoldEvent): number {
  const [timeA, timeB] = [timeOf(a), timeOf(b)];
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  const ranks = rankOfEvent(a) - rankOfEvent(b);
  if (ranks !== 0) return ranks;
  return a.dedupeKey < b.dedupeKey ? -1 : 1;
}

/** Events from the future or from long before the label, unless a sound event nearby says as much or more. */
function suspectsOf(base: FoldBase, live: readonly FoldEvent[]): Set<string> {
  const isOdd = ({ occurredAtMs, receivedAtMs }: FoldEvent): boolean =>
    occurredAtMs !== null &&
    (occurredAtMs > receivedAtMs + TEN_MINUTES ||
      (base.labelledAtMs !== null && occurredAtMs < base.labelledAtMs - A_DAY));
  const sound = live.filter((event) => event.occurredAtMs !== null && !isOdd(event));
  const confirmed = (event: FoldEvent): boolean =>
    sound.some(
      (other) =>
        rankOfEvent(other) >= rankOfEvent(event) &&
        Math.abs(timeOf(other) - timeOf(event)) <= A_DAY,
    );
  const odd = live.filter((event) => isOdd(event) && !confirmed(event));
  return new Set(odd.map(({ dedupeKey }) => dedupeKey));
}

interface Folding {
  readonly milestone: Milestone;
  readonly wasReturning: boolean;
  readonly transitions: readonly Transition[];
  readonly firstPhysicalAtMs: number | null;
  readonly deliveredAtMs: number | null;
  readonly delayed: boolean;
  readonly damaged: boolean;
  readonly held: HoldCause | null;
}

const initial = (base: FoldBase): Folding => ({
  milestone: base.milestone,
  wasReturning: false,
  transitions: [],
  firstPhysicalAtMs: null,
  deliveredAtMs: null,
  delayed: false,
  damaged: false,
  held: null,
});

function apply(state: Folding, event: FoldEvent): Folding {
  const { eventCode, dedupeKey } = event;
  const when = event.occurredAtMs ?? event.receivedAtMs;
  const from = state.milestone;
  const to = step(from, eventCode, state.wasReturning);
  const moved = to !== from;
  const physical = isPhysical(eventCode);
  return {
    milestone: to,
    wasReturning: to === 'RETURNING' || (to === 'LOST' && state.wasReturning),
    transitions: moved
      ? [...state.transitions, { from, to, occurredAtMs: when, dedupeKey }]
      : state.transitions,
    firstPhysicalAtMs: physical
      ? Math.min(state.firstPhysicalAtMs ?? Infinity, when)
      : state.firstPhysicalAtMs,
    deliveredAtMs: moved && to === 'DELIVERED' ? when : state.deliveredAtMs,
    delayed: state.delayed || eventCode === 'DELAYED',
    damaged: state.damaged || eventCode === 'DAMAGED',
    held: heldAfter(state.held, event, physical),
  };
}

/** A hold ends with its release, or when the parcel is seen to move on. */
function heldAfter(held: HoldCause | null, event: FoldEvent, moving: boolean): HoldCause | null {
  if (event.eventCode === 'CUSTOMS_INSPECTION' || event.eventCode === 'CUSTOMS_DOCS_REQUIRED') {
    return 'CUSTOMS';
  }
  if (event.eventCode === 'DUTIES_DUE') return 'PAYMENT';
  if (event.eventCode === 'HELD') {
    return HOLD_CAUSES.find((cause) => event.reason?.endsWith(`_${cause}`) === true) ?? 'SECURITY';
  }
  const over = event.eventCode === 'RELEASED' || event.eventCode === 'CUSTOMS_CLEARED' || moving;
  return over ? null : held;
}
