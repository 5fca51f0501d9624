import type { GrantBook } from '#kernel/auth/grant';
import type { Viewer } from '#kernel/auth/viewer';
import type { AccountAccessService } from './accounts/account-access.service';
import type { AccountService } from './accounts/account.service';
import type { CartService } from './cart/cart.service';
import type { CatalogueService } from './catalogue/catalogue.service';
import type { ListingService } from './catalogue/listing.service';
import type { MarketplaceLoaders } from './catalogue/catalogue.loaders';
import type { OfferService } from './catalogue/offer.service';
import type { StockService } from './catalogue/stock.service';
import type { CheckoutService } from './checkout/checkout.service';
import type { CompletionService } from './checkout/completion.service';
import type { OrderQueries } from './orders/order-query.service';
import type { OrderLoaders } from './orders/order.loaders';
import type { OrderService } from './orders/order.service';
import type { PaymentRequestService } from './orders/payment-request.service';
import type { ReviewService } from './reviews/review.service';
import type { SearchService } from './search/search.service';
import type { SellerService } from './sellers/seller.service';

/** What resolvers of this subgraph reach during one request. */
export interface MarketplaceContext {
  readonly viewer: Viewer;
  /** Present when the request asks for grants. */
  readonly grants: GrantBook | undefined;
  /** Batches look-ups of this request, so that a page costs a handful of statements. */
  readonly loaders: MarketplaceLoaders;
  readonly accounts: AccountService;
  readonly accountAccess: AccountAccessService;
  readonly sellers: SellerService;
  readonly catalogue: CatalogueService;
  readonly listings: ListingService;
  readonly offers: OfferService;
  readonly stock: StockService;
  readonly search: SearchService;
  // carts, checkouts, orders, reviews
  readonly orderLoaders: OrderLoaders;
  readonly carts: CartService;
  readonly checkouts: CheckoutService;
  readonly completions: CompletionService;
  readonly orders: OrderQueries;
  readonly orderDecisions: OrderService;
  readonly paymentRequests: PaymentRequestService;
  readonly reviews: ReviewService;
}
