import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RiskDecisionId } from '../payments.ids';
import type { RiskPoint } from './risk.rules';

/** A rule is not asked about a value for a while, because a person has looked at it. */
@Entity('riskSnooze')
export class RiskSnoozeRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  point!: RiskPoint;

  @Column({ type: 'text' })
  rule!: string;

  @Column({ type: 'text' })
  value!: string;

  @Column({ type: 'timestamptz' })
  until!: Date;

  @Column({ type: 'text' })
  reviewId!: RiskDecisionId;
}
