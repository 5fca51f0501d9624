import { cancellationMachine, orderMachine } from './order.machine';
import type { OrderAxes } from './order-axes.rules';

/** Who the viewer is to an order. */
export type OrderParty = 'BUYER' | 'SELLER' | 'OPERATOR';

/** What the rules need to know of an order. */
export interface OrderFacts extends OrderAxes {
  readonly receiptConfirmed: boolean;
  readonly somethingShipped: boolean;
}

export type OrderRefusalCode =
  | 'FORBIDDEN_FOR_PARTY'
  | 'ORDER_NOT_CANCELLABLE'
  | 'CANCELLATION_PENDING'
  | 'ORDER_NOT_PAYABLE'
  | 'ESCROW_NOT_FUNDED'
  | 'NOT_SHIPPED'
  | 'RECEIPT_ALREADY_CONFIRMED'
  | 'ORDER_CLOSED'
  | 'NOT_DELIVERED';

/** Undefined: go ahead. Otherwise the code of the refusal. */
export type Verdict = OrderRefusalCode | undefined;

/** May the order be called off: at once before payment, by request after it. Both parties and an operator may ask. */
export function mayCancel({ status, cancellationStatus, somethingShipped }: OrderFacts): Verdict {
  if (orderMachine.next(status, 'cancel') === undefined) return 'ORDER_NOT_CANCELLABLE';
  if (status === 'PLACED') return undefined;
  if (somethingShipped) return 'ORDER_NOT_CANCELLABLE';
  if (cancellationMachine.next(cancellationStatus, 'request') !== undefined) return undefined;
  return cancellationStatus === 'REQUESTED' ? 'CANCELLATION_PENDING' : 'ORDER_NOT_CANCELLABLE';
}

/** The buyer says that the goods are here, which releases the money. */
export function mayConfirmReceipt(party: OrderParty, order: OrderFacts): Verdict {
  if (party !== 'BUYER') return 'FORBIDDEN_FOR_PARTY';
  if (order.receiptConfirmed) return 'RECEIPT_ALREADY_CONFIRMED';
  if (orderMachine.isFinal(order.status)) return 'ORDER_CLOSED';
  if (order.escrowStatus === 'NONE') return 'ESCROW_NOT_FUNDED';
  return order.somethingShipped ? undefined : 'NOT_SHIPPED';
}

/** Paying is the group's matter, but each order says whether it waits for it. */
export function mayPay(party: OrderParty, { status, paymentStatus }: OrderFacts): Verdict {
  if (party !== 'BUYER') return 'FORBIDDEN_FOR_PARTY';
  const waits = paymentStatus === 'AWAITING' || paymentStatus === 'FAILED';
  return status === 'PLACED' && waits ? undefined : 'ORDER_NOT_PAYABLE';
}

/** True when some line of the order was delivered or its receipt confirmed: the least that a review needs. */
export const isReviewable = (order: OrderFacts): boolean =>
  order.receiptConfirmed ||
  order.fulfillmentStatus === 'DELIVERED' ||
  order.fulfillmentStatus === 'PARTIALLY_DELIVERED';

export function mayReview(party: OrderParty, order: OrderFacts): Verdict {
  if (party !== 'BUYER') return 'FORBIDDEN_FOR_PARTY';
  return isReviewable(order) ? undefined : 'NOT_DELIVERED';
}

export interface OrderAction {
  readonly action: 'paymentCreate' | 'orderCancel' | 'orderReceiptConfirm' | 'reviewCreate';
  readonly verdict: Verdict;
}

/** What the viewer could do now; those that are never for this party are left out. */
export function actionsFor(party: OrderParty, order: OrderFacts): OrderAction[] {
  const actions: OrderAction[] = [
    { action: 'paymentCreate', verdict: mayPay(party, order) },
    { action: 'orderCancel', verdict: mayCancel(order) },
    { action: 'orderReceiptConfirm', verdict: mayConfirmReceipt(party, order) },
    { action: 'reviewCreate', verdict: mayReview(party, order) },
  ];
  return actions.filter(({ verdict }) => verdict !== 'FORBIDDEN_FOR_PARTY');
}
