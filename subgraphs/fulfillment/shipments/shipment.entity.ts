import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Address } from '#contracts/fact-fields';
import type {
  AccountId,
  FulfillmentOrderId,
  OrderId,
  OrderLineId,
  SellerId,
  ShipmentId,
} from '#contracts/ids';
import type { CarrierId, ParcelId } from '../fulfillment.ids';
import type { HoldCause, Milestone } from '../tracking/milestone.rules';

/** Goods on one way from seller to buyer. Its milestone is derived from its parcels' events, never set. */
@Entity('shipment')
export class ShipmentRow {
  @PrimaryColumn({ type: 'text' })
  id!: ShipmentId;

  @Column({ type: 'text' })
  fulfillmentOrderId!: FulfillmentOrderId;

  @Column({ type: 'text' })
  orderId!: OrderId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text' })
  direction!: 'OUTBOUND' | 'RETURN' | 'REPLACEMENT';

  @Column({ type: 'text' })
  carrierId!: CarrierId;

  @Column({ type: 'text' })
  service!: string;

  @Column({ type: 'jsonb' })
  shipFrom!: Address;

  @Column({ type: 'text' })
  milestone!: Milestone;

  /** Counts changes of the milestone. */
  @Column({ type: 'integer' })
  sequence!: number;

  @Column({ type: 'boolean' })
  delayed!: boolean;

  @Column({ type: 'boolean' })
  damaged!: boolean;

  @Column({ type: 'text', nullable: true })
  held!: HoldCause | null;

  /** First physical scan. */
  @Column({ type: 'timestamptz', nullable: true })
  shippedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  deliveredAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  cancelledAt!: Date | null;

  /** The carrier took a delivery back after the money was released: for a person to look at. */
  @Column({ type: 'timestamptz', nullable: true })
  deliveryQuestionedAt!: Date | null;

  /** When the carrier is asked for news if none has come by then; null when nothing is expected. */
  @Column({ type: 'timestamptz', nullable: true })
  nextPullAt!: Date | null;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}

@Entity('shipmentLine')
export class ShipmentLineRow {
  @PrimaryColumn({ type: 'text' })
  shipmentId!: ShipmentId;

  @PrimaryColumn({ type: 'text' })
  orderLineId!: OrderLineId;

  @Column({ type: 'integer' })
  quantity!: number;
}

/** One box, with the number that the whole world of logistics knows it by. */
@Entity('parcel')
export class ParcelRow {
  @PrimaryColumn({ type: 'text' })
  id!: ParcelId;

  @Column({ type: 'text' })
  shipmentId!: ShipmentId;

  @Column({ type: 'text', unique: true })
  sscc!: string;

  @Column({ type: 'integer' })
  weightG!: number;

  @Column({ type: 'integer' })
  lengthCm!: number;

  @Column({ type: 'integer' })
  widthCm!: number;

  @Column({ type: 'integer' })
  heightCm!: number;

  @Column({ type: 'text', nullable: true })
  trackingNumber!: string | null;

  @Column({ type: 'text' })
  milestone!: Milestone;
}
