import { systemViewer } from '../auth/viewer';
import { MINUTE, SECOND } from '../clock/clock';
import type { Database, Tx } from '../db/database';
import { idKind } from '../ids/id';
import type { Logger } from '../server/log';
import { Poller } from './poller';

/** A deadline as a row: it survives any crash and fires once. */
export interface Timer {
  readonly subject: string;
  readonly kind: string;
  /** The subject's version when the timer was set. */
  readonly version: number;
}

/** What to do when a timer is due: the same use case that a person would call. */
export interface TimerHandler {
  (tx: Tx, timer: Timer): Promise<void>;
  /** Handles many that are due together, as far as they are plain; returns those that need the handler itself. */
  readonly together?: (tx: Tx, timers: readonly Timer[]) => Promise<readonly Timer[]>;
}

/** A handler for each kind of timer. */
export type TimerHandlers = Readonly<Record<string, TimerHandler>>;

/** Sets (or moves) the one timer of this kind on a subject. */
export async function setTimer(tx: Tx, timer: Timer, fireAt: Date): Promise<void> {
  await tx.query(
    `insert into timer (subject, kind, "fireAt", version) values ($1, $2, $3, $4)
     on conflict (subject, kind) do update
       set "fireAt" = excluded."fireAt", "pausedRemainingMs" = null, version = excluded.version, attempts = 0`,
    [timer.subject, timer.kind, fireAt, timer.version],
  );
}

/** Removes timers of a subject: all of them, or the kinds named. Leaving a state removes its timers. */
export async function clearTimers(
  tx: Tx,
  subject: string,
  kinds?: readonly string[],
): Promise<void> {
  await tx.query(
    'delete from timer where subject = $1 and ($2::text[] is null or kind = any ($2))',
    [subject, kinds ?? null],
  );
}

/** Stops timers of a subject and remembers what was left of each. */
export async function pauseTimers(
  tx: Tx,
  subject: string,
  kinds: readonly string[],
): Promise<void> {
  await tx.query(
    `update timer set "pausedRemainingMs" =
         greatest(0, (extract(epoch from "fireAt" - $3::timestamptz) * 1000)::bigint), "fireAt" = null
     where subject = $1 and kind = any ($2) and "fireAt" is not null`,
    [subject, kinds, tx.now],
  );
}

/** Lets paused timers of a subject run on: each gets what it had left, counted from now. Says how many there were. */
export async function resumeTimers(
  tx: Tx,
  subject: string,
  kinds: readonly string[],
): Promise<number> {
  const resumed = await tx.query(
    `update timer set "fireAt" = $3::timestamptz + "pausedRemainingMs" * interval '1 millisecond',
       "pausedRemainingMs" = null
     where subject = $1 and kind = any ($2) and "pausedRemainingMs" is not null returning kind`,
    [subject, kinds, tx.now],
  );
  return resumed.length;
}

/** Those timers whose subject falls to one of several that fire at the same time. */
export interface TimerLane {
  readonly number: number;
  readonly of: number;
}

/** As many deadlines share one commit when many fall due together. */
const AT_ONCE = 8;
/** The same where the kind's handler takes many. */
const TOGETHER = 64;

/**
 * Fires some due timers, if there are any: each row is locked, removed and handled (unless one before it moved it), all
 * in one transaction. Says how many there were. A failing handler undoes all of them; its timer waits longer each time,
 * the others come again at once. What fails among many is tried again one by one.
 */
export function fireDueTimers(
  db: Database,
  handlers: TimerHandlers,
  lane: TimerLane = { number: 0, of: 1 },
): Promise<number> {
  return fire(db, handlers, lane, true);
}

async function fire(
  db: Database,
  handlers: TimerHandlers,
  lane: TimerLane,
  inMany: boolean,
): Promise<number> {
  let current: Timer | 'MANY' | undefined;
  try {
    return await db.transaction(systemViewer(timerRuns.create()), async (tx) => {
      current = undefined;
      let due = await dueIn(tx, Object.keys(handlers), lane, AT_ONCE);
      const together =
        inMany && due.length === AT_ONCE ? handlers[due[0]?.kind ?? '']?.together : undefined;
      let left: readonly Timer[] = due;
      if (together !== undefined) {
        due = await dueIn(tx, [due[0]?.kind ?? ''], lane, TOGETHER);
        current = 'MANY';
        left = await together(tx, await taken(tx, due));
      }
      for (const timer of left) {
        current = timer;
        if (together !== undefined || (await taken(tx, [timer])).length > 0) {
          await handlers[timer.kind]?.(tx, timer);
        }
      }
      return due.length;
    });
  } catch (error) {
    if (current === 'MANY') return fire(db, handlers, lane, false);
    if (current !== undefined) await postpone(db, current);
    throw error;
  }
}

/** Locks timers that are due, those first that have been for longest. */
const dueIn = (tx: Tx, kinds: readonly string[], lane: TimerLane, most: number): Promise<Timer[]> =>
  tx.query<Timer>(
    `select subject, kind, version from timer
     where "fireAt" <= $1 and kind = any ($2) and (hashtext(subject) & 2147483647) % $3::int = $4
     order by "fireAt" limit $5 for no key update skip locked`,
    [tx.now, kinds, lane.of, lane.number, most],
  );

/** Removes timers that are still due: what fired just before may have moved, paused or removed one. */
async function taken(tx: Tx, timers: readonly Timer[]): Promise<Timer[]> {
  const rows = await tx.query<Timer>(
    `delete from timer using unnest($1::text[], $2::text[]) as due (subject, kind)
     where timer.subject = due.subject and timer.kind = due.kind and "fireAt" <= $3
     returning timer.subject, timer.kind`,
    [timers.map(({ subject }) => subject), timers.map(({ kind }) => kind), tx.now],
  );
  const gone = new Set(rows.map(({ subject, kind }) => `${subject} ${kind}`));
  return timers.filter(({ subject, kind }) => gone.has(`${subject} ${kind}`));
}

const timerRuns = idKind('tmr');

async function postpone(db: Database, { subject, kind }: Timer): Promise<void> {
  await db.query(
    `update timer set attempts = attempts + 1,
       "fireAt" = $3::timestamptz + least($4::int * power(2, least(attempts, 20)), $5::int) * interval '1 millisecond'
     where subject = $1 and kind = $2 and "fireAt" <= $3`,
    [subject, kind, db.clock.now(), SECOND, 10 * MINUTE],
  );
}

/** How many timers a worker fires at the same time: one alone would need a minute for 10,000 that fall due together. */
const LANES = 4;

/**
 * Fires timers as they fall due until they are stopped. Those of one subject stay in one lane: they lock the same rows,
 * and what is due first fires first.
 */
export const timerLoops = (db: Database, handlers: TimerHandlers, log: Logger): Poller[] =>
  Array.from({ length: LANES }, (_, number) => {
    const lane = { number, of: LANES };
    const step = async (): Promise<boolean> => (await fireDueTimers(db, handlers, lane)) > 0;
    return new Poller(`${db.schema} timers ${String(number)}`, step, 500, log);
  });
