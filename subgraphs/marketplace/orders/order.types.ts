import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { idempotencyErrors } from '#kernel/errors/refusal';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { updateType } from '#kernel/graphql/live.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import type {
  AccountId,
  OfferId,
  OrderGroupId,
  OrderId,
  OrderLineId,
  ProductId,
  SellerId,
} from '#contracts/ids';
import type {
  OrderDisputeStatus,
  OrderEscrowStatus,
  OrderFulfillmentStatus,
  OrderPaymentStatus,
} from './order-axes.rules';
import {
  OrderCancellationStatusEnum,
  OrderDisputeStatusEnum,
  OrderEscrowStatusEnum,
  OrderFulfillmentStatusEnum,
  OrderPaymentStatusEnum,
  OrderStatusEnum,
} from './order-axes.types';
import type { OrderEventRow, OrderLineRow } from './order.entity';
import { orderErrors } from './order.errors';
import type { CancellationStatus, OrderStatus } from './order.machine';
import type { OrderView } from './order-view.service';

export const PartyRole = enumOf(['BUYER', 'SELLER'] as const);
registerEnumType(PartyRole, {
  name: 'PartyRole',
  description: 'A side of an order.',
  valuesConfig: {
    BUYER: { description: 'Who pays.' },
    SELLER: { description: 'Who ships.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description:
    'A purchase from one seller. Its buyer, the seller’s members, the seller’s keys with orders:read and operators see ' +
    'it; for others it is null. Parties and amounts never change.',
})
export class Order extends NodeType implements Omit<OrderView, HiddenColumn> {
  declare id: OrderId;

  @Field(() => String, { description: 'For people, e.g. `1000001-1`.' })
  number!: string;

  @Field(() => OrderStatusEnum, { description: 'See OrderStatus.' })
  status!: OrderStatus;

  @Field(() => OrderPaymentStatusEnum, { description: 'See OrderPaymentStatus.' })
  paymentStatus!: OrderPaymentStatus;

  @Field(() => OrderEscrowStatusEnum, { description: 'See OrderEscrowStatus.' })
  escrowStatus!: OrderEscrowStatus;

  @Field(() => OrderFulfillmentStatusEnum, { description: 'See OrderFulfillmentStatus.' })
  fulfillmentStatus!: OrderFulfillmentStatus;

  @Field(() => OrderCancellationStatusEnum, { description: 'See OrderCancellationStatus.' })
  cancellationStatus!: CancellationStatus;

  @Field(() => OrderDisputeStatusEnum, { description: 'See OrderDisputeStatus.' })
  disputeStatus!: OrderDisputeStatus;

  @Field(() => DateTime, { description: 'When the checkout was completed.' })
  placedAt!: Date;

  orderGroupId!: OrderGroupId;
  buyerId!: AccountId;
  sellerId!: SellerId;
  currency!: string;
  subtotalMinor!: bigint;
  shippingMinor!: bigint;
  totalMinor!: bigint;
  commissionMinor!: bigint;
  receiptConfirmedAt!: Date | null;
  folded!: OrderView['folded'];
  quantities!: OrderView['quantities'];
  reviewedLineIds!: OrderView['reviewedLineIds'];
  isMember!: boolean;
  party!: OrderView['party'];
}

/** Columns that only the machinery needs. */
type HiddenColumn =
  | 'taxMinor'
  | 'contractHash'
  | 'cancelRequestedBy'
  | 'cancelRequestedAt'
  | 'cancelReason'
  | 'version'
  | 'isMember';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description:
    'What was bought of one offer, at the price agreed. Seen by the parties of its order.',
})
export class OrderLine
  extends NodeType
  implements
    Pick<
      OrderLineRow,
      | 'id'
      | 'orderId'
      | 'productId'
      | 'offerId'
      | 'title'
      | 'quantity'
      | 'unitMinor'
      | 'shippingMinor'
      | 'totalMinor'
    >
{
  declare id: OrderLineId;

  @Field(() => String, { description: 'As it was called when it was bought; plain text.' })
  title!: string;

  @Field(() => Int, { description: 'Units bought.' })
  quantity!: number;

  orderId!: OrderId;
  productId!: ProductId;
  offerId!: OfferId;
  unitMinor!: bigint;
  shippingMinor!: bigint;
  totalMinor!: bigint;
}

@ObjectType({ description: 'Something that happened to an order.' })
export class OrderTimelineEntry implements Pick<OrderEventRow, 'at' | 'event' | 'detail'> {
  @Field(() => DateTime, { description: 'When marketplace recorded it.' })
  at!: Date;

  @Field(() => String, { description: 'Type of the fact, e.g. `order.confirmed`.' })
  event!: string;

  @Field(() => String, { nullable: true, description: 'What more there is to say.' })
  detail!: string | null;
}

export const OrderConnection = connectionType('Order', () => Order);
export const OrderUpdate = updateType('Order', 'order', () => Order);

const KEY = 'One intent, one key (1 to 200 characters): repeating the call repeats nothing.';

@InputType({ description: 'Which order to call off.' })
export class OrderCancelInput {
  @Field(() => ID, { description: 'Which order.' })
  orderId!: string;

  @Field(() => String, { description: 'For the other party; 1 to 500 characters.' })
  reason!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which order has arrived.' })
export class OrderReceiptConfirmInput {
  @Field(() => ID, { description: 'Which order.' })
  orderId!: string;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

const { ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE, CANCELLATION_PENDING, REASON_INVALID } =
  orderErrors;
const { FORBIDDEN_FOR_PARTY, ESCROW_NOT_FUNDED, NOT_SHIPPED, ORDER_CLOSED } = orderErrors;
const order = { type: () => Order, description: 'The order as it is now.' };

export const OrderCancelPayload = payloadType<{ order: Order }>(
  'OrderCancel',
  {
    ...idempotencyErrors,
    ORDER_NOT_FOUND,
    ORDER_NOT_CANCELLABLE,
    CANCELLATION_PENDING,
    REASON_INVALID,
  },
  { order },
);
export const OrderReceiptConfirmPayload = payloadType<{ order: Order }>(
  'OrderReceiptConfirm',
  {
    ...idempotencyErrors,
    ORDER_NOT_FOUND,
    FORBIDDEN_FOR_PARTY,
    ESCROW_NOT_FUNDED,
    NOT_SHIPPED,
    ORDER_CLOSED,
  },
  { order },
);
