import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Address } from '#contracts/fact-fields';
import type {
  AccountId,
  OfferId,
  OrderGroupId,
  OrderId,
  OrderLineId,
  ProductId,
  SellerId,
  VariantId,
} from '#contracts/ids';
import type { CheckoutId, CheckoutLineId } from '../checkout/checkout.ids';
import type {
  OrderDisputeStatus,
  OrderEscrowStatus,
  OrderFulfillmentStatus,
  OrderPaymentStatus,
} from './order-axes.rules';
import type { OrderFold } from './order-fold.rules';
import type { CancellationAsker } from './order-settle.rules';
import type { CancellationStatus, OrderStatus } from './order.machine';

/** What one checkout became: one order per seller. Never changes. */
@Entity('orderGroup')
export class OrderGroupRow {
  @PrimaryColumn({ type: 'text' })
  id!: OrderGroupId;

  /** For people, e.g. `1000001`. */
  @Column({ type: 'text' })
  number!: string;

  @Column({ type: 'text' })
  checkoutId!: CheckoutId;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text' })
  currency!: string;

  /** Goods. */
  @Column({ type: 'bigint' })
  subtotalMinor!: bigint;

  @Column({ type: 'bigint' })
  shippingMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

  /** The marketplace’s share, inside the total. */
  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  /** Goods, shipping and tax. */
  @Column({ type: 'bigint' })
  totalMinor!: bigint;

  @Column({ type: 'jsonb' })
  shipTo!: Address;

  @Column({ type: 'timestamptz' })
  placedAt!: Date;
}

/** A purchase from one seller. Parties and amounts never change; the axes follow what is heard. */
@Entity('order')
export class OrderRow {
  @PrimaryColumn({ type: 'text' })
  id!: OrderId;

  @Column({ type: 'text' })
  orderGroupId!: OrderGroupId;

  /** The group’s number and its place in it, e.g. `1000001-1`. */
  @Column({ type: 'text' })
  number!: string;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  /** Goods. */
  @Column({ type: 'bigint' })
  subtotalMinor!: bigint;

  @Column({ type: 'bigint' })
  shippingMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

  /** The marketplace’s share, inside the total. */
  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  /** Goods, shipping and tax. */
  @Column({ type: 'bigint' })
  totalMinor!: bigint;

  /** SHA-256 of the contract that both parties accepted; empty for orders older than contracts. */
  @Column({ type: 'text' })
  contractHash!: string;

  @Column({ type: 'timestamptz' })
  placedAt!: Date;

  @Column({ type: 'text' })
  status!: OrderStatus;

  @Column({ type: 'text' })
  paymentStatus!: OrderPaymentStatus;

  @Column({ type: 'text' })
  escrowStatus!: OrderEscrowStatus;

  @Column({ type: 'text' })
  fulfillmentStatus!: OrderFulfillmentStatus;

  @Column({ type: 'text' })
  cancellationStatus!: CancellationStatus;

  @Column({ type: 'text' })
  disputeStatus!: OrderDisputeStatus;

  /** What was heard so far. */
  @Column({ type: 'jsonb' })
  folded!: OrderFold;

  @Column({ type: 'text', nullable: true })
  cancelRequestedBy!: CancellationAsker | null;

  @Column({ type: 'timestamptz', nullable: true })
  cancelRequestedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  cancelReason!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  receiptConfirmedAt!: Date | null;

  /** Rises with every fact told about the order. */
  @Column({ type: 'integer' })
  version!: number;
}

/** What was bought of one offer, at the price agreed. Never changes. */
@Entity('orderLine')
export class OrderLineRow {
  @PrimaryColumn({ type: 'text' })
  id!: OrderLineId;

  @Column({ type: 'text' })
  orderId!: OrderId;

  @Column({ type: 'text' })
  checkoutLineId!: CheckoutLineId;

  @Column({ type: 'text' })
  offerId!: OfferId;

  @Column({ type: 'text' })
  variantId!: VariantId;

  @Column({ type: 'text' })
  productId!: ProductId;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'integer' })
  quantity!: number;

  @Column({ type: 'bigint' })
  unitMinor!: bigint;

  /** Goods. */
  @Column({ type: 'bigint' })
  subtotalMinor!: bigint;

  @Column({ type: 'bigint' })
  shippingMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

  /** The marketplace’s share, inside the total. */
  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  /** Goods, shipping and tax. */
  @Column({ type: 'bigint' })
  totalMinor!: bigint;
}

/** One entry of an order’s timeline, written with the fact of the same version. */
@Entity('orderEvent')
export class OrderEventRow {
  @PrimaryColumn({ type: 'text' })
  orderId!: OrderId;

  @PrimaryColumn({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'text' })
  event!: string;

  @Column({ type: 'text', nullable: true })
  detail!: string | null;
}
