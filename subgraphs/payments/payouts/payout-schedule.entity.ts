import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';
import type { PayoutSchedule } from './payout.rules';

/** When a seller is paid out by itself in one currency. */
@Entity('payoutSchedule')
export class PayoutScheduleRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @PrimaryColumn({ type: 'text' })
  currency!: string;

  /** What the seller chose; null: what its tier gets. */
  @Column({ type: 'text', nullable: true })
  chosen!: PayoutSchedule | null;

  /** Set by the timer: from then on it can be paid out; null = not now. */
  @Column({ type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  @Column({ type: 'integer' })
  version!: number;
}
