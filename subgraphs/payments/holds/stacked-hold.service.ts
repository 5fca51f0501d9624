import { fact } from '#contracts/fact';
import type { Tx } from '#kernel/db/database';
import { clearTimers, setTimer } from '#kernel/events/timers';
import { type HoldId, holdIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { HoldRow } from './hold.entity';
import { mayStack } from './hold.rules';
import { type HoldOrder, freezeIn, freezeWhole, liftIn } from './hold.service';
import { splitClaim } from '../escrow/split.service';
import {
  type Held,
  aboutEscrow,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';

interface Placed {
  readonly now: Held;
  readonly holdId: HoldId;
}

/** A hold that was lifted to go on elsewhere, and its deadlines. */
export interface LiftedHold {
  readonly hold: HoldRow;
  readonly timers: readonly { kind: string; fireAt: Date; version: number }[];
}

const INSERT = `
  insert into hold (id, "escrowId", "trancheId", cause, reason, "amountMinor", "accountId",
    "holdAccountId", "placedAt", "caseId", "partOf")
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

/**
 * The holds that keep a tranche's money frozen, the one that reserves it first. None while a bank has the money: those
 * that it came from lie under the bank's case, which nothing is stacked on.
 */
export const liveHoldsOf = (tx: Tx, trancheId: string): Promise<HoldRow[]> =>
  tx.query(
    `select * from hold where "trancheId" = $1 and source = 'TRANCHE' and "liftedAt" is null
       and exists (select 1 from hold r where r."trancheId" = $1 and r.source = 'TRANCHE'
         and r."liftedAt" is null and r."pendingId" is not null)
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
  { trancheId, amountMinor, ...why }: HoldOrder,
): Promise<Placed> {
  const holds = await liveHoldsOf(tx, trancheId);
  const [first] = holds;
  const causes = holds.map((one) => one.cause);
  if (first === undefined || !mayStack(causes, why.cause)) throw refuse('TRANCHE_FROZEN');
  const amount = amountMinor ?? first.amountMinor;
  const field = { field: ['input', 'amount'] };
  if (amount <= 0n) throw refuse('AMOUNT_INVALID', field);
  if (amount > first.amountMinor) throw refuse('AMOUNT_EXCEEDS_AVAILABLE', field);
  const isAll = amount === first.amountMinor;
  // what a dispute is about is not parted: it is one decision
  if (!isAll && first.cause === 'DISPUTE') throw refuse('TRANCHE_FROZEN', field);
  const { now, over } = isAll
    ? { now: held, over: trancheId }
    : await part(tx, held, first, amount);
  const holdId = await lieUnder(tx, now, over, { ...why, holdAccountId: first.holdAccountId });
  const stacked = await moveTranche(tx, now, { id: over }, ({ escrow }) =>
    fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: escrow.state }),
  );
  return { now: stacked, holdId };
}

/** A hold becomes two, of a part and of the rest: each goes on by the deadline that the one had. */
async function part(
  tx: Tx,
  held: Held,
  hold: HoldRow,
  amount: bigint,
): Promise<{ readonly now: Held; readonly over: string }> {
  const { trancheId } = hold;
  const { now: thawed, lifted } = await liftForNowIn(tx, held, hold);
  const parted = await splitClaim(tx, thawed, trancheOf(thawed, trancheId), amount);
  const rest = await placeAgainIn(tx, parted.now, trancheId, lifted);
  return { now: await placeAgainIn(tx, rest, parted.made.id, lifted), over: parted.made.id };
}

/** Lifts a hold so that its money can be parted: `placeAgainIn` lets it go on. */
export async function liftForNowIn(
  tx: Tx,
  held: Held,
  hold: HoldRow,
): Promise<{ readonly now: Held; readonly lifted: LiftedHold }> {
  const timers = await tx.query<LiftedHold['timers'][number]>(
    'select kind, "fireAt", version from timer where subject = $1 and "fireAt" is not null',
    [hold.id],
  );
  return { now: await liftIn(tx, held, hold.id), lifted: { hold, timers } };
}

/**
 * A lifted hold goes on over all of a tranche that has its money, by the deadlines that it had, as a part of what it was
 * first. Where another hold or a bank has that money it lies under it, and takes it over when they let go.
 */
export async function placeAgainIn(
  tx: Tx,
  held: Held,
  trancheId: string,
  { hold, timers }: LiftedHold,
): Promise<Held> {
  const { id, cause, reason, caseId, holdAccountId } = hold;
  const partOf = hold.partOf ?? id;
  const why = { cause, reason, partOf, ...(caseId !== null && { caseId }) };
  const { now, holdId: subject } =
    trancheOf(held, trancheId).state === 'FROZEN'
      ? { now: held, holdId: await lieUnder(tx, held, trancheId, { ...why, holdAccountId }) }
      : await freezeWhole(tx, held, trancheId, why);
  for (const { fireAt, ...timer } of timers) await setTimer(tx, { subject, ...timer }, fireAt);
  return now;
}

/** Ends the holds that lie on money which is gone: the bank gave it to the buyer. */
export async function endHoldsIn(tx: Tx, trancheId: string): Promise<void> {
  const ended = await tx.query<{ id: string }>(
    `update hold set "liftedAt" = $2 where "trancheId" = $1 and source = 'TRANCHE'
       and "liftedAt" is null and "pendingId" is null returning id`,
    [trancheId, tx.now],
  );
  for (const { id } of ended) await clearTimers(tx, id);
}

type Under = Pick<HoldOrder, 'cause' | 'reason' | 'caseId'> &
  Pick<HoldRow, 'holdAccountId'> & { readonly partOf?: string };

/** Writes a hold of all that is frozen of a tranche, or that a bank has of it, without a reservation of its own. */
async function lieUnder(
  tx: Tx,
  held: Held,
  trancheId: string,
  { cause, reason, caseId, partOf, holdAccountId }: Under,
): Promise<HoldId> {
  const { accountId, frozenMinor, chargedBackMinor } = trancheOf(held, trancheId);
  const amount = frozenMinor > 0n ? frozenMinor : chargedBackMinor;
  const holdId = holdIds.create();
  await tx.query(INSERT, [
    ...[holdId, held.escrow.id, trancheId, cause, reason, amount, accountId, holdAccountId],
    ...[tx.now, caseId ?? null, partOf ?? null],
  ]);
  return holdId;
}
