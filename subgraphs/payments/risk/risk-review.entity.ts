import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RiskDecisionId } from '../payments.ids';
import type { ReviewState } from './review.machine';
import type { RiskPoint } from './risk.rules';

/** What goes on when a release is approved after all. */
export interface HeldRelease {
  readonly holdId: string;
  readonly event: 'confirm' | 'transitEnd' | 'inspectionEnd' | 'ageEnd';
  readonly cause: 'RECEIPT_CONFIRMED' | 'INSPECTION_ENDED' | 'TRANSIT_ENDED' | 'HELD_TOO_LONG';
}

/** Something that waits for an operator. Its id is the decision's that asked for it. */
@Entity('riskReview')
export class RiskReviewRow {
  @PrimaryColumn({ type: 'text' })
  id!: RiskDecisionId;

  @Column({ type: 'text' })
  point!: RiskPoint;

  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text' })
  state!: ReviewState;

  @Column({ type: 'jsonb' })
  act!: HeldRelease | Record<string, never>;

  @Column({ type: 'timestamptz' })
  openedAt!: Date;

  /** Until when an authorization can wait; null: it waits. */
  @Column({ type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  decidedBy!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Column({ type: 'integer' })
  version!: number;
}
