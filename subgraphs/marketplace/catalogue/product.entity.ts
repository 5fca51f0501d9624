import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProductId, SellerId, VariantId } from '#contracts/ids';
import type { CategoryId } from './catalogue.ids';

/** What is sold, described once; several sellers may offer a SHARED one. Texts are plain. */
@Entity('product')
export class ProductRow {
  @PrimaryColumn({ type: 'text' })
  id!: ProductId;

  @Column({ type: 'text' })
  handle!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'text' })
  categoryId!: CategoryId;

  /** BCP 47, e.g. `en`. */
  @Column({ type: 'text' })
  language!: string;

  /** Of its first listing: offers in it are shown before others, because amounts of two currencies do not compare. */
  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'text' })
  sharing!: 'SHARED' | 'PRIVATE';

  @Column({ type: 'text' })
  createdBy!: SellerId;

  /** Published reviews, kept by the review service. */
  @Column({ type: 'integer' })
  ratingCount!: number;

  /** Sum of their stars. */
  @Column({ type: 'integer' })
  ratingSum!: number;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** One buyable form of a product, e.g. a size. */
@Entity('variant')
export class VariantRow {
  @PrimaryColumn({ type: 'text' })
  id!: VariantId;

  @Column({ type: 'text' })
  productId!: ProductId;

  @Column({ type: 'text' })
  sku!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text', nullable: true })
  gtin!: string | null;

  @Column({ type: 'integer' })
  position!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
