import { z } from 'zod';
import { address, country, currency, id, instant, minor } from './fact-fields';
import {
  accountIds,
  escrowIds,
  fulfillmentOrderIds,
  merchantIds,
  offerIds,
  orderGroupIds,
  orderIds,
  orderLineIds,
  paymentIds,
  payoutIds,
  productIds,
  refundIds,
  sellerIds,
  shipmentIds,
  variantIds,
} from './ids';

const order = { orderId: id(orderIds), sellerId: id(sellerIds), buyerId: id(accountIds) };
const escrow = { ...order, escrowId: id(escrowIds) };
const shipment = {
  shipmentId: id(shipmentIds),
  orderId: id(orderIds),
  sellerId: id(sellerIds),
  buyerId: id(accountIds),
};
const quantities = z.array(
  z.object({ orderLineId: id(orderLineIds), quantity: z.int().positive() }),
);

/** Terms of one seller's order that payments must know to hold and split the money. */
export const orderTerms = z.object({
  orderId: id(orderIds),
  sellerId: id(sellerIds),
  totalMinor: minor,
  commissionMinor: minor,
  taxMinor: minor,
});

/**
 * Every fact that one subgraph tells the others, in the order of an order's life. Facts carry ids and values, never
 * entities. Each is checked against this table when it is told and when it is heard.
 */
