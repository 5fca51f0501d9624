import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChargebackId, PaymentId } from '#contracts/ids';
import type { TenderId } from '../payments.ids';
import type { ChargebackState } from './chargeback.machine';
import type { Liable } from './liability.rules';

/** A payer's complaint at the bank about one tender. */
@Entity('chargeback')
export class ChargebackRow {
  @PrimaryColumn({ type: 'text' })
  id!: ChargebackId;

  /** The PSP's id of it. */
  @Column({ type: 'text' })
  pspDisputeId!: string;

  @Column({ type: 'text' })
  tenderId!: TenderId;

  @Column({ type: 'text' })
  paymentId!: PaymentId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** What the PSP took for it; 0 while it is a warning. */
  @Column({ type: 'bigint' })
  feeMinor!: bigint;

  /** The part that no order had left: it lies on the case, and is lost with it. */
  @Column({ type: 'bigint' })
  uncoveredMinor!: bigint;

  /** In the bank's words. */
  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'text' })
  liable!: Liable;

  @Column({ type: 'text' })
  state!: ChargebackState;

  @Column({ type: 'bigint' })
  caseAccountId!: bigint;

  @Column({ type: 'bigint' })
  clearingAccountId!: bigint;

  /** Until when evidence may be submitted. */
  @Column({ type: 'timestamptz' })
  dueAt!: Date;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  /** When the bank took the money. */
  @Column({ type: 'timestamptz', nullable: true })
  openedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  closedAt!: Date | null;

  /** When the PSP is asked again; null once it is over. */
  @Column({ type: 'timestamptz', nullable: true })
  nextAt!: Date | null;

  /** Counts the facts about it. */
  @Column({ type: 'integer' })
  version!: number;
}
