import { fact } from '#contracts/fact';
import type { Tx } from '#kernel/db/database';
import { setTimer } from '#kernel/events/timers';
import { type HoldId, holdIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { HoldRow } from './hold.entity';
import { mayStack } from './hold.rules';
import { type HoldOrder, freezeIn, freezeWhole, liftIn } from './hold.service';
import { splitClaim } from './split.service';
import { type Held, aboutEscrow, moveTranche, partiesOf, trancheOf } from './tranche.service';

interface Placed {
  readonly now: Held;
  readonly holdId: HoldId;
}

const INSERT = `
  insert into hold (id, "escrowId", "trancheId", cause, reason, "amountMinor", "accountId",
    "holdAccountId", "placedAt", "caseId")
  select $1, "escrowId", "trancheId", $2, $3, "amountMinor", "accountId", "holdAccountId", $4, $5
  from hold where id = $6`;

/** The holds that keep a tranche's money frozen, the one that reserves it first. */
export const liveHoldsOf = (tx: Tx, trancheId: string): Promise<HoldRow[]> =>
  tx.query(
    `select * from hold where "trancheId" = $1 and source = 'TRANCHE' and "liftedAt" is null
     order by "pendingId" is null, id`,
    [trancheId],
  );

/** Freezes money of a locked escrow (see `freezeIn`); when it is frozen already, the hold lies under the one there is. */
export function holdIn(tx: Tx, held: Held, order: HoldOrder): Promise<Placed> {
  const { state } = trancheOf(held, order.trancheId);
  return state === 'FROZEN' ? stackIn(tx, held, order) : freezeIn(tx, held, order);
}

/**
 * A second case about frozen money: nothing of it moves before both have let go. A case about part of it gets that part
 * as a tranche of its own, which the first hold keeps frozen too. Refuses with TRANCHE_FROZEN (the holds do not go
 * together), AMOUNT_INVALID, AMOUNT_EXCEEDS_AVAILABLE.
 */
async function stackIn(
  tx: Tx,
  held: Held,
  { trancheId, amountMinor, cause, reason, caseId }: HoldOrder,
): Promise<Placed> {
  const holds = await liveHoldsOf(tx, trancheId);
  const [first] = holds;
  const causes = holds.map((one) => one.cause);
  if (first === undefined || !mayStack(causes, cause)) throw refuse('TRANCHE_FROZEN');
  const amount = amountMinor ?? first.amountMinor;
  const field = { field: ['input', 'amount'] };
  if (amount <= 0n) throw refuse('AMOUNT_INVALID', field);
  if (amount > first.amountMinor) throw refuse('AMOUNT_EXCEEDS_AVAILABLE', field);
  const isAll = amount === first.amountMinor;
  // what a dispute is about is not parted: it is one decision
  if (!isAll && first.cause === 'DISPUTE') throw refuse('TRANCHE_FROZEN', field);
  const { now, over } = isAll ? { now: held, over: first } : await part(tx, held, first, amount);
  const holdId = holdIds.create();
  await tx.query(INSERT, [holdId, cause, reason, tx.now, caseId ?? null, over.id]);
  const stacked = await moveTranche(tx, now, { id: over.trancheId }, ({ escrow }) =>
    fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: escrow.state }),
  );
  return { now: stacked, holdId };
}

/** A hold becomes two, of a part and of the rest: each goes on by the deadline that the one had. */
async function part(
  tx: Tx,
  held: Held,
  { id: partOf, trancheId, cause, reason, caseId }: HoldRow,
  amount: bigint,
): Promise<{ readonly now: Held; readonly over: Pick<HoldRow, 'id' | 'trancheId'> }> {
  const timers = await tx.query<{ kind: string; fireAt: Date; version: number }>(
    'select kind, "fireAt", version from timer where subject = $1',
    [partOf],
  );
  const thawed = await liftIn(tx, held, partOf);
  const parted = await splitClaim(tx, thawed, trancheOf(thawed, trancheId), amount);
  const why = { cause, reason, partOf, ...(caseId !== null && { caseId }) };
  const rest = await freezeWhole(tx, parted.now, trancheId, why);
  const made = await freezeWhole(tx, rest.now, parted.made.id, why);
  for (const subject of [rest.holdId, made.holdId]) {
    for (const { fireAt, ...timer } of timers) await setTimer(tx, { subject, ...timer }, fireAt);
  }
  return { now: made.now, over: { id: made.holdId, trancheId: parted.made.id } };
}
