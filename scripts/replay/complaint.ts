import type { OlistItem, OlistOrder } from './olist.files';

/** What a buyer does about goods that did not come, for one seller's part of an order. Amounts in minor units. */
export type Complaint =
  /** The buyer claims all of it and the seller agrees. */
  | { readonly kind: 'CLAIM_ACCEPTED'; readonly refundMinor: bigint }
  /** The buyer claims all of it, the seller offers a part, the buyer takes it. */
  | { readonly kind: 'PART_AGREED'; readonly refundMinor: bigint }
  /** No dispute: the seller gives back a part. */
  | { readonly kind: 'PART_REFUNDED'; readonly refundMinor: bigint };

const costOf = (items: readonly OlistItem[]): bigint =>
  items.reduce((sum, { priceMinor, freightMinor }) => sum + priceMinor + freightMinor, 0n);

/**
 * The files say that an order was called off on its way, or never arrived; not how its money was fought over. So what is
 * called off is claimed in full, and of what never arrived every other order is haggled over for the half, every other
 * one gets its freight back (or a third, where it was free).
 */
export function complaintOf(file: OlistOrder, sellerId: string): Complaint | undefined {
  const items = file.items.filter((item) => item.sellerId === sellerId);
  const cost = costOf(items);
  if (!file.approved || !file.handedOver) return undefined;
  if (file.status === 'canceled') return { kind: 'CLAIM_ACCEPTED', refundMinor: cost };
  if (file.status !== 'shipped') return undefined;
  if (parseInt(file.id.slice(-1), 16) % 2 === 0) {
    return { kind: 'PART_AGREED', refundMinor: (cost + 1n) / 2n };
  }
  const freight = items.reduce((sum, { freightMinor }) => sum + freightMinor, 0n);
  return { kind: 'PART_REFUNDED', refundMinor: freight > 0n ? freight : (cost + 2n) / 3n };
}

/** What goes back to the buyer over all sellers of an order. */
export const complainedOf = (file: OlistOrder): bigint =>
  [...new Set(file.items.map(({ sellerId }) => sellerId))].reduce(
    (sum, sellerId) => sum + (complaintOf(file, sellerId)?.refundMinor ?? 0n),
    0n,
  );
