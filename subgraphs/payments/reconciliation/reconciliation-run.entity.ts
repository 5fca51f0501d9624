import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReconciliationRunId } from '../payments.ids';

/** One comparison of what the PSP reported of a time with our books and with the bank. */
@Entity('reconciliationRun')
export class ReconciliationRunRow {
  @PrimaryColumn({ type: 'text' })
  id!: ReconciliationRunId;

  @Column({ type: 'timestamptz' })
  fromAt!: Date;

  @Column({ type: 'timestamptz' })
  toAt!: Date;

  /** Compared in all. */
  @Column({ type: 'integer' })
  lines!: number;

  @Column({ type: 'integer' })
  matched!: number;

  /** What a person or a later run has to look at. */
  @Column({ type: 'integer' })
  open!: number;

  @Column({ type: 'text' })
  startedBy!: string;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
