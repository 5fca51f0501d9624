import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DisputeId } from '#contracts/ids';
import type { DisputeFault } from './decision.rules';

/** What was decided: once, and once more when it is appealed. Never changed. */
@Entity('disputeDecision')
export class DisputeDecisionRow {
  @PrimaryColumn({ type: 'text' })
  disputeId!: DisputeId;

  /** Counts the decisions; the later ones decide an appeal, or a return that was contested. */
  @PrimaryColumn({ type: 'integer' })
  round!: number;

  /** Account of the operator; `system` when it took too long (T13). */
  @Column({ type: 'text' })
  decidedBy!: string;

  /** The second person, where one had to agree. */
  @Column({ type: 'text', nullable: true })
  approvedBy!: string | null;

  @Column({ type: 'text' })
  fault!: DisputeFault;

  @Column({ type: 'bigint' })
  stakeMinor!: bigint;

  @Column({ type: 'bigint' })
  refundMinor!: bigint;

  @Column({ type: 'bigint' })
  releaseMinor!: bigint;

  @Column({ type: 'bigint' })
  goodwillMinor!: bigint;

  @Column({ type: 'boolean' })
  returnRequired!: boolean;

  /** Of the trade policy that the clauses are in. */
  @Column({ type: 'text' })
  policyVersion!: string;

  @Column({ type: 'text', array: true })
  clauses!: string[];

  @Column({ type: 'text', array: true })
  evidenceIds!: string[];

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;
}
