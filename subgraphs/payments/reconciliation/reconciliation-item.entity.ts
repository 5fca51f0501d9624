import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReconciliationItemId, ReconciliationRunId } from '../payments.ids';
import type { ItemState } from './reconciliation-item.rules';
import type { ItemOutcome, ItemSide } from './reconciliation.rules';

/** One thing that was compared, as the latest run saw it. */
@Entity('reconciliationItem')
export class ReconciliationItemRow {
  @PrimaryColumn({ type: 'text' })
  id!: ReconciliationItemId;

  @Column({ type: 'text' })
  runId!: ReconciliationRunId;

  /** PSP: its report with our books. BANK: what it says it sent with the bank statement. */
  @Column({ type: 'text' })
  side!: ItemSide;

  @Column({ type: 'text' })
  subject!: string;

  /** The operation, or what the bank statement names. */
  @Column({ type: 'text' })
  reference!: string;

  @Column({ type: 'text' })
  outcome!: ItemOutcome;

  @Column({ type: 'text' })
  currency!: string;

  /** What our books (PSP) or the PSP (BANK) say; 0 when they say nothing. */
  @Column({ type: 'bigint' })
  expectedMinor!: bigint;

  /** What the PSP (PSP) or the bank (BANK) says. */
  @Column({ type: 'bigint' })
  actualMinor!: bigint;

  @Column({ type: 'bigint' })
  feeMinor!: bigint;

  @Column({ type: 'timestamptz' })
  occurredAt!: Date;

  @Column({ type: 'text' })
  state!: ItemState;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'text', nullable: true })
  proposedBy!: string | null;

  @Column({ type: 'text', nullable: true })
  resolvedBy!: string | null;

  @Column({ type: 'integer' })
  version!: number;
}
