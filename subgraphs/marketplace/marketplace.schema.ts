import type { GraphQLSchema } from 'graphql';
import type { NonEmptyArray } from 'type-graphql';
import { federate } from '#kernel/graphql/federate';
import { AccountResolver } from './accounts/account.resolver';
import { ViewerResolver } from './accounts/viewer.resolver';
import { CartGroupResolver, CartLineResolver, CartResolver } from './cart/cart.resolver';
import { CategoryResolver } from './catalogue/category.resolver';
import { ListingResolver } from './catalogue/listing.resolver';
import { OfferResolver } from './catalogue/offer.resolver';
import { ProductResolver } from './catalogue/product.resolver';
import { VariantResolver } from './catalogue/variant.resolver';
import { CheckoutResolver } from './checkout/checkout.resolver';
import { foreignNodeTypes } from './node/foreign.types';
import { nodeReferences } from './node/node.loaders';
import { NodeResolver } from './node/node.resolver';
import { OrderFieldsResolver, OrderLineResolver } from './orders/order-fields.resolver';
import { OrderGroupResolver } from './orders/order-group.resolver';
import { OrderResolver } from './orders/order.resolver';
import { ProductReviewsResolver, ReviewResolver } from './reviews/review.resolver';
import { SearchHitResolver } from './search/search-hit.resolver';
import { SearchResolver } from './search/search.resolver';
import { SellerResolver } from './sellers/seller.resolver';

const resolvers: NonEmptyArray<Function> = [
  NodeResolver,
  // accounts, sellers, catalogue, search
  AccountResolver,
  ViewerResolver,
  SellerResolver,
  CategoryResolver,
  ProductResolver,
  VariantResolver,
  OfferResolver,
  ListingResolver,
  SearchResolver,
  SearchHitResolver,
  // carts, checkouts, orders, reviews
  CartResolver,
  CartLineResolver,
  CartGroupResolver,
  CheckoutResolver,
  OrderResolver,
  OrderFieldsResolver,
  OrderLineResolver,
  OrderGroupResolver,
  ReviewResolver,
  ProductReviewsResolver,
];

/** Marketplace's part of the graph. */
export const marketplaceSchema = (): Promise<GraphQLSchema> =>
  federate(resolvers, nodeReferences, foreignNodeTypes);
