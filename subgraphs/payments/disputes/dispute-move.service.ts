import { fact } from '#contracts/fact';
import { topics } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import type { Tx } from '#kernel/db/database';
import type { NewFact } from '#kernel/events/fact';
import { clearTimers, setTimer } from '#kernel/events/timers';
import type { SellerService } from '../balances/seller.service';
import { operatorsCalendar } from '../deadlines/business-calendar.service';
import { type Held, lockHeld, partiesOf, trancheOf } from '../escrow/tranche.service';
import { refuse } from '../payments.errors';
import type { DisputeRow } from './dispute.entity';
import { type DisputeEvent, type DisputeState, disputeMachine } from './dispute.machine';
import { beginning, deadline, running } from './dispute-timer.rules';
import type { DisputeSide } from './proposal.rules';

/** A dispute and the money that it is about, both locked. */
export interface Disputed {
  readonly dispute: DisputeRow;
  readonly held: Held;
}

/** What changes. Its state follows from the event. */
export type DisputeChange = Partial<
  Pick<
    DisputeRow,
    | 'proposalVersion'
    | 'refusedVersion'
    | 'agreedKind'
    | 'agreedMinor'
    | 'buyerDone'
    | 'sellerDone'
    | 'refundId'
    | 'returnedAt'
  >
>;

const WRITE = `
  update dispute set state = $2, "proposalVersion" = $3, "refusedVersion" = $4, "agreedKind" = $5,
    "agreedMinor" = $6, "buyerDone" = $7, "sellerDone" = $8, "refundId" = $9, "returnedAt" = $10,
    "closedAt" = $11, version = $12
  where id = $1`;

/** Locks the escrow that a dispute is about, then reads both: every step of a dispute happens under that lock. */
export async function lockDispute(tx: Tx, id: string): Promise<Disputed | undefined> {
  const known = await readDispute(tx, id);
  const held = known && (await lockHeld(tx, { escrowId: known.escrowId }));
  const dispute = await readDispute(tx, id);
  return dispute === undefined || held === undefined ? undefined : { dispute, held };
}

const readDispute = (tx: Tx, id: string): Promise<DisputeRow | undefined> =>
  tx.first('select * from dispute where id = $1', [id]);

/** The same, for somebody who must be one of its sides; anybody else finds nothing. */
export async function lockAsParty(
  tx: Tx,
  sellers: SellerService,
  viewer: Viewer,
  id: string,
): Promise<Disputed & { readonly side: DisputeSide }> {
  const found = await lockDispute(tx, id);
  const side = found && (await sideOf(tx, sellers, viewer, found.dispute));
  if (found === undefined || side === undefined) {
    throw refuse('NOT_FOUND', { field: ['input', 'disputeId'] });
  }
  return { ...found, side };
}

async function sideOf(
  tx: Tx,
  sellers: SellerService,
  viewer: Viewer,
  { buyerId, sellerId }: DisputeRow,
): Promise<DisputeSide | undefined> {
  if (viewer.kind === 'USER' && viewer.accountId === buyerId) return 'BUYER';
  const mine = await sellers.sellersOf(viewer, 'payments:write', tx);
  return mine.has(sellerId) ? 'SELLER' : undefined;
}

/** Where an event leads, or TRANSITION_NOT_ALLOWED. */
export function nextState({ state }: DisputeRow, event: DisputeEvent): DisputeState {
  const next = disputeMachine.next(state, event);
  if (next === undefined) throw refuse('TRANSITION_NOT_ALLOWED');
  return next;
}

/**
 * One step of a locked dispute: writes it, moves its deadlines with its state, and tells the one fact about it. The
 * caller has decided.
 */
export async function moveDispute(
  tx: Tx,
  { dispute: before, held }: Disputed,
  { state, ...change }: DisputeChange & { readonly state: DisputeState },
  tell: (now: DisputeRow) => NewFact,
): Promise<DisputeRow> {
  const closedAt = disputeMachine.isFinal(state) ? tx.now : null;
  const now = { ...before, ...change, state, closedAt, version: before.version + 1 };
  await tx.query(WRITE, [
    ...[now.id, now.state, now.proposalVersion, now.refusedVersion, now.agreedKind],
    ...[now.agreedMinor, now.buyerDone, now.sellerDone, now.refundId, now.returnedAt],
    ...[now.closedAt, now.version],
  ]);
  const others = running(before).filter((kind) => !running(now).includes(kind));
  await clearTimers(tx, now.id, others);
  await beginTimers(tx, held, before, now);
  tx.publish(tell(now));
  return now;
}

/** Starts the deadlines that begin with a dispute's step, or with the dispute itself. */
export async function beginTimers(
  tx: Tx,
  held: Held,
  before: DisputeRow | undefined,
  now: DisputeRow,
): Promise<void> {
  const { heldState, state } = trancheOf(held, now.trancheId);
  const complaint = { reason: now.reason, goods: heldState ?? state };
  const kinds = beginning(before, now);
  const operators = kinds.includes('T10') ? await operatorsCalendar(tx) : undefined;
  for (const kind of kinds) {
    const timer = { subject: now.id, kind, version: now.version };
    await setTimer(tx, timer, deadline(kind, tx.now, complaint, operators));
  }
}

/** The fact's subject is the dispute at its new version; who follows the order or its money hears it too. */
export const aboutDispute = ({ id, version, orderId, escrowId }: DisputeRow) => ({
  subject: id,
  version,
  topics: [topics.dispute(id), topics.order(orderId), topics.escrow(escrowId)],
});

/** Who and what a fact about a dispute names. */
export const named = (dispute: DisputeRow, { escrow }: Held) => ({
  ...partiesOf(escrow),
  disputeId: dispute.id,
});

/** Tells that a dispute is somewhere else, and why. */
export const updated =
  (held: Held, cause: string) =>
  (now: DisputeRow): NewFact =>
    fact('dispute.updated', aboutDispute(now), { ...named(now, held), to: now.state, cause });

/** Tells that a dispute is over, and what goes back to the buyer. */
export const closed =
  (held: Held, refundMinor: bigint) =>
  (now: DisputeRow): NewFact =>
    fact('dispute.closed', aboutDispute(now), {
      ...named(now, held),
      outcome: now.state as 'RESOLVED' | 'WITHDRAWN' | 'CLOSED' | 'SUPERSEDED',
      refundMinor: refundMinor.toString(),
      currency: now.currency,
    });
