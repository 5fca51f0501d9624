import type { AccountId, SellerId } from '#contracts/ids';
import { type Viewer, hasRole, hasScope, requireAccount } from '#kernel/auth/viewer';
import type { Queries, Tx } from '#kernel/db/database';
import { CallError } from '#kernel/errors/refusal';
import type { SellerRestrictionRow } from './seller-restriction.entity';
import type { SellerTierRow } from './seller-tier.entity';

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

  /** How far a seller is trusted from now on. An older word never overwrites a newer one. */
  async tierIn(tx: Tx, { sellerId, tier, version }: SellerTierRow): Promise<void> {
    await tx.query(
      `insert into "sellerTier" ("sellerId", tier, version) values ($1, $2, $3)
       on conflict ("sellerId") do update set tier = excluded.tier, version = excluded.version
         where "sellerTier".version < excluded.version`,
      [sellerId, tier, version],
    );
  }

  /** What a seller may not do from now on. In any order: what was lifted stays lifted. */
  async restrictIn(
    tx: Tx,
    { statementId, sellerId, kind, lifted }: SellerRestrictionRow,
  ): Promise<void> {
    await tx.query(
      `insert into "sellerRestriction" as r ("statementId", "sellerId", kind, lifted)
       values ($1, $2, $3, $4)
       on conflict ("statementId") do update set lifted = r.lifted or excluded.lifted`,
      [statementId, sellerId, kind, lifted],
    );
  }

  /**
   * Sellers that a viewer acts for; a key only those it is bound to, and only with the scope. Within a transaction
   * pass it: asking for a second connection while holding one starves the pool.
   */
  async sellersOf(
    viewer: Viewer,
    scope: string,
    db: Queries = this.db,
  ): Promise<ReadonlySet<string>> {
    if (!hasScope(viewer, scope)) return new Set();
    if (viewer.kind === 'API_KEY') return new Set(viewer.tenantIds);
    if (viewer.kind !== 'USER' || viewer.accountId === undefined) return new Set();
    const rows = await db.query<{ sellerId: string }>(
      'select "sellerId" from "sellerMember" where "accountId" = $1',
      [viewer.accountId],
    );
    return new Set(rows.map(({ sellerId }) => sellerId));
  }

  /** Every seller that an account is a member of, whatever its token or key may do. */
  async rightsOf({ accountId }: Viewer): Promise<string[]> {
    if (accountId === undefined) return [];
    const rows = await this.db.query<{ sellerId: string }>(
      'select "sellerId" from "sellerMember" where "accountId" = $1',
      [accountId],
    );
    return rows.map(({ sellerId }) => sellerId);
  }

  /** True when a viewer may do something for a seller: its member, its key with the scope, or an operator. */
  async mayActFor(
    viewer: Viewer,
    sellerId: string,
    scope: string,
    db: Queries = this.db,
  ): Promise<boolean> {
    if (hasRole(viewer, 'OPERATOR')) return true;
    return (await this.sellersOf(viewer, scope, db)).has(sellerId);
  }
}

/** Whether a seller may not do something now. */
export async function isRestricted(
  db: Queries,
  sellerId: string,
  kind: SellerRestrictionRow['kind'],
): Promise<boolean> {
  const row = await db.first(
    `select 1 as one from "sellerRestriction"
     where "sellerId" = $1 and kind = $2 and not lifted limit 1`,
    [sellerId, kind],
  );
  return row !== undefined;
}

/** Whose idempotency keys these are. Strangers get UNAUTHENTICATED. */
export function actorOf(viewer: Viewer): string {
  const actor = viewer.keyId ?? viewer.accountId;
  if (actor === undefined) throw new CallError('UNAUTHENTICATED');
  return actor;
}

/** True for the account's own holder, and nobody else: not for its keys, nor for operators. */
export const isHolder = ({ kind, accountId }: Viewer, id: string): boolean =>
  kind === 'USER' && accountId === id;

/** The account of a person who buys. A key acts for sellers only, so it gets FORBIDDEN. */
export function requireBuyer(viewer: Viewer): string {
  if (viewer.kind === 'API_KEY') throw new CallError('FORBIDDEN', 'Only a signed-in buyer may.');
  return requireAccount(viewer);
}
