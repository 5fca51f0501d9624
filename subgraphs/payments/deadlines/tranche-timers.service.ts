import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { clearTimers, pauseTimers, resumeTimers, setTimer } from '#kernel/events/timers';
import type { EscrowRow } from '../escrow/escrow.entity';
import { milestoneOf } from '../escrow/step.rules';
import type { TrancheRow } from '../escrow/tranche.entity';
import type { Held } from '../escrow/tranche.service';
import { KINDS_OF_STATE, T15_ALARM_MS, T15_MS, type TimerKind, deadlinesOf } from './timer.rules';

/** Deadlines that stand still while a tranche is frozen. */
const PAUSING: readonly TimerKind[] = Object.values(KINDS_OF_STATE).flat();

/**
 * A frozen tranche's deadlines stand still; thawed, they go on with what was left, unless its goods moved on. Part of a
 * step of work that was submitted meanwhile has those of its milestone.
 */
export async function timersFollow(
  tx: Tx,
  { escrow, tranches }: Held,
  before: TrancheRow,
  next: TrancheRow,
): Promise<void> {
  if (next.state === 'FROZEN') {
    await pauseTimers(tx, next.id, PAUSING);
    return;
  }
  const same: readonly TimerKind[] =
    next.state in KINDS_OF_STATE ? KINDS_OF_STATE[next.state as keyof typeof KINDS_OF_STATE] : [];
  if (before.state === 'FROZEN' && same.length > 0) {
    await clearTimers(
      tx,
      next.id,
      PAUSING.filter((one) => !same.includes(one)),
    );
    if ((await resumeTimers(tx, next.id, same)) > 0) return;
    const milestone = milestoneOf(tranches, next);
    if (milestone?.state === next.state) {
      await copyTimers(tx, milestone.id, next.id);
      return;
    }
  }
  await moveTimers(tx, escrow, next);
}

const COPY = `
  insert into timer (subject, kind, "fireAt", version)
  select $2, kind, "fireAt", 0 from timer where subject = $1 and "fireAt" is not null`;

/** A tranche that has no deadlines gets those that run for another one. */
export async function copyTimers(tx: Tx, from: string, to: string): Promise<void> {
  await tx.query(COPY, [from, to]);
}

const AGE_AGAIN = `
  insert into timer (subject, kind, "fireAt", version)
  select $1, $2, $3, $4 where not exists (select 1 from timer
    where subject = $1 and kind in ('T15_ALARM', 'T15'))`;

/** Money that had left an escrow is held again: it cannot be held longer than if it had never left (T15). */
export async function ageAgain(
  tx: Tx,
  { id, fundedAt, version }: Pick<EscrowRow, 'id' | 'fundedAt' | 'version'>,
): Promise<void> {
  const since = fundedAt ?? tx.now;
  const alarmAt = after(since, T15_ALARM_MS);
  const [kind, fireAt] = tx.now < alarmAt ? ['T15_ALARM', alarmAt] : ['T15', after(since, T15_MS)];
  await tx.query(AGE_AGAIN, [id, kind, fireAt, version]);
}

/** Replaces a tranche's deadlines by those of its state. */
export async function moveTimers(tx: Tx, escrow: EscrowRow, tranche: TrancheRow): Promise<void> {
  const { id: subject, version } = tranche;
  await clearTimers(tx, subject);
  for (const { kind, ms } of deadlinesOf(tranche, escrow)) {
    await setTimer(tx, { subject, kind, version }, after(tx.now, ms));
  }
}

/**
 * A deposit that is gone is never followed by its balance: whether its order group still waits for anything is judged at
 * once, by a timer, because groups are locked before their escrows (see `ExpiryService`).
 */
export async function depositFollows(
  tx: Tx,
  { id: subject, version }: EscrowRow,
  before: TrancheRow,
  next: TrancheRow,
): Promise<void> {
  if ((before.heldState ?? before.state) !== 'DEPOSITED' || next.state !== 'CLOSED') return;
  await setTimer(tx, { subject, kind: 'T1_EMPTY', version }, tx.now);
}
