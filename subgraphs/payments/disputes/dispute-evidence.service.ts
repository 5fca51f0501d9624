import type { CaseLookup } from '../evidence/evidence-case.service';
import { lockDispute, updated } from './dispute-move.service';

/** A dispute as a case that evidence belongs to. More evidence is one more fact about it and moves no deadline. */
export const disputeCase: CaseLookup = async (tx, caseId) => {
  const found = await lockDispute(tx, caseId);
  if (found === undefined) return undefined;
  const { dispute, held } = found;
  const { id, orderId, buyerId, sellerId, closedAt, version } = dispute;
  return {
    ...{ caseId: id, orderId, buyerId, sellerId, open: closedAt === null },
    added: async () => {
      await tx.query('update dispute set version = version + 1 where id = $1', [id]);
      tx.publish(updated(held, 'EVIDENCE_ADDED')({ ...dispute, version: version + 1 }));
    },
  };
};
