import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentId } from '#contracts/ids';
import type { OperationId, RenewalId, TenderId } from '../payments.ids';

/**
 * A second authorization for a tender whose first is about to end. SENT: the PSP is asked; DONE: it took the place of the
 * first; OVER: it did not, and is voided if the PSP made it.
 */
@Entity('tenderRenewal')
export class TenderRenewalRow {
  @PrimaryColumn({ type: 'text' })
  id!: RenewalId;

  @Column({ type: 'text' })
  paymentId!: PaymentId;

  @Column({ type: 'text' })
  tenderId!: TenderId;

  /** Which renewal of its payment. */
  @Column({ type: 'integer' })
  number!: number;

  @Column({ type: 'text' })
  state!: 'SENT' | 'DONE' | 'OVER';

  /** The act that asks for it. Once DONE, it is the tender's own. */
  @Column({ type: 'text' })
  operationId!: OperationId;

  /** The act whose authorization it replaced; it stands for nothing any more and is voided. */
  @Column({ type: 'text', nullable: true })
  replacedId!: OperationId | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
