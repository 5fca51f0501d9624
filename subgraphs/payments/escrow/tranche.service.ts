import { topics } from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import type { NewFact } from '#kernel/events/fact';
import { clearTimers, setTimer } from '#kernel/events/timers';
import type { EscrowRow } from './escrow.entity';
import { escrowState } from './escrow.rules';
import type { TrancheRow } from './tranche.entity';
import type { TrancheState } from './tranche.machine';
import { TIMER_MS, type TimerKind } from './timer.rules';

/** An escrow and its tranche, both locked. */
export interface Held {
  readonly escrow: EscrowRow;
  readonly tranche: TrancheRow;
}

/** What changes: a new state and what is added to the amounts, minor units. */
export interface TrancheChange {
  readonly state?: TrancheState;
  readonly released?: bigint;
  readonly releasedCommission?: bigint;
  readonly releasedTax?: bigint;
  readonly refunded?: bigint;
  readonly clawedBack?: bigint;
}

/** The one deadline that runs in a state: money that is held always has one. */
const RUNNING: Readonly<Partial<Record<TrancheState, TimerKind>>> = {
  FUNDED: 'T2',
  SHIPPED: 'T3',
  DELIVERED: 'T4',
};

const WRITE = `
  with t as (
    update tranche set state = $2, "releasedMinor" = $3, "releasedCommissionMinor" = $4,
      "releasedTaxMinor" = $5, "refundedMinor" = $6, "clawedBackMinor" = $7, version = $8
    where id = $1)
  update escrow set state = $10, version = $11 where id = $9`;

/** Locks an escrow by its own id, its order's or its tranche's, then reads its tranche. Lock order: escrow first. */
export async function lockHeld(
  tx: Tx,
  by: { readonly escrowId?: string; readonly orderId?: string; readonly trancheId?: string },
): Promise<Held | undefined> {
  const [where, value] =
    by.escrowId !== undefined
      ? ['id = $1', by.escrowId]
      : by.orderId !== undefined
        ? ['"orderId" = $1', by.orderId]
        : ['id = (select "escrowId" from tranche where id = $1)', by.trancheId];
  const escrow = await tx.first<EscrowRow>(
    `select * from escrow where ${where} for no key update`,
    [value],
  );
  if (escrow === undefined) return undefined;
  const tranche = await tx.first<TrancheRow>(
    `select * from tranche where "escrowId" = $1 and kind = 'WHOLE'`,
    [escrow.id],
  );
  if (tranche === undefined) throw new Error(`escrow ${escrow.id} has no tranche`);
  return { escrow, tranche };
}

/**
 * Writes a change of a locked escrow, moves its deadlines with its state, and tells the one fact about it. The
 * caller has decided; the database's checks have the last word on amounts.
 */
export async function moveHeld(
  tx: Tx,
  { escrow, tranche }: Held,
  change: TrancheChange,
  tell: (after: Held) => NewFact,
): Promise<Held> {
  const released = change.released ?? 0n;
  const refunded = change.refunded ?? 0n;
  const next: TrancheRow = {
    ...tranche,
    state: change.state ?? tranche.state,
    availableMinor: tranche.availableMinor - released - refunded,
    releasedMinor: tranche.releasedMinor + released,
    releasedCommissionMinor: tranche.releasedCommissionMinor + (change.releasedCommission ?? 0n),
    releasedTaxMinor: tranche.releasedTaxMinor + (change.releasedTax ?? 0n),
    refundedMinor: tranche.refundedMinor + refunded,
    clawedBackMinor: tranche.clawedBackMinor + (change.clawedBack ?? 0n),
    version: tranche.version + 1,
  };
  const held: Held = {
    escrow: { ...escrow, state: escrowState([next]), version: escrow.version + 1 },
    tranche: next,
  };
  await tx.query(WRITE, [
    next.id,
    next.state,
    next.releasedMinor,
    next.releasedCommissionMinor,
    next.releasedTaxMinor,
    next.refundedMinor,
    next.clawedBackMinor,
    next.version,
    escrow.id,
    held.escrow.state,
    held.escrow.version,
  ]);
  if (next.state !== tranche.state) await moveTimers(tx, next);
  tx.publish(tell(held));
  return held;
}

async function moveTimers(tx: Tx, { id, state, version }: TrancheRow): Promise<void> {
  await clearTimers(tx, id);
  const kind = RUNNING[state];
  if (kind === undefined) return;
  await setTimer(tx, { subject: id, kind, version }, after(tx.now, TIMER_MS[kind]));
}

/** Who and what a fact about an escrow names. */
export const partiesOf = ({ id, orderId, sellerId, buyerId }: EscrowRow) => ({
  escrowId: id,
  orderId,
  sellerId,
  buyerId,
});

/** The fact's subject is the escrow at its new version; viewers of the order hear it too. */
export const aboutEscrow = ({ id, version, orderId }: EscrowRow) => ({
  subject: id,
  version,
  topics: [topics.escrow(id), topics.order(orderId)],
});
