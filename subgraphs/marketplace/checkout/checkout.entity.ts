import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Address } from '#contracts/fact-fields';
import type {
  AccountId,
  OfferId,
  OrderGroupId,
  OrderId,
  ProductId,
  SellerId,
  VariantId,
} from '#contracts/ids';
import type { CartId } from '../cart/cart.ids';
import type { CheckoutId, CheckoutLineId, ReservationId } from './checkout.ids';
import type { CheckoutState } from './checkout.machine';
import type { ReservationState } from './reservation.machine';

/** A cart whose stock is set aside and whose prices are fixed until `expiresAt`. */
@Entity('checkout')
export class CheckoutRow {
  @PrimaryColumn({ type: 'text' })
  id!: CheckoutId;

  @Column({ type: 'text' })
  cartId!: CartId;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text' })
  state!: CheckoutState;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  totalMinor!: bigint;

  @Column({ type: 'jsonb' })
  shipTo!: Address;

  @Column({ type: 'text', nullable: true })
  orderGroupId!: OrderGroupId | null;

  @Column({ type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}

/** A line as it was offered when the checkout began. */
@Entity('checkoutLine')
export class CheckoutLineRow {
  @PrimaryColumn({ type: 'text' })
  id!: CheckoutLineId;

  @Column({ type: 'text' })
  checkoutId!: CheckoutId;

  @Column({ type: 'text' })
  offerId!: OfferId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

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

  /** Shipping of one unit. */
  @Column({ type: 'bigint' })
  unitShippingMinor!: bigint;

  @Column({ type: 'integer' })
  weightG!: number;

  @Column({ type: 'integer' })
  lengthCm!: number;

  @Column({ type: 'integer' })
  widthCm!: number;

  @Column({ type: 'integer' })
  heightCm!: number;

  @Column({ type: 'integer' })
  handlingDays!: number;
}

/** Units of an offer set aside for one line; `consumed` of them have left the seller. */
@Entity('reservation')
export class ReservationRow {
  @PrimaryColumn({ type: 'text' })
  id!: ReservationId;

  @Column({ type: 'text' })
  checkoutId!: CheckoutId;

  @Column({ type: 'text' })
  checkoutLineId!: CheckoutLineId;

  @Column({ type: 'text' })
  offerId!: OfferId;

  @Column({ type: 'text', nullable: true })
  orderId!: OrderId | null;

  @Column({ type: 'integer' })
  quantity!: number;

  @Column({ type: 'integer' })
  consumed!: number;

  @Column({ type: 'text' })
  state!: ReservationState;
}
