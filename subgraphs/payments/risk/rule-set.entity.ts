import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RiskRuleSetId } from '../payments.ids';
import type { RiskPoint, RiskRule } from './risk.rules';
import type { RuleSetState } from './rule-set.machine';

/** Rules of one point as data. Once written they never change; only the state moves, forwards. */
@Entity('riskRuleSet')
export class RiskRuleSetRow {
  @PrimaryColumn({ type: 'text' })
  id!: RiskRuleSetId;

  @Column({ type: 'text' })
  point!: RiskPoint;

  /** Counts the sets of a point. */
  @Column({ type: 'integer' })
  number!: number;

  @Column({ type: 'text' })
  state!: RuleSetState;

  @Column({ type: 'jsonb' })
  rules!: readonly RiskRule[];

  @Column({ type: 'text' })
  note!: string;

  @Column({ type: 'text' })
  createdBy!: string;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  /** Who moved it into its state. */
  @Column({ type: 'text' })
  changedBy!: string;

  @Column({ type: 'timestamptz' })
  changedAt!: Date;

  @Column({ type: 'integer' })
  version!: number;
}
