import { idempotencyErrors } from '#kernel/errors/refusal';
import { accountErrors } from './accounts/account.errors';
import { cartErrors } from './cart/cart.errors';
import { catalogueErrors } from './catalogue/catalogue.errors';
import { checkoutBeginErrors, checkoutErrors } from './checkout/checkout.errors';
import { orderErrors } from './orders/order.errors';
import { reviewErrors } from './reviews/review.errors';
import { sellerErrors } from './sellers/seller.errors';

/** Every stable code that this subgraph can refuse with; exported to schema/errors.md. */
export const marketplaceErrors = {
  ...idempotencyErrors,
  BAD_PAGE_ARGUMENTS: 'The arguments of a list do not go together.',
  // accounts, sellers, catalogue
  ...accountErrors,
  ...sellerErrors,
  ...catalogueErrors,
  // carts, checkouts, orders, reviews
  ...cartErrors,
  ...checkoutBeginErrors,
  ...checkoutErrors,
  ...orderErrors,
  ...reviewErrors,
} as const;
