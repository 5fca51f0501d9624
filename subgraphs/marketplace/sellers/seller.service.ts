import { type Viewer, hasScope, requireScope } from '#kernel/auth/viewer';
import type { Database, Queries, Tx } from '#kernel/db/database';
import { CallError, refusals } from '#kernel/errors/refusal';
import { fact } from '#contracts/fact';
import { type AccountId, type MerchantId, type SellerId, sellerIds } from '#contracts/ids';
import { cleanLine } from '../catalogue/text.rules';
import type { SearchIndexService } from '../search/search-index.service';
import type { SellerRow } from './seller.entity';
import { sellerErrors } from './seller.errors';
import { sellerHandle } from './seller.rules';

const refuse = refusals(sellerErrors);

/** What a person gives to open a shop. */
export interface SellerOpening {
  readonly handle: string;
  readonly displayName: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** The newest word of merchant-services on whether sellers may sell. */
export interface SellerGate {
  readonly sellerIds: readonly SellerId[];
  readonly merchantId: MerchantId;
  readonly sellingAllowed: boolean;
  readonly version: number;
}

export class SellerService {
  constructor(
    private readonly db: Database,
    private readonly index: SearchIndexService,
  ) {}

  byId(id: string): Promise<SellerRow | undefined> {
    return this.db.first<SellerRow>('select * from seller where id = $1', [id]);
  }

  byHandle(handle: string): Promise<SellerRow | undefined> {
    return this.db.first<SellerRow>('select * from seller where handle = $1', [handle]);
  }

  /** The shops that the viewer acts for: those of the account, or those that the key is bound to. */
  ofViewer(viewer: Viewer): Promise<SellerRow[]> {
    const ofKey = viewer.kind === 'API_KEY' ? viewer.tenantIds : null;
    return this.db.query<SellerRow>(
      `select * from seller where case
         when $2::text[] is not null then id = any ($2)
         else id in (select "sellerId" from "sellerMember" where "accountId" = $1) end
       order by id`,
      [viewer.accountId, ofKey],
    );
  }

  /** Opens a shop for the signed-in account, which becomes its owner. */
  open(viewer: Viewer, opening: SellerOpening): Promise<SellerRow> {
    if (viewer.kind !== 'USER' || viewer.accountId === undefined) {
      throw new CallError(viewer.kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    }
    const accountId = viewer.accountId as AccountId;
    const handle = sellerHandle(opening.handle);
    if (handle === undefined) throw refuse('SELLER_HANDLE_INVALID', { field: ['handle'] });
    const displayName = cleanLine(opening.displayName);
    if (displayName.length < 1 || displayName.length > 80) {
      throw refuse('SELLER_NAME_INVALID', { field: ['displayName'] });
    }
    return this.db.transaction(viewer, (tx) =>
      this.openIn(tx, accountId, { handle, displayName, country: opening.country }),
    );
  }

  /** Every right over a shop that an account has, e.g. `sel_… OWNER`. */
  async rightsOf({ accountId }: Viewer): Promise<string[]> {
    if (accountId === undefined) return [];
    const rows = await this.db.query<{ sellerId: string; role: string }>(
      'select "sellerId", role from "sellerMember" where "accountId" = $1',
      [accountId],
    );
    return rows.map(({ sellerId, role }) => `${sellerId} ${role}`);
  }

  /** Whether the viewer acts for this seller and may use `scope`. */
  async actsFor(from: Queries, viewer: Viewer, sellerId: string, scope: string): Promise<boolean> {
    if (!hasScope(viewer, scope)) return false;
    if (viewer.kind === 'API_KEY') return viewer.tenantIds.includes(sellerId);
    if (viewer.kind !== 'USER' || viewer.accountId === undefined) return false;
    const member = await from.first(
      'select 1 as one from "sellerMember" where "sellerId" = $1 and "accountId" = $2',
      [sellerId, viewer.accountId],
    );
    return member !== undefined;
  }

  /** Lets only members of the seller (or its keys) with the scope pass: UNAUTHENTICATED or FORBIDDEN otherwise. */
  async requireMember(
    from: Queries,
    viewer: Viewer,
    sellerId: string,
    scope: string,
  ): Promise<void> {
    requireScope(viewer, scope);
    if (!(await this.actsFor(from, viewer, sellerId, scope))) {
      throw new CallError('FORBIDDEN', 'The caller does not act for this seller.');
    }
  }

  /** Takes over a merchant fact; facts may come in any order, so only a newer version counts. */
  async gateIn(tx: Tx, { sellerIds: ids, sellingAllowed, version }: SellerGate): Promise<void> {
    const changed = await tx.query<{ sellerId: SellerId }>(
      `insert into "sellerGate" ("sellerId", "sellingAllowed", version, "changedAt")
       select id, $2, $3, $4 from unnest($1::text[]) as id order by id
       on conflict ("sellerId") do update
         set "sellingAllowed" = excluded."sellingAllowed", version = excluded.version,
             "changedAt" = excluded."changedAt"
         where "sellerGate".version < excluded.version
       returning "sellerId"`,
      [ids, sellingAllowed, version, tx.now],
    );
    await this.index.refreshSellersIn(
      tx,
      changed.map(({ sellerId }) => sellerId),
    );
  }

  private async openIn(tx: Tx, accountId: AccountId, opening: SellerOpening): Promise<SellerRow> {
    const row = await tx.first<SellerRow>(
      `insert into seller (id, handle, "displayName", country, "createdAt") values ($1, $2, $3, $4, $5)
       on conflict (handle) do nothing returning *`,
      [sellerIds.create(), opening.handle, opening.displayName, opening.country, tx.now],
    );
    if (row === undefined) throw refuse('SELLER_HANDLE_TAKEN', { field: ['handle'] });
    await tx.query(
      `insert into "sellerMember" ("sellerId", "accountId", role, "createdAt") values ($1, $2, 'OWNER', $3)`,
      [row.id, accountId, tx.now],
    );
    tx.publish(
      fact(
        'seller.opened',
        { subject: row.id, version: row.version, topics: [] },
        {
          sellerId: row.id,
          accountId,
          country: row.country,
          handle: row.handle,
          displayName: row.displayName,
        },
      ),
    );
    return row;
  }
}
