import { z } from 'zod';
import { canonicalText, sha256 } from '#kernel/json/canonical';
import { country, currency } from './fact-fields';

const minorText = z.string().regex(/^\d{1,19}$/);
const days = z.int().nonnegative();

const amounts = {
  goodsMinor: minorText,
  shippingMinor: minorText,
  taxMinor: minorText,
  totalMinor: minorText,
};

/**
 * What buyer and seller agreed on when an order was placed: what a case is judged by. It names no person and no street,
 * and nothing that one party keeps from the other. Amounts are minor units as text.
 */
export const orderContract = z.strictObject({
  orderId: z.string(),
  number: z.string(),
  buyerId: z.string(),
  sellerId: z.string(),
  placedAt: z.iso.datetime(),
  currency,
  shipTo: country,
  policyVersion: z.string(),
  inspection: z.strictObject({ days, newSellerDays: days, digitalDays: days }),
  lines: z.array(
    z.strictObject({
      orderLineId: z.string(),
      offerId: z.string(),
      productId: z.string(),
      variantId: z.string(),
      title: z.string(),
      quantity: z.int().positive(),
      unitMinor: minorText,
      handlingDays: days,
      ...amounts,
    }),
  ),
  ...amounts,
});
export type OrderContract = z.infer<typeof orderContract>;

/** A contract as it is kept: its one text, and the SHA-256 of it by which everybody names it. */
export interface ContractText {
  readonly text: string;
  readonly hash: string;
}

export function contractText(contract: OrderContract): ContractText {
  const text = canonicalText(contract);
  return { text, hash: sha256(text) };
}
