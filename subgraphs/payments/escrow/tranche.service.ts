import { topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { NewFact } from '#kernel/events/fact';
import type { SellerTier } from '../balances/tier.rules';
import type { EscrowRow } from './escrow.entity';
import { escrowState, whereabouts } from './escrow.rules';
import type { TrancheRow } from './tranche.entity';
import {
  type HeldState,
  type TrancheEvent,
  type TrancheState,
  trancheMachine,
} from './tranche.machine';
import { deadlinesOf } from '../deadlines/timer.rules';
import { depositFollows, timersFollow } from '../deadlines/tranche-timers.service';

/** An escrow and all its tranches, locked. */
export interface Held {
  readonly escrow: EscrowRow;
  /** Oldest first; never empty. */
  readonly tranches: readonly TrancheRow[];
}

/** What changes: a new state and what is added to the amounts, minor units. */
export interface TrancheChange {
  readonly state?: TrancheState;
  readonly released?: bigint;
  readonly releasedCommission?: bigint;
  readonly releasedTax?: bigint;
  readonly refunded?: bigint;
  readonly clawedBack?: bigint;
  /** Taken by a chargeback, or (negative) given back by it. */
  readonly chargedBack?: bigint;
  /** Null takes it back. */
  readonly deliveredAt?: Date | null;
  readonly tracked?: boolean;
  readonly shipmentId?: TrancheRow['shipmentId'];
  /** Taken out of what is available, or (negative) given back to it. */
  readonly frozen?: bigint;
  /** Set while it is FROZEN. */
  readonly heldState?: HeldState | null;
  readonly service?: TrancheRow['service'];
  /** The buyer has asked for more time. */
  readonly extendedByBuyer?: true;
  /** Days that the seller grants, on top of those granted before. */
  readonly grantedDays?: number;
  /** When the carrier said that it lost the goods; null takes it back. */
  readonly lostAt?: Date | null;
  /** What the buyer wants changed of a milestone. */
  readonly changesReason?: string | null;
}

const WRITE = `
  with t as (
    update tranche set state = $2, "releasedMinor" = $3, "releasedCommissionMinor" = $4,
      "releasedTaxMinor" = $5, "refundedMinor" = $6, "clawedBackMinor" = $7, version = $8,
      "deliveredAt" = $12, tracked = $13, "shipmentId" = $14, "frozenMinor" = $15,
      "heldState" = $16, service = $17, "extendedByBuyer" = $18, "grantedDays" = $19,
      "lostAt" = $20, "chargedBackMinor" = $22, "changesReason" = $24
    where id = $1),
  age as (
    delete from timer where subject = $9 and kind in ('T15_ALARM', 'T15') and $21::boolean),
  over as (delete from timer where subject = $1 and $23::boolean)
  update escrow set state = $10, version = $11 where id = $9`;

/** Locks an escrow by its own id, its order's or a tranche's, then reads its tranches. Lock order: escrow first. */
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
  const tranches = await tx.query<TrancheRow>(
    'select * from tranche where "escrowId" = $1 order by id',
    [escrow.id],
  );
  if (tranches.length === 0) throw new Error(`escrow ${escrow.id} has no tranche`);
  return { escrow, tranches };
}

/** One tranche of a locked escrow. */
export function trancheOf({ escrow, tranches }: Held, id: string): TrancheRow {
  const found = tranches.find((tranche) => tranche.id === id);
  if (found === undefined) throw new Error(`escrow ${escrow.id} has no tranche ${id}`);
  return found;
}

/** Tranches to which an event can happen. */
export const tranchesFor = ({ tranches }: Held, event: TrancheEvent): TrancheRow[] =>
  tranches.filter(({ state }) => trancheMachine.next(state, event) !== undefined);

/** True while the order's money has not come in. */
export const isAwaiting = ({ tranches }: Held): boolean =>
  tranches.every(({ state }) => state === 'AWAITING_FUNDS');

/** What is still held of the whole order. */
export const heldMinor = ({ tranches }: Held): bigint => whereabouts(tranches).held;

