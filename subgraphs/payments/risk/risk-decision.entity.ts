import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Features } from '#kernel/predicates/predicate';
import type { RiskDecisionId, RiskRuleSetId } from '../payments.ids';
import type { FiredRule, RiskOutcome, RiskPoint } from './risk.rules';

/** A rule that is not asked about a value, as it was when something was judged. */
export interface Snooze {
  readonly rule: string;
  readonly value: string;
}

/** What was judged, by what, and how: enough to judge it again. Never changes. */
@Entity('riskDecision')
export class RiskDecisionRow {
  @PrimaryColumn({ type: 'text' })
  id!: RiskDecisionId;

  @Column({ type: 'text' })
  point!: RiskPoint;

  /** The payment, tranche, dispute, or the seller who asked for a payout. */
  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text' })
  ruleSetId!: RiskRuleSetId;

  /** Recorded only: nothing came of it. */
  @Column({ type: 'boolean' })
  isShadow!: boolean;

  @Column({ type: 'jsonb' })
  features!: Features;

  @Column({ type: 'jsonb' })
  snoozes!: readonly Snooze[];

  @Column({ type: 'text' })
  outcome!: RiskOutcome;

  @Column({ type: 'integer' })
  score!: number;

  @Column({ type: 'jsonb' })
  fired!: readonly FiredRule[];

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
