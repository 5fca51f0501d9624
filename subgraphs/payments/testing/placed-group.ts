import {
  type AccountId,
  type OrderId,
  type OrderLineId,
  type SellerId,
  accountIds,
  orderGroupIds,
  orderIds,
  orderLineIds,
  sellerIds,
} from '#contracts/ids';
import type { PaymentRequestInput } from '#contracts/payment-request';

/** An order group as marketplace would place it. */
export interface PlacedGroup {
  readonly request: PaymentRequestInput;
  readonly buyerId: AccountId;
  readonly orders: readonly {
    readonly orderId: OrderId;
    readonly sellerId: SellerId;
    readonly lines: readonly { readonly orderLineId: OrderLineId; readonly quantity: number }[];
  }[];
}

const pricesOf = (total: bigint) => ({
  totalMinor: String(total),
  commissionMinor: String(total / 10n),
  taxMinor: String((total * 19n) / 1000n),
});

/** Lines of one order: quantity and what they cost together. */
export type OrderLines = readonly (readonly [number, bigint])[];

/** A group of orders made of these lines (commission 10 %, tax 1.9 %), each of another seller. */
export function placedGroup(
  orderLines: readonly OrderLines[],
  buyerId = accountIds.create(),
): PlacedGroup {
  const totals = orderLines.map((lines) => lines.reduce((sum, [, cost]) => sum + cost, 0n));
  const orders = totals.map((total, n) => ({
    orderId: orderIds.create(),
    sellerId: sellerIds.create(),
    ...pricesOf(total),
    lines: (orderLines[n] ?? []).map(([quantity, cost]) => {
      const { totalMinor: amountMinor, ...fees } = pricesOf(cost);
      return { orderLineId: orderLineIds.create(), quantity, amountMinor, ...fees };
    }),
  }));
  const totalMinor = String(totals.reduce((a, b) => a + b, 0n));
  const orderGroupId = orderGroupIds.create();
  const base = { orderGroupId, buyerId, currency: 'EUR', totalMinor, orders };
  return { request: { ...base, part: 'WHOLE' as const }, buyerId, orders };
}
