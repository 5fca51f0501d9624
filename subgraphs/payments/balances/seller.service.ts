import type { AccountId, SellerId } from '#contracts/ids';
import { type Viewer, hasRole, hasScope } from '#kernel/auth/viewer';
import type { Queries, Tx } from '#kernel/db/database';
import { CallError } from '#kernel/errors/refusal';

/** Who acts for which seller: from `seller.opened`, and from an API key's tenants. Tokens carry no seller's rights. */
export class SellerService {
  constructor(private readonly db: Queries) {}

  /** An account opened a seller; hearing it again changes nothing. */
  async openedIn(tx: Tx, sellerId: SellerId, accountId: AccountId): Promise<void> {
    await tx.query(
      `insert into "sellerMember" ("sellerId", "accountId") values ($1, $2)
       on conflict do nothing`,
      [sellerId, accountId],
    );
  }

  /** Sellers that a viewer acts for; a key only those it is bound to, and only with the scope. */
  async sellersOf(viewer: Viewer, scope: string): Promise<ReadonlySet<string>> {
    if (!hasScope(viewer, scope)) return new Set();
    if (viewer.kind === 'API_KEY') return new Set(viewer.tenantIds);
    if (viewer.kind !== 'USER' || viewer.accountId === undefined) return new Set();
    const rows = await this.db.query<{ sellerId: string }>(
      'select "sellerId" from "sellerMember" where "accountId" = $1',
      [viewer.accountId],
    );
    return new Set(rows.map(({ sellerId }) => sellerId));
  }

  /** True when a viewer may do something for a seller: its member, its key with the scope, or an operator. */
  async mayActFor(viewer: Viewer, sellerId: string, scope: string): Promise<boolean> {
    if (hasRole(viewer, 'OPERATOR')) return true;
    return (await this.sellersOf(viewer, scope)).has(sellerId);
  }
}

/** Whose idempotency keys these are. Strangers get UNAUTHENTICATED. */
export function actorOf(viewer: Viewer): string {
  const actor = viewer.keyId ?? viewer.accountId;
  if (actor === undefined) throw new CallError('UNAUTHENTICATED');
  return actor;
}
