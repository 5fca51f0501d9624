import { type Id, idKind } from '#kernel/ids/id';

/** Kinds of ids that more than one subgraph speaks of. A kind used by one subgraph only lives there. */
export const accountIds = idKind('acc');
export const sellerIds = idKind('sel');
export const productIds = idKind('prd');
export const variantIds = idKind('var');
export const offerIds = idKind('off');
export const orderGroupIds = idKind('ogr');
export const orderIds = idKind('ord');
export const orderLineIds = idKind('oln');
export const paymentIds = idKind('pay');
export const escrowIds = idKind('esc');
export const trancheIds = idKind('trn');
export const refundIds = idKind('rfd');
export const disputeIds = idKind('dsp');
export const payoutIds = idKind('pyt');
export const fulfillmentOrderIds = idKind('ful');
export const shipmentIds = idKind('shp');
export const merchantIds = idKind('mer');
export const chargebackIds = idKind('cbk');

export type AccountId = Id<'acc'>;
export type SellerId = Id<'sel'>;
export type ProductId = Id<'prd'>;
export type VariantId = Id<'var'>;
export type OfferId = Id<'off'>;
export type OrderGroupId = Id<'ogr'>;
export type OrderId = Id<'ord'>;
export type OrderLineId = Id<'oln'>;
export type PaymentId = Id<'pay'>;
export type EscrowId = Id<'esc'>;
export type TrancheId = Id<'trn'>;
export type RefundId = Id<'rfd'>;
export type DisputeId = Id<'dsp'>;
export type PayoutId = Id<'pyt'>;
export type FulfillmentOrderId = Id<'ful'>;
export type ShipmentId = Id<'shp'>;
export type MerchantId = Id<'mer'>;
export type ChargebackId = Id<'cbk'>;

/** Live topics. A fact about an order from any subgraph also carries the order's topic. */
export const topics = {
  order: (id: OrderId): string => `order:${id}`,
  orderGroup: (id: OrderGroupId): string => `order_group:${id}`,
  escrow: (id: EscrowId): string => `escrow:${id}`,
  dispute: (id: DisputeId): string => `dispute:${id}`,
  payment: (id: PaymentId): string => `payment:${id}`,
  payout: (id: PayoutId): string => `payout:${id}`,
  shipment: (id: ShipmentId): string => `shipment:${id}`,
  sellerOrders: (id: SellerId): string => `seller:${id}:orders`,
  sellerBalance: (id: SellerId): string => `seller:${id}:balance`,
} as const;
