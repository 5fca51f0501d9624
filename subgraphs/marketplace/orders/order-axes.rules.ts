import type { CancellationStatus, OrderStatus } from './order.machine';
import { DISPUTE_STAGES, type OrderFold, type ShipmentFold } from './order-fold.rules';

export const PAYMENT_STATUSES = [
  'AWAITING',
  'PAID',
  'FAILED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
] as const;
export type OrderPaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const ESCROW_STATUSES = ['NONE', 'HELD', 'FROZEN', 'RELEASED', 'REFUNDED', 'SPLIT'] as const;
export type OrderEscrowStatus = (typeof ESCROW_STATUSES)[number];

export const DISPUTE_STATUSES = ['NONE', ...DISPUTE_STAGES] as const;
export type OrderDisputeStatus = (typeof DISPUTE_STATUSES)[number];

export const FULFILLMENT_STATUSES = [
  'UNFULFILLED',
  'IN_PROGRESS',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'PARTIALLY_DELIVERED',
  'DELIVERED',
  'RETURNING',
  'RETURNED',
] as const;
export type OrderFulfillmentStatus = (typeof FULFILLMENT_STATUSES)[number];

/** What was ordered: the measure of "all". */
export interface Ordered {
  readonly totalMinor: bigint;
  /** Quantity by order line id. */
  readonly quantities: Readonly<Record<string, number>>;
}

const ZERO = 0n;

/** Minor units paid back so far. */
const refundedMinor = ({ refunds = {} }: OrderFold): bigint =>
  Object.values(refunds).reduce((sum, amount) => sum + BigInt(amount), ZERO);

const isFunded = (fold: OrderFold): boolean =>
  fold.funded === true || fold.released === true || fold.remaining !== undefined;

export function paymentStatusOf(fold: OrderFold, { totalMinor }: Ordered): OrderPaymentStatus {
  const refunded = refundedMinor(fold);
  if (refunded > ZERO) return refunded >= totalMinor ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  if (fold.captured === true || isFunded(fold)) return 'PAID';
  return fold.failed === true ? 'FAILED' : 'AWAITING';
}

export function escrowStatusOf(fold: OrderFold): OrderEscrowStatus {
  if (!isFunded(fold)) return 'NONE';
  if (nothingHeld(fold)) {
    if (fold.released !== true) return 'REFUNDED';
    return refundedMinor(fold) > ZERO ? 'SPLIT' : 'RELEASED';
  }
  return fold.escrow?.to === 'FROZEN' ? 'FROZEN' : 'HELD';
}

/** The least settled of an order's disputes. */
export function disputeStatusOf({ disputes = {} }: OrderFold): OrderDisputeStatus {
  const heard = Object.values(disputes);
  return DISPUTE_STAGES.find((one) => heard.includes(one)) ?? 'NONE';
}

/** Buyer and seller disagree, and nothing stands yet. */
const isDisputed = (status: OrderDisputeStatus): boolean =>
  status === 'OPEN' || status === 'DECIDED';

/** All money has left the escrow. */
const nothingHeld = ({ remaining }: OrderFold): boolean =>
  remaining !== undefined && BigInt(remaining) === ZERO;

const isDelivered = ({ delivery }: ShipmentFold): boolean => delivery?.to === 'DELIVERED';

/** A delivered shipment was shipped, whether that was heard yet or not. */
const isShipped = (shipment: ShipmentFold): boolean =>
  shipment.shipped === true || shipment.delivery !== undefined;

/** Quantity by order line over the shipments chosen. */
function quantitiesOf(
  fold: OrderFold,
  chosen: (shipment: ShipmentFold) => boolean,
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const shipment of Object.values(fold.shipments ?? {}).filter(chosen)) {
    for (const [line, quantity] of Object.entries(shipment.lines ?? {})) {
      sums[line] = (sums[line] ?? 0) + quantity;
    }
  }
  return sums;
}

export const shippedQuantities = (fold: OrderFold): Record<string, number> =>
  quantitiesOf(fold, isShipped);
export const deliveredQuantities = (fold: OrderFold): Record<string, number> =>
  quantitiesOf(fold, isDelivered);

const covers = (sums: Record<string, number>, { quantities }: Ordered): boolean =>
  Object.entries(quantities).every(([line, quantity]) => (sums[line] ?? 0) >= quantity);

export function fulfillmentStatusOf(fold: OrderFold, ordered: Ordered): OrderFulfillmentStatus {
  const shipments = Object.values(fold.shipments ?? {});
  const shipped = shipments.filter(isShipped);
  const delivered = shipped.filter(isDelivered);
  const back = shipments.filter((s) => s.milestone?.to === 'RETURNED').length;
  if (back > 0 && back === shipped.length) return 'RETURNED';
  if (back > 0 || shipments.some((s) => s.milestone?.to === 'RETURNING')) return 'RETURNING';
  if (
    covers(deliveredQuantities(fold), ordered) ||
    (delivered.length === shipped.length && delivered.some((s) => s.deliveredLast === true))
  ) {
    return 'DELIVERED';
  }
  if (delivered.length > 0) return 'PARTIALLY_DELIVERED';
  if (allShipped(fold, ordered)) return 'SHIPPED';
  if (shipped.length > 0) return 'PARTIALLY_SHIPPED';
  return fold.opened === true || shipments.length > 0 ? 'IN_PROGRESS' : 'UNFULFILLED';
}

