import type { NewFact } from '#kernel/events/fact';
import type { Address } from '#contracts/fact-fields';
import { fact } from '#contracts/fact';
import type { ContractText } from '#contracts/order-contract';
import {
  type AccountId,
  type OrderGroupId,
  type OrderId,
  type OrderLineId,
  orderIds,
  orderLineIds,
  topics,
} from '#contracts/ids';
import type { CheckoutLineRow } from './checkout.entity';
import type { CheckoutLineId } from './checkout.ids';
import { type Agreed, contractOf } from './contract.rules';
import type { Amounts, SellerPart } from './split.rules';

export interface PlacedLine {
  readonly id: OrderLineId;
  readonly orderId: OrderId;
  readonly checkoutLineId: CheckoutLineId;
  readonly amounts: Amounts;
  /** As it was agreed when the checkout began. */
  readonly agreed: CheckoutLineRow;
}

export interface PlannedOrder {
  readonly id: OrderId;
  readonly number: string;
  readonly sellerId: CheckoutLineRow['sellerId'];
  readonly amounts: Amounts;
  readonly lines: readonly PlacedLine[];
}

export interface PlacedOrder extends PlannedOrder {
  /** What both parties accepted. */
  readonly contract: ContractText;
}

type Part = Pick<SellerPart<CheckoutLineRow & { readonly sellerId: string }>, 'amounts' | 'lines'>;

/** The orders of a split, with their ids, numbers and contracts. */
export const placeOrders = (
  groupNumber: string,
  parts: readonly Part[],
  agreed: Agreed,
): PlacedOrder[] =>
  planOrders(groupNumber, parts).map((order) => ({
    ...order,
    contract: contractOf(agreed, order),
  }));

/** An order line's id is that of its checkout line, as an `oln_`. */
const planOrders = (groupNumber: string, parts: readonly Part[]): PlannedOrder[] =>
  parts.flatMap(({ amounts, lines }, index) => {
    const [first] = lines;
    if (first === undefined) return [];
    const id = orderIds.create();
    return [
      {
        id,
        number: `${groupNumber}-${String(index + 1)}`,
        sellerId: first.line.sellerId,
        amounts,
        lines: lines.map(({ line, amounts: own }) => ({
          id: orderLineIds.from(line.id),
          orderId: id,
          checkoutLineId: line.id,
          amounts: own,
          agreed: line,
        })),
      },
    ];
  });

export interface PlacedGroup {
  readonly id: OrderGroupId;
  readonly buyerId: AccountId;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly shipTo: Address;
}

/** What the other subgraphs are told: the group for payments, each order for who ships it and who counts it. */
export const placedFacts = (group: PlacedGroup, orders: readonly PlacedOrder[]): NewFact[] => [
  fact(
    'order_group.placed',
    { subject: group.id, version: 1, topics: [topics.orderGroup(group.id)] },
    {
      orderGroupId: group.id,
      buyerId: group.buyerId,
      currency: group.currency,
      totalMinor: group.totalMinor.toString(),
      orders: orders.map(({ id, sellerId, amounts, lines, contract }) => ({
        orderId: id,
        sellerId,
        totalMinor: amounts.totalMinor.toString(),
        commissionMinor: amounts.commissionMinor.toString(),
        taxMinor: amounts.taxMinor.toString(),
        contractHash: contract.hash,
        // the whole order waits for what takes longest
        handlingDays: Math.max(...lines.map(({ agreed }) => agreed.handlingDays)),
        lines: lines.map(({ id: orderLineId, agreed: { quantity }, amounts: line }) => ({
          orderLineId,
          quantity,
          amountMinor: line.totalMinor.toString(),
          commissionMinor: line.commissionMinor.toString(),
          taxMinor: line.taxMinor.toString(),
        })),
      })),
    },
  ),
  ...orders.map((order) => orderPlaced(group, order)),
];

const orderPlaced = (group: PlacedGroup, order: PlacedOrder): NewFact =>
  fact(
    'order.placed',
    {
      subject: order.id,
      version: 1,
      topics: [topics.order(order.id), topics.sellerOrders(order.sellerId)],
    },
    {
      orderId: order.id,
      sellerId: order.sellerId,
      buyerId: group.buyerId,
      orderGroupId: group.id,
      number: order.number,
      currency: group.currency,
      totalMinor: order.amounts.totalMinor.toString(),
      commissionMinor: order.amounts.commissionMinor.toString(),
      shippingMinor: order.amounts.shippingMinor.toString(),
      shipTo: group.shipTo,
      contract: order.contract.text,
      lines: order.lines.map(lineFact),
    },
  );

const lineFact = ({ id, agreed, amounts }: PlacedLine) => ({
  orderLineId: id,
  offerId: agreed.offerId,
  productId: agreed.productId,
  variantId: agreed.variantId,
  title: agreed.title,
  quantity: agreed.quantity,
  unitMinor: agreed.unitMinor.toString(),
  shippingMinor: amounts.shippingMinor.toString(),
  commissionMinor: amounts.commissionMinor.toString(),
  weightG: agreed.weightG,
  lengthCm: agreed.lengthCm,
  widthCm: agreed.widthCm,
  heightCm: agreed.heightCm,
  handlingDays: agreed.handlingDays,
});
