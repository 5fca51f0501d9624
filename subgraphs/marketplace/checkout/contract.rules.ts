import type { AccountId } from '#contracts/ids';
import { type ContractText, contractText } from '#contracts/order-contract';
import { CURRENT_POLICY } from '#contracts/trade-policy';
import type { PlannedOrder } from './placement.service';
import type { Amounts } from './split.rules';

/** What holds for every order of a group. */
export interface Agreed {
  readonly buyerId: AccountId;
  readonly currency: string;
  readonly shipTo: { readonly country: string };
  readonly placedAt: Date;
}

/** The contract of an order as both parties accept it, under the policy of the day. It says nothing of commission. */
export const contractOf = (agreed: Agreed, order: PlannedOrder): ContractText =>
  contractText({
    orderId: order.id,
    number: order.number,
    buyerId: agreed.buyerId,
    sellerId: order.sellerId,
    placedAt: agreed.placedAt.toISOString(),
    currency: agreed.currency,
    shipTo: agreed.shipTo.country,
    policyVersion: CURRENT_POLICY.version,
    inspection: CURRENT_POLICY.inspection,
    lines: order.lines.map(({ id, agreed: line, amounts }) => ({
      orderLineId: id,
      offerId: line.offerId,
      productId: line.productId,
      variantId: line.variantId,
      title: line.title,
      quantity: line.quantity,
      unitMinor: line.unitMinor.toString(),
      handlingDays: line.handlingDays,
      ...textOf(amounts),
    })),
    ...textOf(order.amounts),
  });

const textOf = ({ subtotalMinor, shippingMinor, taxMinor, totalMinor }: Amounts) => ({
  goodsMinor: subtotalMinor.toString(),
  shippingMinor: shippingMinor.toString(),
  taxMinor: taxMinor.toString(),
  totalMinor: totalMinor.toString(),
});
