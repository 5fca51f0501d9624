import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { EvidenceSide, EvidenceVisibility } from './evidence-chain.rules';

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
