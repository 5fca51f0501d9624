import { orderMachine, type CancellationStatus, type OrderStatus } from './order.machine';
import {
  cancellationStatusOf,
  disputeStatusOf,
  escrowStatusOf,
  fulfillmentStatusOf,
  isSettled,
  type OrderAxes,
  type Ordered,
  paymentStatusOf,
} from './order-axes.rules';
import type { OrderFold } from './order-fold.rules';

/** Who asked to cancel: a party, an operator, or the platform because the seller did not ship in time. */
export type CancellationAsker = 'BUYER' | 'SELLER' | 'OPERATOR' | 'SYSTEM';
export type CancellationFault = 'BUYER' | 'SELLER' | 'PLATFORM';

/** Whose fault a cancellation is. Only a seller's late shipping makes the platform ask by itself. */
export const faultOf = (asker: CancellationAsker): CancellationFault =>
  asker === 'OPERATOR' ? 'PLATFORM' : asker === 'SYSTEM' ? 'SELLER' : asker;

/** What marketplace itself decided about an order; everything else is in the fold. */
export interface OwnDecisions {
  readonly status: OrderStatus;
  readonly receiptConfirmed: boolean;
}

/**
 * All axes after what was heard. The status moves along its machine as far as the facts carry it, so a fact that came
 * too early takes effect when the one it waits for arrives; a final status is never left.
 */
export function settle(own: OwnDecisions, fold: OrderFold, ordered: Ordered): OrderAxes {
  const cancellationStatus = cancellationStatusOf(fold);
  const escrowStatus = escrowStatusOf(fold);
  let status = own.status;
  if (fold.expired === true && escrowStatus === 'NONE') {
    status = orderMachine.next(status, 'expire') ?? status;
  }
  if (escrowStatus !== 'NONE') status = orderMachine.next(status, 'fund') ?? status;
  if (status === 'CONFIRMED') status = endOf(cancellationStatus, own, fold, ordered);
  return {
    status,
    paymentStatus: paymentStatusOf(fold, ordered),
    escrowStatus,
    fulfillmentStatus: fulfillmentStatusOf(fold, ordered),
    cancellationStatus,
    disputeStatus: disputeStatusOf(fold),
  };
}

/** A granted cancellation goes before settling: the refund that follows it empties the escrow too. */
function endOf(
  cancellation: CancellationStatus,
  own: OwnDecisions,
  fold: OrderFold,
  ordered: Ordered,
): OrderStatus {
  if (cancellation === 'GRANTED') return orderMachine.next('CONFIRMED', 'cancel') ?? 'CONFIRMED';
  if (isSettled(fold, ordered, own)) return orderMachine.next('CONFIRMED', 'settle') ?? 'CONFIRMED';
  return 'CONFIRMED';
}

/** The axis that a viewer would notice first between two states, or undefined when nothing changed. */
export function changedAxis(before: OrderAxes, after: OrderAxes): keyof OrderAxes | undefined {
  return AXES.find((axis) => before[axis] !== after[axis]);
}

const AXES = [
  'status',
  'cancellationStatus',
  'disputeStatus',
  'escrowStatus',
  'fulfillmentStatus',
  'paymentStatus',
] as const satisfies readonly (keyof OrderAxes)[];
