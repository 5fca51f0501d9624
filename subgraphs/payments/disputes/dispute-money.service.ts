import type { RefundId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { isContested } from '../chargebacks/refund-block.service';
import { liftIn } from '../holds/hold.service';
import type { HoldRow } from '../holds/hold.entity';
import { liveHoldsOf } from '../holds/stacked-hold.service';
import { freezeReleasedIn, liftReleasedIn } from '../holds/released-hold.service';
import type { ReleaseService } from '../releases/release.service';
import { type Held, lockHeld, trancheOf } from '../escrow/tranche.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import type { RefundOrder, RefundService } from '../refunds/refund.service';
import { claimable, disputable } from './claim.rules';
import type { DisputeFault, Division } from './decision.rules';
import type { DisputeRow } from './dispute.entity';
import type { Disputed } from './dispute-move.service';
import type { Terms } from './proposal.rules';

/** What became of the money. */
export interface Moved {
  readonly held: Held;
  readonly refundId: RefundId | null;
}

/** Whose fault a decision found it to be. */
interface Faulty {
  readonly fault: DisputeFault;
}

/** Lets go of everything that a dispute froze: deadlines go on with what was left of them. */
export async function unfreezeIn(tx: Tx, held: Held, { id }: DisputeRow): Promise<Held> {
  const holds = await tx.query<HoldRow>(
    'select * from hold where "caseId" = $1 and "liftedAt" is null order by id',
    [id],
  );
  let now = held;
  for (const hold of holds) {
    if (hold.source === 'TRANCHE') now = await liftIn(tx, now, hold.id);
  }
  const released = holds.filter(({ source }) => source === 'RELEASED').map((hold) => hold.id);
  return liftReleasedIn(tx, now, released);
}

/**
 * Whether another case keeps the money of a dispute too: then neither side can have it yet. It does while it has frozen
 * it, or while a bank contests the payment, about whatever part: no refund of that goes through (most PSPs refuse it), and
 * the bank may still take what the parties would divide.
 */
export async function isHeldByOthers(
  tx: Tx,
  { id, trancheId, orderId }: Pick<DisputeRow, 'id' | 'trancheId' | 'orderId'>,
): Promise<boolean> {
  const holds = await liveHoldsOf(tx, trancheId);
  return holds.some(({ caseId }) => caseId !== id) || (await isContested(tx, orderId));
}

/** Freezes what the seller was given of a dispute's money, or has of it. */
export async function freezeSellerIn(
  tx: Tx,
  held: Held,
  { id, trancheId, reason }: Pick<DisputeRow, 'id' | 'trancheId' | 'reason'>,
  amountMinor: bigint,
): Promise<Held> {
  const order = { trancheId, amountMinor, cause: 'DISPUTE', caseId: id, reason } as const;
  return (await freezeReleasedIn(tx, held, order)).now;
}

/** The money of disputes: each method runs under the escrow's lock and lets go of the frozen money first. */
export class DisputeMoney {
  constructor(
    private readonly releases: ReleaseService,
    private readonly refunds: RefundService,
  ) {}

  /** False when the payments of a dispute's order cannot take back what it gives the buyer, who has it from a bank. */
  async hasRoom(tx: Tx, { dispute, held }: Disputed, amountMinor: bigint): Promise<boolean> {
    const left = disputable(trancheOf(held, dispute.trancheId));
    return this.refunds.hasRoom(tx, held, amountMinor < left ? amountMinor : left);
  }

  /**
   * The parties agree: the amount goes back at once. The rest is the seller's when the goods have arrived; else, and
   * while the buyer waits for others in exchange, it goes on by its deadlines.
   */
  async settleIn(
    tx: Tx,
    held: Held,
    dispute: DisputeRow,
    { kind, amountMinor }: Terms,
  ): Promise<Moved> {
    const freed = await unfreezeIn(tx, held, dispute);
    const paid = await this.refundIn(tx, freed, dispute, { amountMinor, cause: 'DISPUTE_SETTLED' });
    const { state } = trancheOf(paid.held, dispute.trancheId);
    if (state !== 'DELIVERED' || kind === 'EXCHANGE') return paid;
    return { ...paid, held: await this.releaseIn(tx, paid.held, dispute, 'DISPUTE_SETTLED') };
  }

  /**
   * An operator decides: refund, release and goodwill are booked now. As long as it can be appealed, the refund is not
   * sent (`sendIn`) and what the seller was given stays frozen (`unfreezeIn`).
   */
  async decideIn(
    tx: Tx,
    held: Held,
    dispute: DisputeRow,
    { refundMinor, releaseMinor, goodwillMinor, fault }: Division & Faulty,
  ): Promise<Moved> {
    const freed = await unfreezeIn(tx, held, dispute);
    const order = { amountMinor: refundMinor, cause: 'DISPUTE_DECIDED', fault, waits: true };
    const paid = await this.refundIn(tx, freed, dispute, order);
    const given = await this.releaseIn(tx, paid.held, dispute, 'OPERATOR');
    await goodwillIn(tx, dispute, goodwillMinor, `${dispute.id}:goodwill`);
    const frozen =
      releaseMinor === 0n ? given : await freezeSellerIn(tx, given, dispute, releaseMinor);
    return { held: frozen, refundId: paid.refundId };
  }

  /** Refunds an amount, or what is left of it: the seller may have refunded it meanwhile. */
  async refundIn(
    tx: Tx,
    held: Held,
    { trancheId }: DisputeRow,
    order: Pick<RefundOrder, 'amountMinor' | 'cause' | 'fault' | 'waits'>,
  ): Promise<Moved> {
    const left = claimable(trancheOf(held, trancheId));
    const amountMinor = order.amountMinor < left ? order.amountMinor : left;
    if (amountMinor === 0n) return { held, refundId: null };
    const refundId = await this.refunds.refundIn(tx, held, {
      ...order,
      amountMinor,
      mayOwe: true,
      trancheId,
    });
    return { held: await again(tx, held), refundId };
  }

  /** Sends a refund that waited. */
  async sendIn(tx: Tx, refundId: RefundId): Promise<void> {
    await this.refunds.sendIn(tx, refundId);
  }

  /** Gives the seller what is still held of a tranche, if anything is. */
  async releaseIn(
    tx: Tx,
    held: Held,
    { trancheId }: DisputeRow,
    cause: 'DISPUTE_SETTLED' | 'OPERATOR',
  ): Promise<Held> {
    if (trancheOf(held, trancheId).availableMinor === 0n) return held;
    return this.releases.releaseIn(tx, held, { trancheId, event: 'decideRelease', cause });
  }
}

/** Money of the platform for the buyer, as credit: it may be more than ever was paid. */
export async function goodwillIn(
  tx: Tx,
  { buyerId, currency }: Pick<DisputeRow, 'buyerId' | 'currency'>,
  amount: bigint,
  cause: string,
): Promise<void> {
  if (amount === 0n) return;
  const [debit = 0n, credit = 0n] = await openAccounts(tx, [
    { kind: 'GOODWILL_EXPENSE', owner: PLATFORM, currency },
    { kind: 'BUYER_CREDIT', owner: uuidOf(buyerId), currency },
  ]);
  await post(tx, posting(cause, currency, tx.now, [{ code: 'GOODWILL', debit, credit, amount }]));
}

/** The escrow as it is after a use case that does not say. */
async function again(tx: Tx, { escrow }: Held): Promise<Held> {
  const held = await lockHeld(tx, { escrowId: escrow.id });
  if (held === undefined) throw new Error(`escrow ${escrow.id} is gone`);
  return held;
}
