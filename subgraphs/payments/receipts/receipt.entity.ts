import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentId } from '#contracts/ids';
import type { ReceiptContent } from './receipt.rules';

/** What was written down of a payment when it was paid. It never changes; refunds are listed beside it. */
@Entity('receipt')
export class ReceiptRow {
  @PrimaryColumn({ type: 'text' })
  paymentId!: PaymentId;

  /** In the order in which they were issued; gaps mean nothing. */
  @Column({ type: 'bigint' })
  number!: bigint;

  @Column({ type: 'timestamptz' })
  issuedAt!: Date;

  @Column({ type: 'jsonb' })
  content!: ReceiptContent;
}
