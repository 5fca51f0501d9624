import {
  mayReviewLine,
  type ReviewRefusal,
  type ReviewableLine,
  type ReviewableOrder,
} from '../reviews/review.rules';
import type { OrderAxes } from './order-axes.rules';
import { cancellationMachine, orderMachine } from './order.machine';

/** Who the viewer is to an order. */
export type OrderParty = 'BUYER' | 'SELLER' | 'OPERATOR';

/** What the rules need to know of an order. */
export interface OrderFacts extends OrderAxes, ReviewableOrder {
  readonly somethingShipped: boolean;
  readonly lines: readonly ReviewableLine[];
}

export type OrderRefusalCode =
  | 'FORBIDDEN_FOR_PARTY'
  | 'ORDER_NOT_CANCELLABLE'
  | 'CANCELLATION_PENDING'
  | 'ORDER_NOT_PAYABLE'
  | 'ESCROW_NOT_FUNDED'
  | 'NOT_SHIPPED'
  | 'RECEIPT_ALREADY_CONFIRMED'
  | 'ORDER_CLOSED';

/** Undefined: go ahead. Otherwise the code of the refusal. */
export type Verdict = OrderRefusalCode | ReviewRefusal | undefined;

/** May the order be called off: at once before payment, by request after it. Both parties and an operator may ask. */
export function mayCancel({
  status,
  cancellationStatus,
  somethingShipped,
}: OrderFacts): OrderRefusalCode | undefined {
  if (orderMachine.next(status, 'cancel') === undefined) return 'ORDER_NOT_CANCELLABLE';
  if (status === 'PLACED') return undefined;
  if (somethingShipped) return 'ORDER_NOT_CANCELLABLE';
  if (cancellationMachine.next(cancellationStatus, 'request') !== undefined) return undefined;
  return cancellationStatus === 'REQUESTED' ? 'CANCELLATION_PENDING' : 'ORDER_NOT_CANCELLABLE';
}

/** The buyer says that the goods are here, which releases the money. */
export function mayConfirmReceipt(
  party: OrderParty,
  order: OrderFacts,
): OrderRefusalCode | undefined {
  if (party !== 'BUYER') return 'FORBIDDEN_FOR_PARTY';
  if (order.receiptConfirmed) return 'RECEIPT_ALREADY_CONFIRMED';
  if (orderMachine.isFinal(order.status)) return 'ORDER_CLOSED';
  if (order.escrowStatus === 'NONE') return 'ESCROW_NOT_FUNDED';
  return order.somethingShipped ? undefined : 'NOT_SHIPPED';
}

/** Paying is the group's matter, but each order says whether it waits for it. */
function mayPay(party: OrderParty, { status, paymentStatus }: OrderFacts): Verdict {
  if (party !== 'BUYER') return 'FORBIDDEN_FOR_PARTY';
  const waits = paymentStatus === 'AWAITING' || paymentStatus === 'FAILED';
  return status === 'PLACED' && waits ? undefined : 'ORDER_NOT_PAYABLE';
}

/** Reviews are of lines: this is the answer for the line that can be reviewed most easily. */
function mayReview(party: OrderParty, order: OrderFacts): Verdict {
  if (party !== 'BUYER') return 'FORBIDDEN_FOR_PARTY';
  const verdicts = order.lines.map((line) => mayReviewLine(order, line));
  return verdicts.includes(undefined) ? undefined : (verdicts[0] ?? 'NOT_DELIVERED');
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
