import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, OrderId, OrderLineId, ProductId, SellerId } from '#contracts/ids';
import type { ReviewId } from './review.ids';
import type { ReviewState } from './review.machine';

/** A buyer’s word about one line of a delivered order. */
@Entity('review')
export class ReviewRow {
  @PrimaryColumn({ type: 'text' })
  id!: ReviewId;

  @Column({ type: 'text' })
  orderLineId!: OrderLineId;

  @Column({ type: 'text' })
  orderId!: OrderId;

  @Column({ type: 'text' })
  productId!: ProductId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  authorId!: AccountId;

  @Column({ type: 'integer' })
  stars!: number;

  @Column({ type: 'text', nullable: true })
  title!: string | null;

  @Column({ type: 'text', nullable: true })
  body!: string | null;

  @Column({ type: 'text' })
  state!: ReviewState;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
