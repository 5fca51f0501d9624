import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OfferId, ProductId, SellerId, VariantId } from '#contracts/ids';
import type { SellerRow } from '../sellers/seller.entity';
import type { OfferState } from './offer.machine';

/** A seller's terms for one variant. Amounts are minor units of `currency`. */
@Entity('offer')
export class OfferRow {
  @PrimaryColumn({ type: 'text' })
  id!: OfferId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  variantId!: VariantId;

  /** The variant's product, repeated here to save a join on every page. */
  @Column({ type: 'text' })
  productId!: ProductId;

  @Column({ type: 'text' })
  state!: OfferState;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  unitMinor!: bigint;

  /** Per unit. */
  @Column({ type: 'bigint' })
  shippingMinor!: bigint;

  @Column({ type: 'integer' })
  handlingDays!: number;

  @Column({ type: 'integer' })
  weightG!: number;

  @Column({ type: 'integer' })
  lengthCm!: number;

  @Column({ type: 'integer' })
  widthCm!: number;

  @Column({ type: 'integer' })
  heightCm!: number;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** Units of an offer: 0 <= reserved <= onHand, checked by the database. Available = onHand - reserved. */
@Entity('stock')
export class StockRow {
  @PrimaryColumn({ type: 'text' })
  offerId!: OfferId;

  @Column({ type: 'integer' })
  onHand!: number;

  @Column({ type: 'integer' })
  reserved!: number;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** An offer as pages show it: with its stock and its seller, so that a list of offers is one statement. */
export interface OfferWithStock extends OfferRow {
  /** onHand - reserved. */
  available: number;
  sellingAllowed: boolean;
  seller: OfferSeller;
}

/** What pages show of a seller. */
export type OfferSeller = Pick<
  SellerRow,
  'id' | 'handle' | 'displayName' | 'country' | 'ratingCount' | 'ratingSum'
> & { sellingAllowed: boolean };
