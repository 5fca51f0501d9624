import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';

/** Whether a seller is verified far enough to be paid out. */
@Entity('payoutGate')
export class PayoutGateRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'boolean' })
  open!: boolean;

  /** How far the seller's business is verified; null: not told yet. */
  @Column({ type: 'integer', nullable: true })
  level!: number | null;

  @Column({ type: 'integer' })
  version!: number;
}
