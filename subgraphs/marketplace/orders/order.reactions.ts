import type { Reaction } from '#kernel/events/reaction';
import { reaction } from '#contracts/fact';
import type { FactName } from '#contracts/facts';
import type { DisputeStage, OrderFold, ShipmentFold } from './order-fold.rules';
import type { OrderProgressService } from './order-progress.service';
import type { OrderService } from './order.service';

type Lines = readonly { readonly orderLineId: string; readonly quantity: number }[];

const quantities = (lines: Lines): Readonly<Record<string, number>> =>
  Object.fromEntries(lines.map(({ orderLineId, quantity }) => [orderLineId, quantity]));

const shipment = (id: string, news: ShipmentFold): OrderFold => ({ shipments: { [id]: news } });

/**
 * Facts that any news about an order can lead to. News comes in any order, so the last piece to arrive settles the
 * order, whichever it is; units of an ended order come back, and their offer is told anew.
 */
const MAY: readonly FactName[] = [
  'order.progressed',
  'order.confirmed',
  'order.expired',
  'order.cancelled',
  'order.cancellation_refused',
  'order.completed',
  'offer.published',
];

/** Locks orders in id order, so that two groups never wait for each other. */
const sorted = <T extends string>(ids: readonly T[]): T[] => [...ids].sort();

/** Releases that end an order without a delivery or a word of the buyer. */
const DEEMED: readonly string[] = ['TRANSIT_ENDED', 'HELD_TOO_LONG', 'DISPUTE_SETTLED', 'OPERATOR'];

/** States of a dispute in which a decision is there that may still change. */
const DECIDED: readonly string[] = ['DECIDED', 'APPEALED', 'RETURN_ORDERED'];

/** What payments says about the money of orders. */
export const orderMoneyReactions = (progress: OrderProgressService): Reaction[] => [
  reaction('payment.captured', MAY, async (tx, { orderIds }) => {
    for (const id of sorted(orderIds)) await progress.hearIn(tx, id, { captured: true });
  }),
  reaction('payment.failed', MAY, async (tx, { orderIds }) => {
    for (const id of sorted(orderIds)) await progress.hearIn(tx, id, { failed: true });
  }),
  reaction('payment.expired', MAY, async (tx, { orderIds }) => {
    for (const id of sorted(orderIds)) await progress.hearIn(tx, id, { expired: true });
  }),
  reaction('escrow.funded', MAY, (tx, { orderId }) =>
    progress.hearIn(tx, orderId, { funded: true }),
  ),
  reaction('escrow.progressed', MAY, (tx, { orderId, to }, { time }) =>
    progress.hearIn(tx, orderId, { escrow: { at: time.toISOString(), to } }),
  ),
  reaction('escrow.frozen', MAY, (tx, { orderId }, { time }) =>
    progress.hearIn(tx, orderId, { escrow: { at: time.toISOString(), to: 'FROZEN' } }),
  ),
  reaction('escrow.unfrozen', MAY, (tx, { orderId }, { time }) =>
    progress.hearIn(tx, orderId, { escrow: { at: time.toISOString(), to: 'HELD' } }),
  ),
  reaction('escrow.released', MAY, (tx, { orderId, remainingMinor, cause }) =>
    progress.hearIn(tx, orderId, {
      released: true,
      remaining: remainingMinor.toString(),
      ...(cause === 'RECEIPT_CONFIRMED' && { receipt: true }),
      ...(DEEMED.includes(cause) && { deemed: true }),
    }),
  ),
  reaction('refund.succeeded', MAY, (tx, { orderId, refundId, amountMinor, remainingMinor }) =>
    progress.hearIn(tx, orderId, {
      refunds: { [refundId]: amountMinor.toString() },
      remaining: remainingMinor.toString(),
    }),
  ),
];

/** What payments says about disagreements: open until decided, and over when nothing can change any more. */
export const orderDisputeReactions = (progress: OrderProgressService): Reaction[] => {
  const stage = (disputeId: string, to: DisputeStage): OrderFold => ({
    disputes: { [disputeId]: to },
  });
  return [
    reaction('dispute.opened', MAY, (tx, { orderId, disputeId }) =>
      progress.hearIn(tx, orderId, stage(disputeId, 'OPEN')),
    ),
    reaction('dispute.updated', MAY, (tx, { orderId, disputeId, to }) =>
      progress.hearIn(tx, orderId, stage(disputeId, DECIDED.includes(to) ? 'DECIDED' : 'OPEN')),
    ),
    reaction('dispute.decided', MAY, (tx, { orderId, disputeId }) =>
      progress.hearIn(tx, orderId, stage(disputeId, 'DECIDED')),
    ),
    reaction('dispute.closed', MAY, (tx, { orderId, disputeId }) =>
      progress.hearIn(tx, orderId, stage(disputeId, 'CLOSED')),
    ),
  ];
};

/** What fulfillment says about the goods of orders. */
export const orderGoodsReactions = (
  progress: OrderProgressService,
  orders: OrderService,
): Reaction[] => [
  reaction('escrow.ship_overdue', ['order.cancellation_requested'], (tx, { orderId }) =>
    orders.shipOverdueIn(tx, orderId),
  ),
  reaction('fulfillment_order.opened', MAY, (tx, { orderId }) =>
    progress.hearIn(tx, orderId, { opened: true }),
  ),
  reaction('fulfillment_order.cancelled', MAY, (tx, { orderId }) =>
    progress.hearIn(tx, orderId, { granted: true }),
  ),
  reaction('fulfillment_order.cancel_refused', MAY, (tx, { orderId, reason }, { id }) =>
    progress.hearIn(tx, orderId, { refusals: { [id]: true } }, reason),
  ),
  reaction('shipment.created', MAY, (tx, { orderId, shipmentId, lines }) =>
    progress.hearIn(tx, orderId, shipment(shipmentId, { lines: quantities(lines) })),
  ),
  reaction('shipment.shipped', MAY, (tx, { orderId, shipmentId, lines, allShipped }) =>
    progress.hearIn(
      tx,
      orderId,
      shipment(shipmentId, {
        lines: quantities(lines),
        shipped: true,
        ...(allShipped && { shippedLast: true }),
      }),
    ),
  ),
  reaction('shipment.delivered', MAY, (tx, heard, { time }) =>
    progress.hearIn(
      tx,
      heard.orderId,
      shipment(heard.shipmentId, {
        lines: quantities(heard.lines),
        delivery: { at: time.toISOString(), to: 'DELIVERED' },
        ...(heard.allDelivered && { deliveredLast: true }),
      }),
    ),
  ),
  reaction('shipment.delivery_retracted', MAY, (tx, { orderId, shipmentId }, { time }) =>
    progress.hearIn(
      tx,
      orderId,
      shipment(shipmentId, { delivery: { at: time.toISOString(), to: 'RETRACTED' } }),
    ),
  ),
  reaction('shipment.milestone_changed', MAY, (tx, { orderId, shipmentId, to, sequence }) =>
    progress.hearIn(tx, orderId, shipment(shipmentId, { milestone: { sequence, to } })),
  ),
];
