import type { JWK } from 'jose';
import type { Clock } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import type { Subgraph, SubgraphHost } from '#kernel/server/subgraph';
import { AccessTokens } from './accounts/access-token.service';
import { AccountAccessService } from './accounts/account-access.service';
import { AccountService } from './accounts/account.service';
import { Passwords } from './accounts/password.service';
import { CartService } from './cart/cart.service';
import { CatalogueService } from './catalogue/catalogue.service';
import { marketplaceLoaders } from './catalogue/catalogue.loaders';
import { ListingService } from './catalogue/listing.service';
import { OfferService } from './catalogue/offer.service';
import { StockService } from './catalogue/stock.service';
import { CHECKOUT_EXPIRY, CheckoutService } from './checkout/checkout.service';
import { CompletionService } from './checkout/completion.service';
import { ReservationService } from './checkout/reservation.service';
import type { MarketplaceContext } from './marketplace.context';
import { marketplaceReactions } from './marketplace.reactions';
import { marketplaceSchema } from './marketplace.schema';
import { OrderProgressService } from './orders/order-progress.service';
import { OrderQueries } from './orders/order-query.service';
import { orderLoaders } from './orders/order.loaders';
import { OrderService } from './orders/order.service';
import { PaymentRequestService } from './orders/payment-request.service';
import { ReviewService } from './reviews/review.service';
import { SearchIndexService } from './search/search-index.service';
import { SearchService } from './search/search.service';
import { SellerService } from './sellers/seller.service';

export interface MarketplaceOptions {
  /** Private Ed25519 key: signs access tokens and payment requests. */
  readonly signingKey: JWK;
  /** Public X25519 key of payments: payment requests are encrypted for it. */
  readonly paymentsSealingKey: JWK;
}

/** The composition root: the only file that knows everything in this subgraph. */
export async function startMarketplace(
  { db, clock }: SubgraphHost,
  options: MarketplaceOptions,
): Promise<Subgraph> {
  const index = new SearchIndexService();
  const sellers = new SellerService(db, index);
  const tokens = new AccessTokens(options.signingKey, clock);
  const passwords = await Passwords.start();
  const offers = new OfferService(db, sellers, index);
  const services = {
    accounts: new AccountService(db, tokens, passwords),
    accountAccess: new AccountAccessService(db, tokens, passwords),
    sellers,
    catalogue: new CatalogueService(db),
    listings: new ListingService(db, sellers, index),
    offers,
    stock: new StockService(db, sellers, offers),
    search: new SearchService(db),
    ...tradeServices({ db, clock, sellers, offers, index }, options),
  };
  return {
    name: 'marketplace',
    db,
    schema: await marketplaceSchema(),
    context: (viewer, grants): MarketplaceContext => ({
      ...services,
      viewer,
      grants,
      loaders: marketplaceLoaders(db),
      orderLoaders: orderLoaders(db, viewer, services),
    }),
    reactions: marketplaceReactions(services),
    timers: { [CHECKOUT_EXPIRY]: services.checkouts.expireIn },
    loops: [],
    hooks: {},
  };
}

interface CatalogueSide {
  readonly db: Database;
  readonly clock: Clock;
  readonly sellers: SellerService;
  readonly offers: OfferService;
  readonly index: SearchIndexService;
}

/** Carts, checkouts, orders and reviews. */
function tradeServices(
  { db, clock, sellers, offers, index }: CatalogueSide,
  { signingKey, paymentsSealingKey }: MarketplaceOptions,
) {
  const reservations = new ReservationService({
    availabilityChangedIn: (tx, offerIds) => offers.changedIn(tx, offerIds),
  });
  const progress = new OrderProgressService(reservations);
  return {
    carts: new CartService(db),
    checkouts: new CheckoutService(db, reservations),
    completions: new CompletionService(db, reservations),
    progress,
    orders: new OrderQueries(db, sellers),
    orderDecisions: new OrderService(db, progress),
    paymentRequests: new PaymentRequestService(
      { sign: signingKey, encryptFor: paymentsSealingKey },
      clock,
    ),
    reviews: new ReviewService(db, {
      ratingChangedIn: (tx, productIds) => index.refreshIn(tx, productIds),
    }),
  };
}
