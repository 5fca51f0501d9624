import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChargebackId } from '#contracts/ids';
import type { ChargebackRefundId, RefundLegId } from '../payments.ids';

/** What a chargeback took of a refund that the PSP had not paid: the bank pays the payer instead. */
@Entity('chargebackRefund')
export class ChargebackRefundRow {
  @PrimaryColumn({ type: 'text' })
  id!: ChargebackRefundId;

  @Column({ type: 'text' })
  chargebackId!: ChargebackId;

  @Column({ type: 'text' })
  legId!: RefundLegId;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** What it was taken out of: what is due by the refund, or the buyer's credit. */
  @Column({ type: 'bigint' })
  accountId!: bigint;

  /** When the bank gave the money back, so that it is due to the buyer again. */
  @Column({ type: 'timestamptz', nullable: true })
  dueAgainAt!: Date | null;
}
