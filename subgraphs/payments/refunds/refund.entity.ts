import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EscrowId, OrderId, PaymentId, RefundId } from '#contracts/ids';
import type { RefundFault, RefundSource } from './refund.rules';
import type { RefundState } from './refund.machine';

/** Money on its way back to a buyer. It has left its source when this row exists. */
@Entity('refund')
export class RefundRow {
  @PrimaryColumn({ type: 'text' })
  id!: RefundId;

  @Column({ type: 'text' })
  source!: RefundSource;

  @Column({ type: 'text' })
  paymentId!: PaymentId;

  @Column({ type: 'text', nullable: true })
  escrowId!: EscrowId | null;

  @Column({ type: 'text', nullable: true })
  orderId!: OrderId | null;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** Part of the amount that the platform’s commission gave back. */
  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

  @Column({ type: 'text' })
  cause!: string;

  @Column({ type: 'text' })
  fault!: RefundFault;

  @Column({ type: 'text' })
  state!: RefundState;

  @Column({ type: 'bigint' })
  dueAccountId!: bigint;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
