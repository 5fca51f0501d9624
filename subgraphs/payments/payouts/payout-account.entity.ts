import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';
import type { PayoutAccountId } from '../payments.ids';

/** Where a seller’s payouts go. */
@Entity('payoutAccount')
export class PayoutAccountRow {
  @PrimaryColumn({ type: 'text' })
  id!: PayoutAccountId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  destination!: string;

  /** Where its bank is, as far as the seller has told it. */
  @Column({ type: 'text', nullable: true })
  country!: string | null;

  @Column({ type: 'boolean' })
  verified!: boolean;

  /** When another destination took the place of an earlier one. */
  @Column({ type: 'timestamptz', nullable: true })
  changedAt!: Date | null;

  /** Since when nothing goes there any more. */
  @Column({ type: 'timestamptz', nullable: true })
  removedAt!: Date | null;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
