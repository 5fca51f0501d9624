import type { GraphClient } from '../client/graph.client';
import type { Complaint } from './complaint';
import { CURRENCY } from './olist.files';

interface Dispute {
  readonly id: string;
  readonly proposalVersion: number;
}

const DISPUTE = 'dispute { id proposalVersion }';

/** Buyer and seller settle what to do about an order that did not come. Each step can be sent again. */
export async function comeToTerms(
  { buyer, seller }: { readonly buyer: GraphClient; readonly seller: GraphClient },
  orderId: string,
  { kind, refundMinor }: Complaint,
): Promise<void> {
  const amount = { minorUnits: String(refundMinor), currencyCode: CURRENCY };
  const key = (step: string): { idempotencyKey: string } => ({
    idempotencyKey: `${step} ${orderId}`,
  });
  if (kind === 'PART_REFUNDED') {
    const reason = 'It has not come';
    await seller.mutate('refundCreate', 'refund { id }', {
      ...{ orderId, amount, reason },
      ...key('refund'),
    });
    return;
  }
  const { dispute } = await buyer.mutate<{ dispute: Dispute }>('disputeOpen', DISPUTE, {
    ...{ orderId, kind: 'REFUND_ONLY', reason: 'NOT_RECEIVED', text: 'It has not come.' },
    ...key('claim'),
  });
  const { id: disputeId, proposalVersion } = dispute;
  if (kind === 'CLAIM_ACCEPTED') {
    await seller.mutate('disputeAccept', DISPUTE, {
      ...{ disputeId, proposalVersion },
      ...key('accept'),
    });
    return;
  }
  const { dispute: countered } = await seller.mutate<{ dispute: Dispute }>(
    'disputeCounter',
    DISPUTE,
    {
      ...{ disputeId, proposalVersion, kind: 'REFUND_ONLY', amount, text: 'Let us share it.' },
      ...key('counter'),
    },
  );
  await buyer.mutate('disputeAccept', DISPUTE, {
    ...{ disputeId, proposalVersion: countered.proposalVersion },
    ...key('take'),
  });
}
