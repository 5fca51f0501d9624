import { z } from 'zod';
import { address, country, currency, id, minor, orderParties } from './fact-fields';
import {
  accountIds,
  offerIds,
  orderGroupIds,
  orderLineIds,
  productIds,
  sellerIds,
  variantIds,
} from './ids';
import { orderTerms } from './order-terms';

/** What marketplace tells, in the order of an order’s life. */
export const marketplaceFacts = {
  'account.access_changed': z.object({ accountId: id(accountIds), permVersion: z.int() }),
  'seller.opened': z.object({
    sellerId: id(sellerIds),
    accountId: id(accountIds),
    country,
    handle: z.string(),
    displayName: z.string(),
  }),
  'seller_trust.changed': z.object({
    sellerId: id(sellerIds),
    tier: z.enum(['NEW', 'STANDARD', 'TRUSTED', 'RESTRICTED']),
    reasons: z.array(z.string()),
    version: z.int(),
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
    ...orderParties,
    orderGroupId: id(orderGroupIds),
    number: z.string(),
    currency,
    totalMinor: minor,
    commissionMinor: minor,
    shippingMinor: minor,
    shipTo: address,
    /** The contract's canonical text (`order-contract.ts`). */
    contract: z.string().default(''),
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
  'order.confirmed': z.object(orderParties),
  'order.expired': z.object(orderParties),
  'order.cancellation_requested': z.object({
    ...orderParties,
    requestedBy: z.enum(['BUYER', 'SELLER', 'SYSTEM']),
    reason: z.string(),
  }),
  'order.cancellation_refused': z.object({ ...orderParties, reason: z.string() }),
  'order.cancelled': z.object({
    ...orderParties,
    fault: z.enum(['BUYER', 'SELLER', 'PLATFORM']),
    reason: z.string(),
  }),
  'order.receipt_confirmed': z.object(orderParties),
  'order.progressed': z.object({ ...orderParties, axis: z.string(), to: z.string() }),
  'order.completed': z.object({
    ...orderParties,
    outcome: z.enum(['KEPT', 'PARTLY_REFUNDED', 'REFUNDED']),
  }),
  'review.published': z.object({
    ...orderParties,
    orderLineId: id(orderLineIds),
    productId: id(productIds),
    stars: z.int().min(1).max(5),
  }),
} as const;
