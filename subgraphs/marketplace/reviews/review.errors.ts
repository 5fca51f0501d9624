import { orderErrors } from '../orders/order.errors';

/** Why a review can be refused. */
export const reviewErrors = {
  ORDER_LINE_NOT_FOUND: 'You bought no such thing.',
  NOT_DELIVERED: orderErrors.NOT_DELIVERED,
  ALREADY_REVIEWED: 'This line has been reviewed.',
  REVIEW_LINKED: 'The author belongs to the seller.',
  STARS_INVALID: 'Stars are 1 to 5.',
  REVIEW_TEXT_INVALID: 'A title has at most 120 characters, a body 5,000.',
} as const;
