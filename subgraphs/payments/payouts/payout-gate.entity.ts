import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';

/** Whether a seller is verified far enough to be paid out. */
@Entity('payoutGate')
export class PayoutGateRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'boolean' })
  open!: boolean;

  @Column({ type: 'integer' })
  version!: number;
}
