import { cartErrors, cartProblems } from '../cart/cart.errors';

/** Why a checkout cannot begin. */
export const checkoutBeginErrors = {
  ...cartProblems,
  CART_NOT_FOUND: cartErrors.CART_NOT_FOUND,
  CART_EMPTY: 'There is nothing in the cart.',
  ADDRESS_INVALID: 'An address needs name, street, city, postal code and country.',
} as const;

/** Why a checkout cannot be completed or cancelled. */
export const checkoutErrors = {
  CHECKOUT_NOT_FOUND: 'There is no such checkout of yours.',
  CHECKOUT_EXPIRED: 'The reservation ran out; begin again.',
  CHECKOUT_CANCELLED: 'The checkout was cancelled; begin again.',
  CHECKOUT_COMPLETED: 'The checkout became an order already.',
  PRICE_CHANGED: 'The total is not the one expected; read it again.',
  SELLER_RESTRICTED: cartProblems.SELLER_RESTRICTED,
} as const;
