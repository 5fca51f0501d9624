import { fact } from '#contracts/fact';
import type { Tx } from '#kernel/db/database';
import { clearTimers } from '#kernel/events/timers';
import { PLATFORM } from '../ledger/ledger.rules';
import { legId, openAccounts, post, posting } from '../ledger/ledger.service';
import { type HoldId, holdIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { HoldCause, HoldRow } from './hold.entity';
import { splitClaim } from '../escrow/split.service';
import { type HeldState, LIFT, trancheMachine } from '../escrow/tranche.machine';
import {
  type Held,
  aboutEscrow,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';

/** Money to freeze. */
export interface HoldOrder {
  readonly trancheId: string;
  /** All that is available by default; at most that. */
  readonly amountMinor?: bigint | undefined;
  readonly cause: HoldCause;
  readonly reason: string;
  /** The dispute, chargeback or risk decision that it belongs to. */
  readonly caseId?: string;
}

const INSERT = `
  insert into hold (id, "escrowId", "trancheId", cause, reason, "amountMinor", "accountId",
    "holdAccountId", "pendingId", "placedAt", "caseId", "partOf")
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

/** A dispute that waits for another hold on its money looks again. */
const HASTEN = `
  update timer set "fireAt" = $2 where kind = 'OTHER_HOLD' and subject in (select "caseId" from hold
    where "trancheId" = $1 and "liftedAt" is null and cause = 'DISPUTE')`;

/**
 * Freezes money of a locked escrow. A part of a tranche becomes a tranche of its own first, so that the rest goes on
 * by its own deadlines. The frozen tranche's deadlines stand still. Refuses with AMOUNT_INVALID,
 * AMOUNT_EXCEEDS_AVAILABLE, TRANCHE_FROZEN, TRANSITION_NOT_ALLOWED.
 */
export async function freezeIn(
  tx: Tx,
  held: Held,
  { trancheId, amountMinor, ...why }: HoldOrder,
): Promise<{ readonly now: Held; readonly holdId: HoldId }> {
  const tranche = trancheOf(held, trancheId);
  if (tranche.state === 'FROZEN') throw refuse('TRANCHE_FROZEN');
  if (trancheMachine.next(tranche.state, 'hold') === undefined) {
    throw refuse('TRANSITION_NOT_ALLOWED');
  }
  const amount = amountMinor ?? tranche.availableMinor;
  if (amount <= 0n) throw refuse('AMOUNT_INVALID', { field: ['input', 'amount'] });
  if (amount > tranche.availableMinor) {
    throw refuse('AMOUNT_EXCEEDS_AVAILABLE', { field: ['input', 'amount'] });
  }
  const parted =
    amount === tranche.availableMinor
      ? { now: held, made: tranche }
      : await splitClaim(tx, held, tranche, amount);
  return freezeWhole(tx, parted.now, parted.made.id, why);
}

/** Freezes all that is available of a tranche, in a state that allows it. `partOf`: the hold that this one goes on for. */
export async function freezeWhole(
  tx: Tx,
  held: Held,
  id: string,
  {
    cause,
    reason,
    caseId,
    partOf,
  }: Pick<HoldOrder, 'cause' | 'reason' | 'caseId'> & { readonly partOf?: string },
): Promise<{ readonly now: Held; readonly holdId: HoldId }> {
  const { currency } = held.escrow;
  const { accountId, availableMinor: amount, state } = trancheOf(held, id);
  const [holds = 0n] = await openAccounts(tx, [{ kind: 'HOLD', owner: PLATFORM, currency }]);
  const holdId = holdIds.create();
  await post(
    tx,
    posting(holdId, currency, tx.now, [
      { code: 'FREEZE', kind: 'PENDING', debit: accountId, credit: holds, amount },
    ]),
  );
  await tx.query(INSERT, [
    ...[holdId, held.escrow.id, id, cause, reason, amount],
    ...[accountId, holds, legId(holdId, 0), tx.now, caseId ?? null, partOf ?? null],
  ]);
  const change = { id, state: 'FROZEN', heldState: state as HeldState, frozen: amount } as const;
  const now = await moveTranche(tx, held, change, ({ escrow }) =>
    fact('escrow.frozen', aboutEscrow(escrow), told(escrow, cause, amount)),
  );
  return { now, holdId };
}

/**
 * Ends a hold of a locked escrow. The tranche goes on where its goods are, with what was left of its deadline, unless
 * another hold lies under this one: that takes the money over.
 */
export async function liftIn(tx: Tx, held: Held, holdId: string): Promise<Held> {
  const hold = await tx.first<HoldRow>(
    'update hold set "liftedAt" = $2 where id = $1 and "liftedAt" is null returning *',
    [holdId, tx.now],
  );
  const heldState = hold && trancheOf(held, hold.trancheId).heldState;
  if (hold === undefined || heldState == null) throw refuse('TRANSITION_NOT_ALLOWED');
  const { trancheId, cause, amountMinor: amount } = hold;
  await clearTimers(tx, holdId);
  await tx.query(HASTEN, [trancheId, tx.now]);
  if (await takenOver(tx, held, hold)) {
    return moveTranche(tx, held, { id: trancheId }, ({ escrow }) =>
      fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: escrow.state }),
    );
  }
  const state = trancheMachine.next('FROZEN', LIFT[heldState]);
  if (state === undefined) throw new Error(`a frozen tranche cannot go on at ${heldState}`);
  return moveTranche(
    tx,
    held,
    { id: trancheId, state, heldState: null, frozen: -amount },
    ({ escrow }) => fact('escrow.unfrozen', aboutEscrow(escrow), told(escrow, cause, amount)),
  );
}

/** Ends the reservation of a hold that has one. True when the money stays frozen: by the hold above it, or under it. */
async function takenOver(tx: Tx, { escrow }: Held, hold: HoldRow): Promise<boolean> {
  if (hold.pendingId === null) return true;
  const { id, trancheId, accountId: debit, holdAccountId: credit, amountMinor: amount } = hold;
  const leg = { code: 'FREEZE', debit, credit, amount } as const;
  await post(
    tx,
    posting(`${id}:lifted`, escrow.currency, tx.now, [
      { ...leg, kind: 'VOID', pending: hold.pendingId },
    ]),
  );
  return (await takeOverIn(tx, escrow, trancheId)) !== undefined;
}

/** The hold that lies under what let go of a tranche's money reserves it now; undefined when there is none. */
export async function takeOverIn(
  tx: Tx,
  { currency }: Pick<Held['escrow'], 'currency'>,
  trancheId: string,
): Promise<HoldRow | undefined> {
  const under = await tx.first<HoldRow>(
    `select * from hold where "trancheId" = $1 and "liftedAt" is null and "pendingId" is null
     order by id limit 1`,
    [trancheId],
  );
  if (under === undefined) return undefined;
  const { id, accountId: debit, holdAccountId: credit, amountMinor: amount } = under;
  const cause = `${id}:reserves`;
  const leg = { code: 'FREEZE', kind: 'PENDING', debit, credit, amount } as const;
  await post(tx, posting(cause, currency, tx.now, [leg]));
  await tx.query('update hold set "pendingId" = $2 where id = $1', [id, legId(cause, 0)]);
  return under;
}

const told = (escrow: Held['escrow'], cause: HoldCause, amount: bigint) => ({
  ...partiesOf(escrow),
  amountMinor: amount.toString(),
  currency: escrow.currency,
  cause,
});
