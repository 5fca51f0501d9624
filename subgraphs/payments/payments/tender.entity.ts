import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentId } from '#contracts/ids';
import type { TenderId } from '../payments.ids';
import type { TenderState } from './tender.machine';

/** One means of payment within a payment. The token itself is kept in the PSP operation only. */
@Entity('tender')
export class TenderRow {
  @PrimaryColumn({ type: 'text' })
  id!: TenderId;

  @Column({ type: 'uuid' })
  ledgerId!: string;

  @Column({ type: 'text' })
  paymentId!: PaymentId;

  @Column({ type: 'integer' })
  number!: number;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'text' })
  state!: TenderState;

  @Column({ type: 'bigint' })
  capturedMinor!: bigint;

  /** Reserved for refunds or refunded already. */
  @Column({ type: 'bigint' })
  refundedMinor!: bigint;

  /** What orders of it bear of chargebacks that are not won. */
  @Column({ type: 'bigint' })
  chargedBackMinor!: bigint;

  /** The kept method that it charges. */
  @Column({ type: 'text', nullable: true })
  methodId!: string | null;

  /** The account of the buyer's credit that it spends; no PSP is asked. */
  @Column({ type: 'bigint', nullable: true })
  creditAccountId!: bigint | null;

  /** What was charged, as far as the PSP tells. */
  @Column({ type: 'text', nullable: true })
  brand!: string | null;

  @Column({ type: 'text', nullable: true })
  last4!: string | null;

  /** Where the card was issued, as far as the PSP tells. */
  @Column({ type: 'text', nullable: true })
  cardCountry!: string | null;

  @Column({ type: 'text', nullable: true })
  pspPaymentId!: string | null;

  @Column({ type: 'text', nullable: true })
  declineCode!: string | null;

  @Column({ type: 'text', nullable: true })
  actionUrl!: string | null;
}