/** Nothing is left to ship. */
export const allShipped = (fold: OrderFold, ordered: Ordered): boolean =>
  covers(shippedQuantities(fold), ordered) ||
  Object.values(fold.shipments ?? {}).some((s) => s.shippedLast === true);

/** Something has left the seller's hands. */
export const somethingShipped = (fold: OrderFold): boolean =>
  Object.values(fold.shipments ?? {}).some(isShipped);

/** True when the money is all gone from the escrow, undisputed, and the buyer has the goods or the money. */
export function isSettled(
  fold: OrderFold,
  ordered: Ordered,
  own: { readonly receiptConfirmed: boolean },
): boolean {
  if (!nothingHeld(fold) || isDisputed(disputeStatusOf(fold))) return false;
  const fulfillment = fulfillmentStatusOf(fold, ordered);
  return (
    own.receiptConfirmed ||
    fold.receipt === true ||
    fold.deemed === true ||
    fulfillment === 'DELIVERED' ||
    fulfillment === 'RETURNED' ||
    paymentStatusOf(fold, ordered) === 'REFUNDED'
  );
}

export type OrderOutcome = 'KEPT' | 'PARTLY_REFUNDED' | 'REFUNDED';

/** How a completed order ended for the buyer's money. */
export function outcomeOf(fold: OrderFold, ordered: Ordered): OrderOutcome {
  const status = paymentStatusOf(fold, ordered);
  if (status === 'REFUNDED') return 'REFUNDED';
  return status === 'PARTIALLY_REFUNDED' ? 'PARTLY_REFUNDED' : 'KEPT';
}

/** Cancellation as asked here and answered by fulfillment: it waits while there are more requests than answers. */
export function cancellationStatusOf({
  asked,
  granted,
  refusals = {},
}: OrderFold): CancellationStatus {
  if (asked === undefined) return 'NONE';
  if (granted === true) return 'GRANTED';
  return Object.keys(refusals).length >= asked ? 'REFUSED' : 'REQUESTED';
}

export const DISPLAY_STATUSES = [
  'AWAITING_PAYMENT',
  'PAYMENT_FAILED',
  'CONFIRMED',
  'CANCELLATION_REQUESTED',
  'DISPUTED',
  'ON_HOLD',
  'IN_PROGRESS',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'PARTIALLY_DELIVERED',
  'DELIVERED',
  'RETURNING',
  'RETURNED',
  'COMPLETED',
  'REFUNDED',
  'CANCELLED',
  'EXPIRED',
] as const;
export type OrderDisplayStatus = (typeof DISPLAY_STATUSES)[number];

export interface OrderAxes {
  readonly status: OrderStatus;
  readonly paymentStatus: OrderPaymentStatus;
  readonly escrowStatus: OrderEscrowStatus;
  readonly fulfillmentStatus: OrderFulfillmentStatus;
  readonly cancellationStatus: CancellationStatus;
  readonly disputeStatus: OrderDisputeStatus;
}

/** The one status to show where there is room for one. */
export function displayStatusOf(axes: OrderAxes): OrderDisplayStatus {
  switch (axes.status) {
    case 'PLACED':
      return axes.paymentStatus === 'FAILED' ? 'PAYMENT_FAILED' : 'AWAITING_PAYMENT';
    case 'CANCELLED':
    case 'EXPIRED':
      return axes.status;
    case 'COMPLETED':
      if (isDisputed(axes.disputeStatus)) return 'DISPUTED';
      return axes.paymentStatus === 'REFUNDED' ? 'REFUNDED' : 'COMPLETED';
    case 'CONFIRMED':
      if (axes.cancellationStatus === 'REQUESTED') return 'CANCELLATION_REQUESTED';
      if (isDisputed(axes.disputeStatus)) return 'DISPUTED';
      if (axes.escrowStatus === 'FROZEN') return 'ON_HOLD';
      return axes.fulfillmentStatus === 'UNFULFILLED' ? 'CONFIRMED' : axes.fulfillmentStatus;
  }
}

/** A group's status: the least advanced of its orders that are still alive, else how they ended. */
export function groupStatusOf(statuses: readonly OrderStatus[]): OrderStatus {
  for (const status of ['PLACED', 'CONFIRMED', 'COMPLETED', 'CANCELLED'] as const) {
    if (statuses.includes(status)) return status;
  }
  return 'EXPIRED';
}
