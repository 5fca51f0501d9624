import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';

/** A shipping label that a seller paid out of what it can be paid out; what was missing is owed. */
@Entity('sellerLabel')
export class SellerLabelRow {
  @PrimaryColumn({ type: 'text' })
  labelId!: string;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'boolean' })
  refunded!: boolean;
}
