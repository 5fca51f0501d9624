import type { DisputeId, OrderId, ShipmentId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { EvidenceField } from '../evidence/evidence-field.rules';
import { lockDispute, moveDispute, nextState, updated } from './dispute-move.service';
import type { Disputed } from './dispute-move.service';
import type { DisputeTalkService } from './dispute-talk.service';
import { giveUpIn } from './dispute-talk.service';
import type { DisputeVerdictService } from './dispute-verdict.service';

/** What shows that a buyer sent goods back: then nobody's silence decides. */
const PROOF_OF_SENDING: readonly EvidenceField[] = [
  'RETURN_TRACKING',
  'SHIPPING_TRACKING_NUMBER',
  'SHIPPING_DOCUMENTATION',
];

/** What the fact that goods are awaited from then on gives as its cause: agreed on, or decided. */
type Awaiting = 'RETURN_AGREED' | 'RETURN_ORDERED';

/** Goods on their way back: what fulfillment and time say about them. */
export class DisputeReturnService {
  constructor(
    private readonly talk: DisputeTalkService,
    private readonly verdicts: DisputeVerdictService,
  ) {}

  /**
   * The carrier has brought the goods back: now the seller says whether they came back well. Heard again, or when the
   * dispute waits for nothing, it changes nothing.
   */
  async receivedIn(tx: Tx, disputeId: DisputeId): Promise<void> {
    const found = await lockDispute(tx, disputeId);
    if (found === undefined) throw new Error(`goods of ${disputeId} came back before it is known`);
    const { state, returnedAt } = found.dispute;
    if (!waitsForGoods(found) || returnedAt !== null) return;
    const change = { state, returnedAt: tx.now };
    await moveDispute(tx, found, change, updated(found.held, 'GOODS_BACK'));
  }

  /** A carrier's scan: the parcel that was sent to the buyer may be back at its sender. */
  readonly scannedIn = async (
    tx: Tx,
    { orderId, shipmentId, to }: { orderId: OrderId; shipmentId: ShipmentId; to: string },
  ): Promise<void> => {
    if (to !== 'RETURNED') return;
    const waiting = await tx.query<{ id: DisputeId }>(
      `select d.id from dispute d join tranche t on t.id = d."trancheId"
       where d."orderId" = $1 and t."shipmentId" = $2 and d."closedAt" is null order by d.id`,
      [orderId, shipmentId],
    );
    for (const { id } of waiting) await this.receivedIn(tx, id);
  };

  /** The seller has not said within the time that something is wrong with them. */
  wellIn(tx: Tx, found: Disputed): Promise<void> {
    return found.dispute.state === 'RETURN_ORDERED'
      ? this.verdicts.returnedIn(tx, found)
      : this.talk.receivedBackIn(tx, found);
  }

  /** Nothing came back in time: it is the seller's, unless the buyer has shown that it was sent. */
  async notSentBackIn(tx: Tx, found: Disputed): Promise<void> {
    const { dispute, held } = found;
    const isOrdered = dispute.state === 'RETURN_ORDERED';
    if (await isShownSentIn(tx, dispute.id, isOrdered ? 'RETURN_ORDERED' : 'RETURN_AGREED')) {
      const state = nextState(dispute, isOrdered ? 'contest' : 'refuse');
      await moveDispute(tx, found, { state }, updated(held, 'RETURN_UNCLEAR'));
    } else if (isOrdered) await this.verdicts.notReturnedIn(tx, found);
    else await giveUpIn(tx, found, nextState(dispute, 'lapse'));
  }

  /**
   * Nobody has decided an appeal, or about an ordered return that is unclear, in time. The decision stands; but a buyer
   * who has shown that the goods were sent is not ordered to send them again, without end: what was decided is paid.
   */
  async undecidedIn(tx: Tx, found: Disputed): Promise<void> {
    const isSent = await isShownSentIn(tx, found.dispute.id, 'RETURN_ORDERED');
    await (isSent ? this.verdicts.finalIn(tx, found) : this.verdicts.standIn(tx, found));
  }
}

const waitsForGoods = ({ dispute: { state } }: Disputed): boolean =>
  state === 'WAIT_RETURN' || state === 'RETURN_ORDERED';

/** Papers from before the goods were awaited, e.g. the label that they came with, show nothing of their way back. */
async function isShownSentIn(tx: Tx, disputeId: DisputeId, awaiting: Awaiting): Promise<boolean> {
  const shown = await tx.first(
    `select 1 as one from evidence
     where "caseId" = $1 and side = 'BUYER' and field = any ($2) and "addedAt" >= (
       select max(time) from outbox
       where subject = $1 and type = 'dispute.updated' and data->>'cause' = $3)`,
    [disputeId, PROOF_OF_SENDING, awaiting],
  );
  return shown !== undefined;
}
