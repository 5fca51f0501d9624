import type { RefundId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { lockFunds } from '../balances/seller-funds.service';
import { type Held, trancheOf } from '../escrow/tranche.service';
import { sharesOfReleased } from '../refunds/refund-source.service';
import type { RefundOrder } from '../refunds/refund.service';
import type { RefundUndoService } from '../refunds/refund-undo.service';
import { claimable } from './claim.rules';
import { type Revision, covered, revisionOf } from './decision.rules';
import {
  type Deciders,
  type Decision,
  decided,
  decisionsIn,
  writeIn,
} from './dispute-decision.service';
import type { DisputeRow } from './dispute.entity';
import { type DisputeMoney, freezeSellerIn, goodwillIn, unfreezeIn } from './dispute-money.service';
import { type Disputed, closed, moveDispute, nextState, updated } from './dispute-move.service';

/** Carries decisions out. Who decides has been judged; the database has the last word on sums and ties. */
export class DisputeVerdictService {
  constructor(
    private readonly money: DisputeMoney,
    private readonly undo: RefundUndoService,
  ) {}

  /** The money moves now; it leaves us, or is free for the seller, when nobody has appealed in time. */
  decideIn(tx: Tx, found: Disputed, decision: Decision, by: Deciders): Promise<void> {
    return this.bookIn(tx, found, nextState(found.dispute, 'decide'), decision, by);
  }

  /** Nobody has decided for sixty days: the buyer gets it, by the clause that says so. */
  async timeLimitIn(tx: Tx, found: Disputed): Promise<void> {
    const { id: disputeId, stakeMinor: refundMinor, currency } = found.dispute;
    const decision: Decision = {
      ...{ disputeId, round: 1, fault: 'NOBODY', refundMinor, currency },
      ...{ releaseMinor: 0n, goodwillMinor: 0n, returnRequired: false },
      ...{ clauses: ['TIME_LIMIT'], evidenceIds: [], reason: 'Not decided within sixty days.' },
    };
    const state = nextState(found.dispute, 'timeLimit');
    await this.bookIn(tx, found, state, decision, { decidedBy: 'system', approvedBy: null });
  }

  private async bookIn(
    tx: Tx,
    { dispute, held }: Disputed,
    state: DisputeRow['state'],
    decision: Decision,
    by: Deciders,
  ): Promise<void> {
    await writeIn(tx, dispute, decision, by);
    const moved = await this.money.decideIn(tx, held, dispute, decision);
    const found = { dispute, held: moved.held };
    const change = { state, refundId: moved.refundId };
    await moveDispute(tx, found, change, decided(found, decision));
  }

  /** A decision stands: nobody appealed in time, or the appeal is decided. Goods that have to come back come first. */
  async standIn(tx: Tx, found: Disputed): Promise<void> {
    const { dispute, held } = found;
    const last = (await decisionsIn(tx, dispute.id)).at(-1);
    if (last?.returnRequired === true && dispute.returnedAt === null) {
      const state = nextState(dispute, 'orderReturn');
      await moveDispute(tx, found, { state }, updated(held, 'RETURN_ORDERED'));
      return;
    }
    await this.finalIn(tx, found);
  }

  /** A decision is paid, whatever it had asked for before. */
  finalIn(tx: Tx, found: Disputed): Promise<void> {
    return this.payIn(tx, found, nextState(found.dispute, 'final'));
  }

  /** What a decision sent back has come back well: what was decided is paid. */
  returnedIn(tx: Tx, found: Disputed): Promise<void> {
    return this.payIn(tx, found, nextState(found.dispute, 'received'));
  }

  /** Nothing was sent back: the refund that waited for it is the seller's. */
  async notReturnedIn(tx: Tx, { dispute, held }: Disputed): Promise<void> {
    const state = nextState(dispute, 'lapse');
    const { refundId, trancheId } = dispute;
    let now = await unfreezeIn(tx, held, dispute);
    if (refundId !== null) {
      now = await this.undo.undoIn(tx, now, trancheId, refundId);
      now = await this.money.releaseIn(tx, now, dispute, 'OPERATOR');
    }
    await moveDispute(tx, { dispute, held: now }, { state, refundId: null }, closed(now, 0n));
  }

  private async payIn(
    tx: Tx,
    { dispute, held }: Disputed,
    state: DisputeRow['state'],
  ): Promise<void> {
    const decisions = await decisionsIn(tx, dispute.id);
    const freed = await unfreezeIn(tx, held, dispute);
    if (dispute.refundId !== null) await this.money.sendIn(tx, dispute.refundId);
    const found = { dispute, held: freed };
    await moveDispute(tx, found, { state }, closed(freed, decisions.at(-1)?.refundMinor ?? 0n));
  }

  /**
   * A chargeback takes the matter of an escrow over. What a dispute froze is free for it, and a refund that was decided
   * and not sent yet is undone: the buyer must not get both.
   */
  async supersedeIn(tx: Tx, held: Held): Promise<Held> {
    const open = await tx.query<DisputeRow>(
      'select * from dispute where "escrowId" = $1 and "closedAt" is null order by id',
      [held.escrow.id],
    );
    let now = held;
    for (const dispute of open) {
      const state = nextState(dispute, 'supersede');
      now = await unfreezeIn(tx, now, dispute);
      const { refundId, trancheId } = dispute;
      if (refundId !== null) now = await this.undo.undoIn(tx, now, trancheId, refundId);
      await moveDispute(tx, { dispute, held: now }, { state, refundId: null }, closed(now, 0n));
    }
    return now;
  }

  /**
   * An appeal, or what came back, is decided: what is still there moves, the rest is the platform's goodwill. When goods
   * have to come back now, the refund and what the seller got wait for them. Says how much more goodwill it is.
   */
  async amendIn(tx: Tx, found: Disputed, decision: Decision, by: Deciders): Promise<bigint> {
    const { dispute, held } = found;
    const earlier = await decisionsIn(tx, dispute.id);
    const last = earlier.at(-1);
    if (last === undefined) throw new Error(`${dispute.id} was not decided yet`);
    const freed = await unfreezeIn(tx, held, dispute);
    const moved = await this.reviseIn(
      tx,
      { dispute, held: freed },
      revisionOf(last, decision),
      decision,
    );
    const more = decision.goodwillMinor - last.goodwillMinor;
    const goodwill = moved.missing + (more > 0n ? more : 0n);
    const round = earlier.length + 1;
    await goodwillIn(tx, dispute, goodwill, `${dispute.id}:goodwill on appeal ${round}`);
    const row = { ...decision, round, goodwillMinor: last.goodwillMinor + goodwill };
    await writeIn(tx, dispute, row, by);
    const kept = await keptIn(tx, moved.held, dispute, decision);
    const change = { state: dispute.state, refundId: moved.refundId };
    const now = { dispute, held: kept };
    const told = await moveDispute(tx, now, change, decided(now, decision));
    await this.standIn(tx, { dispute: told, held: kept });
    return goodwill;
  }

  private async reviseIn(
    tx: Tx,
    found: Disputed,
    revision: Revision,
    { fault, returnRequired: waits }: Decision,
  ): Promise<Revised> {
    const { dispute, held } = found;
    const cause = 'DISPUTE_DECIDED';
    if (revision.kind === 'SAME') return { held, refundId: dispute.refundId, missing: 0n };
    if (revision.kind === 'MORE_TO_BUYER')
      return this.moreIn(tx, found, { amountMinor: revision.amountMinor, cause, fault, waits });
    if (dispute.refundId === null) return { held, refundId: null, missing: 0n };
    const back = await this.undo.undoIn(tx, held, dispute.trancheId, dispute.refundId);
    const order = { amountMinor: revision.refundMinor, cause, fault, waits };
    const paid = await this.money.refundIn(tx, back, dispute, order);
    const given = await this.money.releaseIn(tx, paid.held, dispute, 'OPERATOR');
    return { held: given, refundId: paid.refundId, missing: 0n };
  }

  /** More for the buyer: from the seller as far as the money is there. */
  private async moreIn(tx: Tx, { dispute, held }: Disputed, wanted: More): Promise<Revised> {
    const tranche = trancheOf(held, dispute.trancheId);
    const left = claimable(tranche);
    const most = wanted.amountMinor < left ? wanted.amountMinor : left;
    const { available, pending, reserve } = await lockFunds(tx, dispute.sellerId, dispute.currency);
    const { net } = sharesOfReleased(tranche, most);
    const amountMinor = covered(most, net, available + pending + reserve);
    const paid = await this.money.refundIn(tx, held, dispute, { ...wanted, amountMinor });
    const refundId = dispute.refundId ?? paid.refundId;
    return { held: paid.held, refundId, missing: wanted.amountMinor - amountMinor };
  }
}

type More = Pick<RefundOrder, 'amountMinor' | 'cause' | 'fault' | 'waits'>;

/** Until the goods are back the seller's part stays frozen. */
async function keptIn(
  tx: Tx,
  held: Held,
  dispute: DisputeRow,
  { returnRequired, releaseMinor }: Decision,
): Promise<Held> {
  if (!returnRequired || releaseMinor === 0n) return held;
  return freezeSellerIn(tx, held, dispute, releaseMinor);
}

/** What became of the money of an appeal; `missing` is what the seller could not give back. */
interface Revised {
  readonly held: Held;
  readonly refundId: RefundId | null;
  readonly missing: bigint;
}
