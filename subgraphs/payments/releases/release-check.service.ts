import type { Tx } from '#kernel/db/database';
import type { RiskService } from '../risk/risk.service';
import { freezeIn } from '../holds/hold.service';
import type { ReleaseOrder } from './release.service';
import { type Held, trancheOf } from '../escrow/tranche.service';

/**
 * Asks whether money may go to the seller now. When a person has to look at it first it is frozen, and how things stand
 * then is returned; undefined: nothing stands in the way.
 */
export async function stoppedIn(
  tx: Tx,
  risk: RiskService,
  held: Held,
  { trancheId, event, cause, isReviewed }: ReleaseOrder,
): Promise<Held | undefined> {
  const { availableMinor: amountMinor, deliveredAt } = trancheOf(held, trancheId);
  // a person has decided already
  if (isReviewed === true || event === 'decideRelease' || cause === 'OPERATOR') return undefined;
  if (cause === 'DISPUTE_SETTLED' || amountMinor === 0n) return undefined;
  const { sellerId, buyerId, orderGroupId, orderId, currency } = held.escrow;
  const parties = { sellerId, buyerId, orderGroupId, orderId, currency };
  const isConfirmed = cause === 'RECEIPT_CONFIRMED';
  const move = { ...parties, subject: trancheId, amountMinor, deliveredAt, isConfirmed };
  const decided = await risk.moveIn(tx, 'RELEASE', move);
  if (decided.outcome !== 'BLOCK_AND_REVIEW') return undefined;
  const { reason } = decided;
  const { now, holdId } = await freezeIn(tx, held, { trancheId, cause: 'RISK', reason });
  await risk.holdReleaseIn(tx, trancheId, { holdId, event, cause });
  return now;
}
