import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FactData } from '#contracts/facts';
import type { SellerId } from '#contracts/ids';

/** What a seller may not do, by the statement of reasons that says why. */
@Entity('sellerRestriction')
export class SellerRestrictionRow {
  @PrimaryColumn({ type: 'text' })
  statementId!: string;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  kind!: FactData<'restriction.imposed'>['kind'];

  @Column({ type: 'boolean' })
  lifted!: boolean;
}