export const facts = {
  // marketplace
  'account.access_changed': z.object({ accountId: id(accountIds), permVersion: z.int() }),
  'seller.opened': z.object({
    sellerId: id(sellerIds),
    accountId: id(accountIds),
    country,
    handle: z.string(),
    displayName: z.string(),
  }),
  'offer.published': z.object({
    offerId: id(offerIds),
    variantId: id(variantIds),
    productId: id(productIds),
    productTitle: z.string(),
    sellerId: id(sellerIds),
    unitMinor: minor,
    shippingMinor: minor,
    currency,
    inStock: z.boolean(),
    version: z.int(),
  }),
  'order_group.placed': z.object({
    orderGroupId: id(orderGroupIds),
    buyerId: id(accountIds),
    currency,
    totalMinor: minor,
    orders: z.array(orderTerms),
  }),
  'order.placed': z.object({
    ...order,
    orderGroupId: id(orderGroupIds),
    number: z.string(),
    currency,
    totalMinor: minor,
    commissionMinor: minor,
    shippingMinor: minor,
    shipTo: address,
    lines: z.array(
      z.object({
        orderLineId: id(orderLineIds),
        offerId: id(offerIds),
        productId: id(productIds),
        variantId: id(variantIds),
        title: z.string(),
        quantity: z.int().positive(),
        unitMinor: minor,
        shippingMinor: minor,
        commissionMinor: minor,
        weightG: z.int(),
        lengthCm: z.int(),
        widthCm: z.int(),
        heightCm: z.int(),
        handlingDays: z.int(),
      }),
    ),
  }),
  'order.confirmed': z.object(order),
  'order.expired': z.object(order),
  'order.cancellation_requested': z.object({
    ...order,
    requestedBy: z.enum(['BUYER', 'SELLER', 'SYSTEM']),
    reason: z.string(),
  }),
  'order.cancellation_refused': z.object({ ...order, reason: z.string() }),
  'order.cancelled': z.object({
    ...order,
    fault: z.enum(['BUYER', 'SELLER', 'PLATFORM']),
    reason: z.string(),
  }),
  'order.receipt_confirmed': z.object(order),
  'order.progressed': z.object({ ...order, axis: z.string(), to: z.string() }),
  'order.completed': z.object({
    ...order,
    outcome: z.enum(['KEPT', 'PARTLY_REFUNDED', 'REFUNDED']),
  }),
  'review.published': z.object({
    ...order,
    orderLineId: id(orderLineIds),
    productId: id(productIds),
    stars: z.int().min(1).max(5),
  }),
  // payments
  'payment.captured': z.object({
    paymentId: id(paymentIds),
    orderGroupId: id(orderGroupIds),
    orderIds: z.array(id(orderIds)),
    amountMinor: minor,
    currency,
  }),
  'payment.failed': z.object({
    paymentId: id(paymentIds),
    orderGroupId: id(orderGroupIds),
    orderIds: z.array(id(orderIds)),
    reason: z.string(),
  }),
  'payment.expired': z.object({ orderGroupId: id(orderGroupIds), orderIds: z.array(id(orderIds)) }),
  'escrow.funded': z.object({ ...escrow, amountMinor: minor, currency }),
  'escrow.progressed': z.object({ ...escrow, to: z.string() }),
  'escrow.ship_overdue': z.object(escrow),
  'escrow.released': z.object({
    ...escrow,
    grossMinor: minor,
    commissionMinor: minor,
    taxMinor: minor,
    netMinor: minor,
    remainingMinor: minor,
    currency,
    cause: z.enum(['RECEIPT_CONFIRMED', 'INSPECTION_ENDED', 'TRANSIT_ENDED', 'OPERATOR']),
  }),
  'refund.succeeded': z.object({
    ...escrow,
    refundId: id(refundIds),
    amountMinor: minor,
    remainingMinor: minor,
    currency,
    cause: z.string(),
  }),
  'refund.failed': z.object({ ...escrow, refundId: id(refundIds), amountMinor: minor, currency }),
  'payout.submitted': z.object({
    payoutId: id(payoutIds),
    sellerId: id(sellerIds),
    amountMinor: minor,
    currency,
  }),
  'payout.paid': z.object({
    payoutId: id(payoutIds),
    sellerId: id(sellerIds),
    amountMinor: minor,
    currency,
  }),
  'payout.failed': z.object({
    payoutId: id(payoutIds),
    sellerId: id(sellerIds),
    amountMinor: minor,
    currency,
  }),
  'payout.returned': z.object({
    payoutId: id(payoutIds),
    sellerId: id(sellerIds),
    amountMinor: minor,
    currency,
  }),
  // fulfillment
  'fulfillment_order.opened': z.object({
    ...order,
    fulfillmentOrderId: id(fulfillmentOrderIds),
    shipBy: instant,
  }),
  'fulfillment_order.cancelled': z.object({
    ...order,
    fulfillmentOrderId: id(fulfillmentOrderIds),
    reason: z.string(),
  }),
  'fulfillment_order.cancel_refused': z.object({
    ...order,
    fulfillmentOrderId: id(fulfillmentOrderIds),
    reason: z.string(),
  }),
  'fulfillment_order.progressed': z.object({
    ...order,
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
  }),
  'shipment.delivery_retracted': z.object({ ...shipment, reason: z.string() }),
  'shipment.lost': z.object(shipment),
  // more is known of its way, but its milestone is the same
  'shipment.tracking_updated': z.object({ ...shipment, eventCode: z.string() }),
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
  // merchant-services
  'merchant.verification_changed': z.object({
    merchantId: id(merchantIds),
    sellerIds: z.array(id(sellerIds)),
    state: z.string(),
    level: z.int(),
    gates: z.object({ SELL: z.boolean(), PAYOUT: z.boolean() }),
    version: z.int(),
  }),
  'api_key.created': z.object({
    keyId: z.string(),
    merchantId: id(merchantIds),
    scopes: z.array(z.string()),
  }),
  'api_key.rotated': z.object({ keyId: z.string(), merchantId: id(merchantIds) }),
  'api_key.revoked': z.object({ keyId: z.string(), merchantId: id(merchantIds) }),
} as const;

export type FactName = keyof typeof facts;
/** What is given to tell a fact (ids, strings). */
export type FactInput<N extends FactName> = z.input<(typeof facts)[N]>;
/** What is heard (branded ids, bigint amounts, dates). */
export type FactData<N extends FactName> = z.output<(typeof facts)[N]>;
