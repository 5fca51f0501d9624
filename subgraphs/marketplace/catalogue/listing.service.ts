import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
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

/** Bulk creation and change of products with variants and the seller's own offers. */
export class ListingService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly index: SearchIndexService,
  ) {}

  /**
   * Makes or changes up to 100 products, found by handle, and this seller's offers on their variants. Each row stands
   * for itself: a bad one is refused alone. The same call twice leaves the same state. Variants that a listing does not
   * name stay as they are; stock is set to what is given.
   */
  upsert(viewer: Viewer, sellerId: string, listings: readonly Listing[]): Promise<ListingResult[]> {
    if (listings.length < 1 || listings.length > MOST_LISTINGS) {
      throw refuse('TOO_MANY_LISTINGS', { field: ['listings'] });
    }
    return this.db.transaction(viewer, async (tx) => {
      await this.sellers.requireMember(tx, viewer, sellerId, 'catalogue:write');
      const rows = cleanAll(listings);
      const good = rows.flatMap((row) => (row instanceof Refusal ? [] : [row]));
      const settled = await this.upsertIn(tx, sellerId, good);
      return rows.map((row, index) => {
        const handle = listings[index]?.handle ?? '';
        const outcome = row instanceof Refusal ? row : settled.get(row.handle);
        return outcome instanceof Refusal
          ? { handle, product: null, refusal: outcome }
          : { handle, product: outcome ?? null, refusal: null };
      });
    });
  }

  private async upsertIn(
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
