import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import type { FulfillmentOrderLineRow, FulfillmentOrderRow } from './fulfillment-order.entity';
import { fulfillmentOrderMachine } from './fulfillment-order.machine';

const FulfillmentOrderState = enumOf(statesOf(fulfillmentOrderMachine));
registerEnumType(FulfillmentOrderState, {
  name: 'FulfillmentOrderState',
  description: 'Where the seller’s work on an order is.',
  valuesConfig: {
    AWAITING_FUNDS: { description: 'The buyer’s money is not held yet: nothing to do.' },
    OPEN: { description: 'Paid; waits for the seller.' },
    IN_PROGRESS: { description: 'The seller is on it.' },
    ON_HOLD: { description: 'Stopped for the time being.' },
    FULFILLED: { description: 'Everything was handed to carriers.' },
    INCOMPLETE: { description: 'Closed with less than was ordered.' },
    CANCELLED: { description: 'Will not be sent.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType('Order', { implements: NodeType, description: 'A purchase from one seller.' })
export class Order extends NodeType {}

@ObjectType({ description: 'How many of one order line are to be sent.' })
export class FulfillmentOrderLine implements Pick<
  FulfillmentOrderLineRow,
  'orderLineId' | 'title' | 'quantity' | 'allocated'
> {
  @Field(() => ID, { description: 'The order line.' })
  orderLineId!: FulfillmentOrderLineRow['orderLineId'];

  @Field(() => String, { description: 'What was ordered, as it was called then.' })
  title!: string;

  @Field(() => Int, { description: 'Units ordered.' })
  quantity!: number;

  @Field(() => Int, { description: 'Units that lie in shipments.' })
  allocated!: number;
}

@ObjectType({
  description: 'A recipient or sender. Personal: only buyer and seller of the order see it.',
})
export class ShippingAddress {
  @Field(() => String, { description: 'Person or company.' })
  name!: string;

  @Field(() => String, { description: 'Street and number.' })
  street!: string;

  @Field(() => String, { description: 'City.' })
  city!: string;

  @Field(() => String, { nullable: true, description: 'State or region.' })
  region!: string | null;

  @Field(() => String, { description: 'Postal code.' })
  postalCode!: string;

  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  country!: string;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'What a seller has to send for one order. Visible to its parties and operators.',
})
export class FulfillmentOrder
  extends NodeType
  implements
    Pick<FulfillmentOrderRow, 'orderId' | 'sellerId' | 'buyerId' | 'state' | 'shipBy' | 'shipTo'>
{
  override id!: FulfillmentOrderRow['id'];
  orderId!: FulfillmentOrderRow['orderId'];
  sellerId!: FulfillmentOrderRow['sellerId'];
  buyerId!: FulfillmentOrderRow['buyerId'];
  shipTo!: FulfillmentOrderRow['shipTo'];
  cancelRequestedAt!: Date | null;

  @Field(() => FulfillmentOrderState, { description: 'Where the seller’s work is.' })
  state!: FulfillmentOrderRow['state'];

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it must be handed over at the latest; null until paid.',
  })
  shipBy!: Date | null;
}

@InputType({ description: 'Input of `fulfillmentOrderAccept`.' })
export class FulfillmentOrderAcceptInput {
  @Field(() => ID, { description: 'The fulfilment order; the caller must act for its seller.' })
  fulfillmentOrderId!: string;

  @Field(() => String, { description: 'Names this intent; 1–200 characters.' })
  idempotencyKey!: string;
}
