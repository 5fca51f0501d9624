import { z } from 'zod';
import { currency, id, instant, minor, orderParties, quantities } from './fact-fields';
import {
  accountIds,
  disputeIds,
  fulfillmentOrderIds,
  orderIds,
  sellerIds,
  shipmentIds,
} from './ids';

const shipment = {
  shipmentId: id(shipmentIds),
  orderId: id(orderIds),
  sellerId: id(sellerIds),
  buyerId: id(accountIds),
};

/** What fulfillment tells: of orders to ship, of parcels, of labels. */
export const fulfillmentFacts = {
  'fulfillment_order.opened': z.object({
    ...orderParties,
    fulfillmentOrderId: id(fulfillmentOrderIds),
    shipBy: instant,
  }),
  'fulfillment_order.cancelled': z.object({
    ...orderParties,
    fulfillmentOrderId: id(fulfillmentOrderIds),
    reason: z.string(),
  }),
  'fulfillment_order.cancel_refused': z.object({
    ...orderParties,
    fulfillmentOrderId: id(fulfillmentOrderIds),
    reason: z.string(),
  }),
  'fulfillment_order.progressed': z.object({
    ...orderParties,
    fulfillmentOrderId: id(fulfillmentOrderIds),
    to: z.string(),
  }),
  'shipment.created': z.object({ ...shipment, lines: quantities }),
  'shipment.shipped': z.object({
    ...shipment,
    lines: quantities,
    allShipped: z.boolean(),
    occurredAt: instant,
    tracked: z.boolean(),
    service: z.enum(['STANDARD', 'EXPRESS', 'SEA']).default('STANDARD'),
    /** A digest of each parcel's number at its carrier, as far as there is one: the same for the same number. */
    trackings: z.array(z.string()).optional(),
  }),
  'shipment.milestone_changed': z.object({
    ...shipment,
    from: z.string(),
    to: z.string(),
    occurredAt: instant,
    sequence: z.int(),
  }),
  'shipment.delivered': z.object({
    ...shipment,
    lines: quantities,
    allDelivered: z.boolean(),
    occurredAt: instant,
    /** True when the carrier names another place than the order's address; absent when it does not say. */
    elsewhere: z.boolean().optional(),
  }),
  'shipment.delivery_retracted': z.object({ ...shipment, reason: z.string() }),
  'shipment.lost': z.object(shipment),
  // more is known of its way, but its milestone is the same
  'shipment.tracking_updated': z.object({ ...shipment, eventCode: z.string() }),
  // goods that a dispute sends back have reached the seller
  'return.received': z.object({ ...orderParties, disputeId: id(disputeIds), occurredAt: instant }),
  'label.charged': z.object({
    labelId: z.string(),
    shipmentId: id(shipmentIds),
    orderId: id(orderIds),
    sellerId: id(sellerIds),
    amountMinor: minor,
    currency,
    payer: z.enum(['SELLER', 'PLATFORM']),
  }),
  'label.refunded': z.object({
    labelId: z.string(),
    shipmentId: id(shipmentIds),
    orderId: id(orderIds),
    sellerId: id(sellerIds),
    amountMinor: minor,
    currency,
    payer: z.enum(['SELLER', 'PLATFORM']),
  }),
} as const;
