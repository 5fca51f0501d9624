import type { OrderId } from '#contracts/ids';
import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Tx } from '#kernel/db/database';
import type { SellerService } from '../balances/seller.service';
import type { EvidenceSide, EvidenceVisibility } from './evidence-chain.rules';

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

/** On which side of a case a viewer stands who acts for these sellers; undefined for strangers. */
export function sideAmong(
  viewer: Viewer,
  { buyerId, sellerId }: { readonly buyerId: string; readonly sellerId: string },
  sellers: ReadonlySet<string>,
): EvidenceSide | undefined {
  if (viewer.kind === 'USER' && viewer.accountId === buyerId) return 'BUYER';
  if (sellers.has(sellerId)) return 'SELLER';
  return hasRole(viewer, 'OPERATOR') ? 'OPERATOR' : undefined;
}

/** What of a case's evidence a viewer on this side sees: operators and auditors all of it, unless they are a party. */
export function visibleTo<
  Row extends { readonly visibility: EvidenceVisibility; readonly side: EvidenceSide },
>(viewer: Viewer, side: EvidenceSide | undefined, rows: readonly Row[]): Row[] {
  const isParty = side === 'BUYER' || side === 'SELLER';
  const seesAll = !isParty && (hasRole(viewer, 'OPERATOR') || hasRole(viewer, 'AUDITOR'));
  return rows.filter((row) => seesAll || row.visibility === 'PARTIES' || row.side === side);
}

/** On which side of a case a viewer may write; undefined for strangers. */
export const writerSideOf = async (
  tx: Tx,
  viewer: Viewer,
  theCase: Pick<EvidenceCase, 'buyerId' | 'sellerId'>,
  sellers: SellerService,
): Promise<EvidenceSide | undefined> =>
  sideAmong(viewer, theCase, await sellers.sellersOf(viewer, 'payments:write', tx));
