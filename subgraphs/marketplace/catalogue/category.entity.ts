import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CategoryId } from './catalogue.ids';

/** What kind of thing a product is. */
@Entity('category')
export class CategoryRow {
  @PrimaryColumn({ type: 'text' })
  id!: CategoryId;

  @Column({ type: 'text' })
  handle!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
