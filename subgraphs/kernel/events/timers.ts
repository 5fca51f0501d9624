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

/** What to do when a timer of a kind is due: the same use case that a person would call. */
export type TimerHandlers = Readonly<Record<string, (tx: Tx, timer: Timer) => Promise<void>>>;

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

/** Lets paused timers of a subject run on: each gets what it had left, counted from now. */
export async function resumeTimers(
  tx: Tx,
  subject: string,
  kinds: readonly string[],
): Promise<void> {
  await tx.query(
    `update timer set "fireAt" = $3::timestamptz + "pausedRemainingMs" * interval '1 millisecond',
       "pausedRemainingMs" = null
     where subject = $1 and kind = any ($2) and "pausedRemainingMs" is not null`,
    [subject, kinds, tx.now],
  );
}

/**
 * Fires one due timer, if there is one: its row is locked, handled and removed in one transaction (unless the handler
 * set it again). A failing handler is rolled back and the timer waits longer each time.
 */
export async function fireDueTimer(db: Database, handlers: TimerHandlers): Promise<boolean> {
  let claimed: Timer | undefined;
  try {
    return await db.transaction(systemViewer(timerRuns.create()), async (tx) => {
      claimed = await tx.first<Timer>(
        `select subject, kind, version from timer
         where "fireAt" <= $1 and kind = any ($2) order by "fireAt" limit 1 for no key update skip locked`,
        [tx.now, Object.keys(handlers)],
      );
      if (claimed === undefined) return false;
      await tx.query('delete from timer where subject = $1 and kind = $2', [
        claimed.subject,
        claimed.kind,
      ]);
      await handlers[claimed.kind]?.(tx, claimed);
      return true;
    });
  } catch (error) {
    if (claimed !== undefined) await postpone(db, claimed);
    throw error;
  }
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

/** Fires timers as they fall due until it is stopped. */
export const timerLoop = (db: Database, handlers: TimerHandlers, log: Logger): Poller =>
  new Poller(`${db.schema} timers`, () => fireDueTimer(db, handlers), 500, log);
