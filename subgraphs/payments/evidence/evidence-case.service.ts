import type { OrderId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import type { Tx } from '#kernel/db/database';
import type { SellerService } from '../balances/seller.service';
import type { EvidenceSide } from './evidence-chain.rules';
import { sideAmong } from './evidence-side.rules';

/** A case that evidence belongs to, locked: a dispute or a chargeback. */
export interface EvidenceCase {
  readonly caseId: string;
  readonly orderId: OrderId;
  readonly buyerId: string;
  readonly sellerId: string;
  /** False once it is over: then nothing is added. */
  readonly open: boolean;
  /** Tells in the case's own fact that evidence was added. */
  readonly added: () => Promise<void>;
}

/** Locks a case of one kind; undefined when the id names none. */
export type CaseLookup = (tx: Tx, caseId: string) => Promise<EvidenceCase | undefined>;

/** On which side of a case a viewer may write; undefined for strangers. */
export const writerSideOf = async (
  tx: Tx,
  viewer: Viewer,
  theCase: Pick<EvidenceCase, 'buyerId' | 'sellerId'>,
  sellers: SellerService,
): Promise<EvidenceSide | undefined> =>
  sideAmong(viewer, theCase, await sellers.sellersOf(viewer, 'payments:write', tx));
