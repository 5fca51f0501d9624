import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, OfferId } from '#contracts/ids';
import type { CartId, CartLineId } from './cart.ids';

/** What someone may want to buy. Without an account it belongs to whoever knows its id. */
@Entity('cart')
export class CartRow {
  @PrimaryColumn({ type: 'text' })
  id!: CartId;

  @Column({ type: 'text', nullable: true })
  accountId!: AccountId | null;

  /** Set by its maker or by the first line. */
  @Column({ type: 'text', nullable: true })
  currency!: string | null;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** So many units of one offer. */
@Entity('cartLine')
export class CartLineRow {
  @PrimaryColumn({ type: 'text' })
  id!: CartLineId;

  @Column({ type: 'text' })
  cartId!: CartId;

  @Column({ type: 'text' })
  offerId!: OfferId;

  @Column({ type: 'integer' })
  quantity!: number;

  @Column({ type: 'timestamptz' })
  addedAt!: Date;
}
