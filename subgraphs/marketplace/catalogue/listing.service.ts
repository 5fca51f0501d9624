import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { onceIfKeyed } from '#kernel/db/idempotency';
import { Refusal, refusals } from '#kernel/errors/refusal';
import type { SearchIndexService } from '../search/search-index.service';
import type { SellerService } from '../sellers/seller.service';
import { catalogueErrors } from './catalogue.errors';
import { type CleanListing, type Listing, cleanListing } from './listing.rules';
import { type Held, ListingWriter } from './listing-writer.service';
import type { ProductRow } from './product.entity';

const refuse = refusals(catalogueErrors);
const MOST_LISTINGS = 100;

/** What one row of a bulk call came to. */
export interface ListingResult {
  readonly handle: string;
  readonly product: ProductRow | null;
  readonly refusal: Refusal | null;
}

/** The same as it is kept with the call's key. */
interface KeptResult {
  readonly handle: string;
  readonly productId: string | null;
  readonly refusal: Pick<Refusal, 'code' | 'message' | 'field' | 'retryable'> | null;
}

/** Bulk creation and change of products with variants and the seller's own offers. */
export class ListingService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly index: SearchIndexService,
  ) {}

  /**
   * Makes or changes up to 100 products, found by handle, and this seller's offers on their variants. Each row stands
   * for itself: a bad one is refused alone. Variants that a listing does not name stay as they are; stock is set to what
   * is given. So a call that comes again late would undo what was sold meanwhile, unless it has a key.
   */
  upsert(
    viewer: Viewer,
    sellerId: string,
    listings: readonly Listing[],
    key?: string | null,
  ): Promise<ListingResult[]> {
    if (listings.length < 1 || listings.length > MOST_LISTINGS) {
      throw refuse('TOO_MANY_LISTINGS', { field: ['listings'] });
    }
    return this.db.transaction(viewer, async (tx) => {
      await this.sellers.requireMember(tx, viewer, sellerId, 'catalogue:write');
      const scope = `${viewer.accountId ?? viewer.keyId ?? ''}:listingsUpsert`;
      const intent = { scope, key, input: { sellerId, listings } };
      return shownIn(
        tx,
        await onceIfKeyed(tx, intent, () => this.upsertIn(tx, sellerId, listings)),
      );
    });
  }

  private async upsertIn(
    tx: Tx,
    sellerId: string,
    listings: readonly Listing[],
  ): Promise<KeptResult[]> {
    const rows = cleanAll(listings);
    const good = rows.flatMap((row) => (row instanceof Refusal ? [] : [row]));
    const settled = await this.settleIn(tx, sellerId, good);
    return rows.map((row, index) => {
      const outcome = row instanceof Refusal ? row : settled.get(row.handle);
      const isRefused = outcome instanceof Refusal;
      return {
        handle: listings[index]?.handle ?? '',
        productId: isRefused ? null : (outcome?.id ?? null),
        refusal: isRefused ? kept(outcome) : null,
      };
    });
  }

  private async settleIn(
    tx: Tx,
    sellerId: string,
    listings: readonly CleanListing[],
  ): Promise<Map<string, ProductRow | Refusal>> {
    const writer = new ListingWriter(tx, sellerId, this.index);
    const categories = await writer.categories(listings);
    const outcomes = new Map<string, ProductRow | Refusal>();
    const wanted = listings.filter(({ handle, categoryHandle }) => {
      const known = categories.has(categoryHandle);
      if (!known) outcomes.set(handle, refuse('CATEGORY_INVALID', { field: ['categoryName'] }));
      return known;
    });
    const held = await writer.hold(wanted, categories);
    const accepted: CleanListing[] = [];
    for (const listing of wanted) {
      const refusal = this.judge(listing, sellerId, held);
      if (refusal === undefined) accepted.push(listing);
      else outcomes.set(listing.handle, refusal);
    }
    for (const product of await writer.write(accepted, categories)) {
      outcomes.set(product.handle, product);
    }
    return outcomes;
  }

  /** What only the locked rows can tell: whose product it is, and what checkouts have reserved. */
  private judge(listing: CleanListing, sellerId: string, held: Held): Refusal | undefined {
    const product = held.products.get(listing.handle);
    if (product !== undefined && product.createdBy !== sellerId) {
      return refuse('HANDLE_TAKEN', { field: ['handle'] });
    }
    const short = listing.variants.findIndex(
      ({ sku, stock }) => stock < (held.reserved.get(`${listing.handle} ${sku}`) ?? 0),
    );
    return short < 0
      ? undefined
      : refuse('STOCK_BELOW_RESERVED', { field: ['variants', short.toString(), 'stock'] });
  }
}

/** A refusal without its stack. */
const kept = ({ code, message, field, retryable }: Refusal): KeptResult['refusal'] => ({
  ...{ code, message, retryable },
  ...(field !== undefined && { field }),
});

/** What was kept, with the products as they are now. */
async function shownIn(tx: Tx, results: readonly KeptResult[]): Promise<ListingResult[]> {
  const products = await tx.query<ProductRow>('select * from product where id = any ($1)', [
    results.flatMap(({ productId }) => productId ?? []),
  ]);
  const byId = new Map<string, ProductRow>(products.map((product) => [product.id, product]));
  return results.map(({ handle, productId, refusal }) => ({
    handle,
    product: byId.get(productId ?? '') ?? null,
    refusal:
      refusal && new Refusal(refusal.code, refusal.message, refusal.field, refusal.retryable),
  }));
}

/** Cleans every row by itself; a handle that stands in the call twice counts once. */
function cleanAll(listings: readonly Listing[]): (CleanListing | Refusal)[] {
  const seen = new Set<string>();
  return listings.map((listing) => {
    try {
      const clean = cleanListing(listing, refuse);
      if (seen.has(clean.handle)) return refuse('HANDLE_REPEATED', { field: ['handle'] });
      seen.add(clean.handle);
      return clean;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  });
}
