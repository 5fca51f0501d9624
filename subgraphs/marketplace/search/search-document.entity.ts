import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OfferId, ProductId, SellerId } from '#contracts/ids';
import type { CategoryId } from '../catalogue/catalogue.ids';

/** All that search needs of one product, in one row. Kept up to date in the transaction that changes the source. */
@Entity('searchDocument')
export class SearchDocumentRow {
  @PrimaryColumn({ type: 'text' })
  productId!: ProductId;

  @Column({ type: 'text' })
  categoryId!: CategoryId;

  @Column({ type: 'text' })
  title!: string;

  /** How many words the title has: a match in a short title says more. */
  @Column({ type: 'integer' })
  titleWords!: number;

  /** Folded words: weight A the title, B the category, C codes, D the description. */
  @Column({ type: 'tsvector' })
  words!: string;

  /** The cheapest offer that can be bought; null hides the product from search. */
  @Column({ type: 'text', nullable: true })
  bestOfferId!: OfferId | null;

  /** Sellers with a live offer who may sell. */
  @Column({ type: 'text', array: true })
  sellerIds!: SellerId[];

  /** Unit price of the best offer, minor units. */
  @Column({ type: 'bigint', nullable: true })
  priceMinor!: bigint | null;

  @Column({ type: 'text', nullable: true })
  currency!: string | null;

  @Column({ type: 'boolean' })
  inStock!: boolean;

  /** Shrunk mean of the stars in thousandths, so that one good review does not beat a hundred. */
  @Column({ type: 'integer' })
  ratingScore!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
