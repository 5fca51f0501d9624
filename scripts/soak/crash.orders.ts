import {
  type AccountId,
  type OrderId,
  type SellerId,
  type ShipmentId,
  orderGroupIds,
  orderIds,
  orderLineIds,
  sellerIds,
  shipmentIds,
} from '#contracts/ids';
import type { PaymentRequestInput } from '#contracts/payment-request';

/** An order of one seller and the parcel that it will travel in. */
export interface Order {
  readonly orderId: OrderId;
  readonly sellerId: SellerId;
  readonly orderLineId: string;
  readonly shipmentId: ShipmentId;
}

const TOTALS = [1_999n, 5_000n, 12_345n, 49_900n];

/** What a buyer pays at once: an order, or in one case of five two of them. */
export function orderGroup(
  buyerId: AccountId,
  sellers: readonly SellerId[],
  random: () => number,
): { request: PaymentRequestInput; orders: Order[] } {
  const count = random() < 0.2 ? 2 : 1;
  const made = Array.from({ length: count }, () => {
    const total = TOTALS[Math.floor(random() * TOTALS.length)] ?? 0n;
    const order = {
      orderId: orderIds.create(),
      sellerId: sellers[Math.floor(random() * sellers.length)] ?? sellerIds.create(),
      orderLineId: orderLineIds.create(),
      shipmentId: shipmentIds.create(),
    };
    const { orderId, sellerId, orderLineId } = order;
    const fees = {
      commissionMinor: String(total / 10n),
      taxMinor: String((total * 19n) / 1000n),
    };
    const lines = [{ orderLineId, quantity: 1, amountMinor: String(total), ...fees }];
    return {
      order,
      total,
      terms: { orderId, sellerId, totalMinor: String(total), ...fees, lines },
    };
  });
  const request = {
    orderGroupId: orderGroupIds.create(),
    part: 'WHOLE' as const,
    buyerId,
    currency: 'EUR',
    totalMinor: String(made.reduce((sum, one) => sum + one.total, 0n)),
    orders: made.map(({ terms }) => terms),
  };
  return { request, orders: made.map(({ order }) => order) };
}
