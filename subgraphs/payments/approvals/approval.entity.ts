import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ApprovalId } from '../payments.ids';
import type { ApprovalState } from './approval.machine';
import type { ApprovalKind } from './approval.rules';

/** An act that waits for a second person: what it is and its input never change. */
@Entity('approval')
export class ApprovalRow {
  @PrimaryColumn({ type: 'text' })
  id!: ApprovalId;

  @Column({ type: 'text' })
  kind!: ApprovalKind;

  /** What the act is about; one act of a kind waits for each. */
  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'jsonb' })
  input!: unknown;

  /** Why, in the proposer’s words. */
  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'text' })
  state!: ApprovalState;

  @Column({ type: 'text' })
  proposedBy!: string;

  /** Who granted or rejected it. */
  @Column({ type: 'text', nullable: true })
  decidedBy!: string | null;

  @Column({ type: 'text', nullable: true })
  decisionReason!: string | null;

  /** Code of the refusal when somebody last tried to grant it. */
  @Column({ type: 'text', nullable: true })
  refusal!: string | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  @Column({ type: 'integer' })
  version!: number;
}
