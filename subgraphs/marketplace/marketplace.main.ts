import type { JWK } from 'jose';
import type { Subgraph, SubgraphHost } from '#kernel/server/subgraph';
import { AccessTokens } from './accounts/access-token.service';
import { AccountService } from './accounts/account.service';
import { CatalogueService } from './catalogue/catalogue.service';
import { marketplaceLoaders } from './catalogue/catalogue.loaders';
import { ListingService } from './catalogue/listing.service';
import { OfferService } from './catalogue/offer.service';
import { StockService } from './catalogue/stock.service';
import type { MarketplaceContext } from './marketplace.context';
import { marketplaceReactions } from './marketplace.reactions';
import { marketplaceSchema } from './marketplace.schema';
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
  { signingKey }: MarketplaceOptions,
): Promise<Subgraph> {
  const index = new SearchIndexService();
  const sellers = new SellerService(db, index);
  const accounts = await AccountService.start(db, new AccessTokens(signingKey, clock));
  const offers = new OfferService(db, sellers, index);
  const services = {
    accounts,
    sellers,
    catalogue: new CatalogueService(db),
    listings: new ListingService(db, sellers, index),
    offers,
    stock: new StockService(db, sellers, offers),
    search: new SearchService(db),
    // carts, checkouts, orders, reviews
  };
  return {
    name: 'marketplace',
    db,
    schema: await marketplaceSchema(),
    context: (viewer): MarketplaceContext => ({
      ...services,
      viewer,
      loaders: marketplaceLoaders(db),
    }),
    reactions: marketplaceReactions(services),
    timers: {},
    loops: [],
    hooks: {},
  };
}
