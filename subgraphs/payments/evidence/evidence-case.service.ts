import type { OrderId } from '#contracts/ids';
import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Tx } from '#kernel/db/database';
import type { SellerService } from '../balances/seller.service';
import type { EvidenceSide } from './evidence-chain.rules';

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

/** On which side of a case a viewer stands; undefined for strangers. */
export async function sideOf(
  viewer: Viewer,
  { buyerId, sellerId }: Pick<EvidenceCase, 'buyerId' | 'sellerId'>,
  sellers: SellerService,
  scope: 'payments:read' | 'payments:write',
  tx?: Tx,
): Promise<EvidenceSide | undefined> {
  if (viewer.kind === 'USER' && viewer.accountId === buyerId) return 'BUYER';
  if ((await sellers.sellersOf(viewer, scope, tx)).has(sellerId)) return 'SELLER';
  return hasRole(viewer, 'OPERATOR') ? 'OPERATOR' : undefined;
}
