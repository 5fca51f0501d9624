import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OperationId } from '../payments.ids';
import type { OperationState } from './operation.machine';
import type { PspRequest } from './psp.port';

/** One act at the PSP, committed before it is sent. Its id is the PSP’s reference and idempotency key. */
@Entity('pspOperation')
export class PspOperationRow {
  @PrimaryColumn({ type: 'text' })
  id!: OperationId;

  @Column({ type: 'text' })
  kind!: PspRequest['kind'];

  /** The tender, refund leg or payout it is for. */
  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'jsonb' })
  request!: PspRequest;

  @Column({ type: 'text' })
  requestHash!: string;

  @Column({ type: 'text' })
  state!: OperationState;

  @Column({ type: 'text', nullable: true })
  pspId!: string | null;

  /** Why it was refused or what is not known. */
  @Column({ type: 'text', nullable: true })
  detail!: string | null;

  @Column({ type: 'integer' })
  attempts!: number;

  /** When the janitor looks at it; null = done. */
  @Column({ type: 'timestamptz', nullable: true })
  nextAt!: Date | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  /** When it was first sent; null: not yet. The life of its key counts from here. */
  @Column({ type: 'timestamptz', nullable: true })
  sentAt!: Date | null;
}
