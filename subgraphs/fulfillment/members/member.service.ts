import { CallError } from '#kernel/errors/refusal';
import type { Database, Queries, Tx } from '#kernel/db/database';
import type { Viewer } from '#kernel/auth/viewer';
import type { Address } from '#contracts/fact-fields';
import type { AccountId, SellerId } from '#contracts/ids';
import type { SellerRow } from './member.entity';
import { type Party, type Trade, partiesOf } from './party.rules';

/** Who may see and do what. Tokens carry no seller rights: membership is known here from `seller.opened`. */
export class MemberService {
  constructor(private readonly db: Database) {}

  async openedIn(
    tx: Tx,
    seller: Pick<SellerRow, 'handle' | 'displayName' | 'country'> & {
      readonly sellerId: SellerId;
      readonly accountId: AccountId;
    },
  ): Promise<void> {
    await tx.query(
      `insert into seller (id, handle, "displayName", country) values ($1, $2, $3, $4)
       on conflict (id) do update set (handle, "displayName", country)
         = (excluded.handle, excluded."displayName", excluded.country)`,
      [seller.sellerId, seller.handle, seller.displayName, seller.country],
    );
    await tx.query(
      'insert into "sellerMember" ("sellerId", "accountId") values ($1, $2) on conflict do nothing',
      [seller.sellerId, seller.accountId],
    );
  }

  /** Sellers that a signed-in person acts for. */
  async sellersOf(viewer: Viewer, queries: Queries = this.db): Promise<ReadonlySet<string>> {
    if (viewer.kind !== 'USER' || viewer.accountId === undefined) return new Set();
    const rows = await queries.query<{ sellerId: string }>(
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

  /**
   * Lets only those pass who act for the trade's seller. Strangers get `notFound`: nothing proves that it exists. Those
   * who may see it but not change it get FORBIDDEN.
   */
  async requireSeller(
    tx: Tx,
    viewer: Viewer,
    trade: Trade | undefined,
    notFound: () => Error,
  ): Promise<void> {
    if (viewer.kind === 'ANONYMOUS') throw new CallError('UNAUTHENTICATED');
    if (trade === undefined) throw notFound();
    const memberOf = await this.sellersOf(viewer, tx);
    if (partiesOf(viewer, trade, memberOf, 'write').has('SELLER')) return;
    const seen: ReadonlySet<Party> = partiesOf(viewer, trade, memberOf, 'read');
    const boundKey = viewer.kind === 'API_KEY' && viewer.tenantIds.includes(trade.sellerId);
    throw seen.size > 0 || boundKey ? new CallError('FORBIDDEN') : notFound();
  }

  /** Where a seller's parcels start. Until an address was named, the carrier gets the seller's name and country. */
  async shipFromIn(tx: Tx, sellerId: SellerId, named: Address | null): Promise<Address> {
    const seller = await tx.first<SellerRow>('select * from seller where id = $1', [sellerId]);
    if (named !== null) {
      await tx.query('update seller set "shipFrom" = $2 where id = $1', [
        sellerId,
        JSON.stringify(named),
      ]);
      return named;
    }
    if (seller?.shipFrom) return seller.shipFrom;
    const name = seller?.displayName ?? sellerId;
    return {
      name,
      street: name,
      city: name,
      region: null,
      postalCode: '0',
      country: seller?.country ?? 'US',
    };
  }
}