/** What the buyer paid for the order and did not get back. */
export function whatIsLeft({ tranches }: Held): bigint {
  const { held, released } = whereabouts(tranches);
  return held + released;
}

/**
 * Writes a change of one tranche of a locked escrow, moves its deadlines with its state, and tells the one fact about
 * it. The caller has decided; the database's checks have the last word on amounts. Returns how things stand now.
 */
export async function moveTranche(
  tx: Tx,
  held: Held,
  { id, ...change }: TrancheChange & { readonly id: string },
  tell: (after: Held) => NewFact,
): Promise<Held> {
  const before = trancheOf(held, id);
  const next = changed(before, change);
  const now = withTranche(held, next);
  const moves = next.state !== before.state;
  const ends = moves && next.state !== 'FROZEN' && deadlinesOf(next, now.escrow).length === 0;
  await tx.query(WRITE, [
    next.id,
    next.state,
    next.releasedMinor,
    next.releasedCommissionMinor,
    next.releasedTaxMinor,
    next.refundedMinor,
    next.clawedBackMinor,
    next.version,
    now.escrow.id,
    now.escrow.state,
    now.escrow.version,
    next.deliveredAt,
    next.tracked,
    next.shipmentId,
    next.frozenMinor,
    next.heldState,
    next.service,
    next.extendedByBuyer,
    next.grantedDays,
    next.lostAt,
    heldMinor(now) === 0n && now.escrow.state !== 'FROZEN',
    next.chargedBackMinor,
    ends,
    next.changesReason,
  ]);
  if (moves && !ends) await timersFollow(tx, now, before, next);
  await depositFollows(tx, now.escrow, before, next);
  tx.publish(tell(now));
  return now;
}

function changed(tranche: TrancheRow, change: TrancheChange): TrancheRow {
  const { released = 0n, refunded = 0n, frozen = 0n, chargedBack = 0n } = change;
  return {
    ...tranche,
    state: change.state ?? tranche.state,
    availableMinor: tranche.availableMinor - released - refunded - frozen - chargedBack,
    chargedBackMinor: tranche.chargedBackMinor + chargedBack,
    frozenMinor: tranche.frozenMinor + frozen,
    releasedMinor: tranche.releasedMinor + released,
    releasedCommissionMinor: tranche.releasedCommissionMinor + (change.releasedCommission ?? 0n),
    releasedTaxMinor: tranche.releasedTaxMinor + (change.releasedTax ?? 0n),
    refundedMinor: tranche.refundedMinor + refunded,
    clawedBackMinor: tranche.clawedBackMinor + (change.clawedBack ?? 0n),
    deliveredAt: change.deliveredAt === undefined ? tranche.deliveredAt : change.deliveredAt,
    tracked: change.tracked ?? tranche.tracked,
    shipmentId: change.shipmentId ?? tranche.shipmentId,
    heldState: change.heldState === undefined ? tranche.heldState : change.heldState,
    service: change.service ?? tranche.service,
    extendedByBuyer: change.extendedByBuyer ?? tranche.extendedByBuyer,
    grantedDays: tranche.grantedDays + (change.grantedDays ?? 0),
    lostAt: change.lostAt === undefined ? tranche.lostAt : change.lostAt,
    changesReason:
      change.changesReason === undefined ? tranche.changesReason : change.changesReason,
    version: tranche.version + 1,
  };
}

/** The escrow with a tranche as it is now, in the escrow's next version. */
export function withTranche({ escrow, tranches }: Held, next: TrancheRow): Held {
  const others = tranches.filter(({ id }) => id !== next.id);
  const all = [...others, next].sort((a, b) => (a.id < b.id ? -1 : 1));
  const { version } = escrow;
  return { escrow: { ...escrow, state: escrowState(all), version: version + 1 }, tranches: all };
}

/** How far the seller was trusted when the escrow was funded. */
export const tierOf = ({ tier }: EscrowRow): SellerTier => tier ?? 'NEW';

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

/** The same for a change that the seller's balance shows too. */
export const aboutBalance = (escrow: EscrowRow) => {
  const about = aboutEscrow(escrow);
  return { ...about, topics: [...about.topics, topics.sellerBalance(escrow.sellerId)] };
};
