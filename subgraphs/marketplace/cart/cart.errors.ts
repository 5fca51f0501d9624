import { catalogueErrors } from '../catalogue/catalogue.errors';

/** What blocks buying a line of a cart: shown as problems, and refused by checkoutBegin. */
export const cartProblems = {
  OUT_OF_STOCK: 'Fewer units are left than asked for.',
  OFFER_UNAVAILABLE: 'The seller does not offer this now.',
  SELLER_RESTRICTED: 'This seller may not sell now.',
  CURRENCY_MISMATCH: 'The offer is in another currency than the cart.',
} as const;

/** Why a change of a cart can be refused. */
export const cartErrors = {
  CART_NOT_FOUND: 'There is no such cart of yours.',
  OFFER_NOT_FOUND: catalogueErrors.OFFER_NOT_FOUND,
  CART_LINE_NOT_FOUND: 'The cart has no such line.',
  QUANTITY_INVALID: 'A quantity is 1 to 10,000.',
  CART_FULL: 'A cart holds at most 100 lines.',
} as const;
