import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import { updateType } from '#kernel/graphql/live.types';
import { CountryCode, DateTime } from '#kernel/graphql/scalars';
import { HoldCause, ShipmentMilestone } from '../tracking/tracking.types';
import type { ParcelRow, ShipmentLineRow, ShipmentRow } from './shipment.entity';

@ObjectType({ description: 'A company that carries parcels.' })
export class Carrier {
  @Field(() => String, { description: 'Stable code.' })
  code!: string;

  @Field(() => String, { description: 'Name to show.' })
  name!: string;
}

@ObjectType({ description: 'How many of one order line are in a shipment.' })
export class ShipmentLine implements Pick<ShipmentLineRow, 'orderLineId' | 'quantity'> {
  @Field(() => ID, { description: 'The order line.' })
  orderLineId!: ShipmentLineRow['orderLineId'];

  @Field(() => Int, { description: 'Units in this shipment.' })
  quantity!: number;
}

@ObjectType({ description: 'One box of a shipment.' })
export class Parcel implements Pick<
  ParcelRow,
  'id' | 'shipmentId' | 'sscc' | 'trackingNumber' | 'weightG' | 'milestone'
> {
  @Field(() => ID, { description: 'Opaque and stable.' })
  id!: ParcelRow['id'];

  shipmentId!: ParcelRow['shipmentId'];

  @Field(() => String, { description: 'Serial Shipping Container Code (GS1), 18 digits.' })
  sscc!: string;

  @Field(() => String, { nullable: true, description: 'The carrier’s number; null until booked.' })
  trackingNumber!: string | null;

  @Field(() => Int, { description: 'Grams.' })
  weightG!: number;

  @Field(() => ShipmentMilestone, { description: 'How far this box is.' })
  milestone!: ParcelRow['milestone'];
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'Goods on one way from seller to buyer. Visible to its parties and operators.',
})
export class Shipment
  extends NodeType
  implements
    Pick<
      ShipmentRow,
      | 'fulfillmentOrderId'
      | 'orderId'
      | 'sellerId'
      | 'buyerId'
      | 'carrierId'
      | 'service'
      | 'milestone'
      | 'delayed'
      | 'damaged'
      | 'held'
      | 'shippedAt'
      | 'deliveredAt'
      | 'createdAt'
    >
{
  override id!: ShipmentRow['id'];
  fulfillmentOrderId!: ShipmentRow['fulfillmentOrderId'];
  orderId!: ShipmentRow['orderId'];
  sellerId!: ShipmentRow['sellerId'];
  buyerId!: ShipmentRow['buyerId'];
  carrierId!: ShipmentRow['carrierId'];

  @Field(() => String, { description: 'The carrier’s service, e.g. `STANDARD`.' })
  service!: string;

  @Field(() => ShipmentMilestone, { description: 'How far it is: as far as its slowest box.' })
  milestone!: ShipmentRow['milestone'];

  @Field(() => Boolean, { description: 'The carrier reports a delay.' })
  delayed!: boolean;

  @Field(() => Boolean, { description: 'The carrier reports damage.' })
  damaged!: boolean;

  @Field(() => HoldCause, {
    nullable: true,
    description: 'Why it does not move on, if it is held.',
  })
  held!: ShipmentRow['held'];

  @Field(() => DateTime, { nullable: true, description: 'First time in a carrier’s hands.' })
  shippedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When its last box arrived.' })
  deliveredAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

export const ShipmentUpdate = updateType('Shipment', 'shipment', () => Shipment);

@InputType({ description: 'How many of one order line to take.' })
export class ShipmentLineInput {
  @Field(() => ID, { description: 'The order line.' })
  orderLineId!: string;

  @Field(() => Int, { description: 'Units, above zero.' })
  quantity!: number;
}

@InputType({ description: 'Where parcels start.' })
export class ShipFromInput {
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

  @Field(() => CountryCode, { description: 'ISO 3166-1 alpha-2.' })
  country!: string;
}

@InputType({ description: 'Input of `shipmentCreate`.' })
export class ShipmentCreateInput {
  @Field(() => ID, { description: 'The fulfilment order; the caller must act for its seller.' })
  fulfillmentOrderId!: string;

  @Field(() => [ShipmentLineInput], {
    nullable: true,
    description: 'What to send; default: everything still open.',
  })
  lines?: ShipmentLineInput[] | null;

  @Field(() => String, { nullable: true, description: 'A carrier’s service; default: any.' })
  service?: string | null;

  @Field(() => ShipFromInput, {
    nullable: true,
    description: 'Where it starts; default: as for the seller’s last shipment that named it.',
  })
  shipFrom?: ShipFromInput | null;

  @Field(() => String, { description: 'Names this intent; 1–200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Input of `shipmentLabelBuy`.' })
export class ShipmentLabelBuyInput {
  @Field(() => ID, { description: 'The shipment; the caller must act for its seller.' })
  shipmentId!: string;

  @Field(() => String, { description: 'Names this intent; 1–200 characters.' })
  idempotencyKey!: string;
}
