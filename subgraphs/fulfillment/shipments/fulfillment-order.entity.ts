import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Address } from '#contracts/fact-fields';
import type { AccountId, FulfillmentOrderId, OrderId, OrderLineId, SellerId } from '#contracts/ids';
import type { FulfillmentOrderState } from './fulfillment-order.machine';

/** What a seller has to send for one order. Made by whichever fact about the order comes first. */
@Entity('fulfillmentOrder')
export class FulfillmentOrderRow {
  @PrimaryColumn({ type: 'text' })
  id!: FulfillmentOrderId;

  @Column({ type: 'text', unique: true })
  orderId!: OrderId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text' })
  state!: FulfillmentOrderState;

  @Column({ type: 'text', nullable: true })
  number!: string | null;

  @Column({ type: 'text', nullable: true })
  currency!: string | null;

  /** Personal: shown to buyer and seller only. */
  @Column({ type: 'jsonb', nullable: true })
  shipTo!: Address | null;

  @Column({ type: 'integer' })
  handlingDays!: number;

  @Column({ type: 'timestamptz', nullable: true })
  placedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  fundedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  shipBy!: Date | null;

  /** When the buyer's money went to the seller: from then on a delivery is not retracted any more. */
  @Column({ type: 'timestamptz', nullable: true })
  releasedAt!: Date | null;

  /** A cancellation that waits for the carrier's answer about a booked label. */
  @Column({ type: 'timestamptz', nullable: true })
  cancelRequestedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  cancelReason!: string | null;

  /** True when somebody waits for the answer to a request to cancel. */
  @Column({ type: 'boolean' })
  cancelAsked!: boolean;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** How many of one order line are to be sent, and how many already lie in shipments. */
@Entity('fulfillmentOrderLine')
export class FulfillmentOrderLineRow {
  @PrimaryColumn({ type: 'text' })
  fulfillmentOrderId!: FulfillmentOrderId;

  @PrimaryColumn({ type: 'text' })
  orderLineId!: OrderLineId;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'integer' })
  quantity!: number;

  @Column({ type: 'integer' })
  allocated!: number;

  /** Grams and centimetres of one unit. */
  @Column({ type: 'integer' })
  weightG!: number;

  @Column({ type: 'integer' })
  lengthCm!: number;

  @Column({ type: 'integer' })
  widthCm!: number;

  @Column({ type: 'integer' })
  heightCm!: number;
}
