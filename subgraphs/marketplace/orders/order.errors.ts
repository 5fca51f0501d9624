/** Why something cannot be done with an order; also the reasons of its actions. */
export const orderErrors = {
  ORDER_NOT_FOUND: 'There is no such order of yours.',
  FORBIDDEN_FOR_PARTY: 'This is for the other party of the order.',
  ORDER_NOT_CANCELLABLE: 'The order has been shipped or has ended.',
  CANCELLATION_PENDING: 'A cancellation was asked for and is not answered yet.',
  ORDER_NOT_PAYABLE: 'The order does not wait for a payment.',
  ESCROW_NOT_FUNDED: 'The order is not paid yet.',
  NOT_SHIPPED: 'Nothing has been shipped yet.',
  RECEIPT_ALREADY_CONFIRMED: 'The receipt was confirmed already.',
  ORDER_CLOSED: 'The order has ended.',
  NOT_DELIVERED: 'The goods are not delivered and their receipt is not confirmed.',
  REASON_INVALID: 'A reason has 1 to 500 characters.',
} as const;
