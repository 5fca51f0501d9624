import type { Viewer } from '#kernel/auth/viewer';
import type { AccountService } from './accounts/account.service';
import type { CatalogueService } from './catalogue/catalogue.service';
import type { ListingService } from './catalogue/listing.service';
import type { MarketplaceLoaders } from './catalogue/catalogue.loaders';
import type { OfferService } from './catalogue/offer.service';
import type { StockService } from './catalogue/stock.service';
import type { SearchService } from './search/search.service';
import type { SellerService } from './sellers/seller.service';

/** What resolvers of this subgraph reach during one request. */
export interface MarketplaceContext {
  readonly viewer: Viewer;
  /** Batches look-ups of this request, so that a page costs a handful of statements. */
  readonly loaders: MarketplaceLoaders;
  readonly accounts: AccountService;
  readonly sellers: SellerService;
  readonly catalogue: CatalogueService;
  readonly listings: ListingService;
  readonly offers: OfferService;
  readonly stock: StockService;
  readonly search: SearchService;
  // carts, checkouts, orders, reviews
}
