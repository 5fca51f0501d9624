import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import type { RiskDecisionId, RiskRuleSetId } from '../payments.ids';
import { type ReviewState, reviewMachine } from './review.machine';
import type { RiskDecisionRow } from './risk-decision.entity';
import type { RiskReviewRow } from './risk-review.entity';
import { RISK_OUTCOMES, RISK_POINTS, type RiskOutcome, type RiskPoint } from './risk.rules';
import type { RiskRuleSetRow } from './rule-set.entity';
import { type RuleSetState, ruleSetMachine } from './rule-set.machine';

const Points = enumOf(RISK_POINTS);
registerEnumType(Points, {
  name: 'RiskPoint',
  description: 'A moment at which something is judged.',
  valuesConfig: {
    CHECKOUT: { description: 'Before a payment is sent.' },
    CAPTURE: { description: 'Before a reviewed payment is captured.' },
    RELEASE: { description: 'Before held money goes to the seller.' },
    PAYOUT: { description: 'Before a seller is paid out.' },
    CLAIM: { description: 'When a buyer opens a dispute.' },
    ONBOARDING: { description: 'When a seller says where payouts go.' },
  },
});

const Outcomes = enumOf(RISK_OUTCOMES);
registerEnumType(Outcomes, {
  name: 'RiskOutcome',
  description: 'What the rules say, mildest first; the severest that fires counts.',
  valuesConfig: {
    APPROVE: { description: 'Goes on.' },
    REVIEW: { description: 'A person looks at it; a payment is only authorized until then.' },
    BLOCK_AND_REVIEW: { description: 'Stands still until a person has looked at it.' },
    DECLINE: { description: 'Ends here; the party learns no reason.' },
  },
});

const ReviewStates = enumOf(statesOf(reviewMachine));
registerEnumType(ReviewStates, {
  name: 'RiskReviewState',
  description: 'Whether a person has looked at it.',
  valuesConfig: {
    OPEN: { description: 'Waits for an operator.' },
    APPROVED: { description: 'Went on.' },
    DECLINED: { description: 'Ended, or stays frozen.' },
    EXPIRED: { description: 'What it was about ended before anybody looked.' },
  },
});

const RuleSetStates = enumOf(statesOf(ruleSetMachine));
registerEnumType(RuleSetStates, {
  name: 'RiskRuleSetState',
  description: 'Whether a set of rules decides.',
  valuesConfig: {
    DRAFT: { description: 'Does nothing yet; it can be tried on what was judged.' },
    SHADOW: { description: 'Judges beside the live set and is recorded only.' },
    LIVE: { description: 'Decides. One for each point.' },
    RETIRED: { description: 'Decides no more.' },
  },
});

export { Points as RiskPoints, ReviewStates as RiskReviewStates };

@ObjectType({ description: 'A leaf of a rule’s predicate that decided.' })
export class RiskDeciding {
  @Field(() => String, { description: 'Where it stands in the predicate, e.g. `all.0`.' })
  path!: string;

  @Field(() => String, { description: 'The feature that it asks about.' })
  feature!: string;

  @Field(() => String, { description: 'The question, as JSON.' })
  asked!: string;

  @Field(() => String, { nullable: true, description: 'The value, as JSON; null: missing.' })
  was!: string | null;
}

@ObjectType({ description: 'A rule that fired.' })
export class RiskFiredRule {
  @Field(() => String, { description: 'Its name within the set.' })
  code!: string;

  @Field(() => Outcomes, { description: 'What it asks for.' })
  outcome!: RiskOutcome;

  @Field(() => String, { description: 'In words. Never shown to a party.' })
  reason!: string;

  @Field(() => Int, { description: 'How much it counts, 0 to 1000.' })
  score!: number;

  @Field(() => [RiskDeciding], { description: 'The leaves that alone made it fire.' })
  because!: RiskDeciding[];
}

@ObjectType({
  implements: NodeType,
  description: 'A set of rules of one point. Operators, auditors.',
})
export class RiskRuleSet
  extends NodeType
  implements
    Pick<
      RiskRuleSetRow,
      'id' | 'point' | 'number' | 'state' | 'note' | 'createdBy' | 'createdAt' | 'changedBy'
    >
{
  declare id: RiskRuleSetId;

  @Field(() => Points, { description: 'Where it judges.' })
  point!: RiskPoint;

  @Field(() => Int, { description: 'Counts the sets of a point.' })
  number!: number;

  @Field(() => RuleSetStates, { description: 'Whether it decides.' })
  state!: RuleSetState;

  @Field(() => String, { description: 'Why it was written.' })
  note!: string;

  @Field(() => String, { description: 'Account of who wrote it, or `system`.' })
  createdBy!: string;

  @Field(() => DateTime, { description: 'When it was written.' })
  createdAt!: Date;

  @Field(() => String, { description: 'Account of who moved it into its state, or `system`.' })
  changedBy!: string;

  @Field(() => DateTime, { description: 'When it came into its state.' })
  changedAt!: Date;

  rules!: unknown;
}

@ObjectType({ implements: NodeType, description: 'What was judged and why. Operators, auditors.' })
export class RiskDecision
  extends NodeType
  implements
    Pick<
      RiskDecisionRow,
      'id' | 'point' | 'subject' | 'outcome' | 'score' | 'isShadow' | 'createdAt'
    >
{
  declare id: RiskDecisionId;

  @Field(() => Points, { description: 'Where.' })
  point!: RiskPoint;

  @Field(() => ID, { description: 'The payment, tranche or dispute; for payouts the seller.' })
  subject!: string;

  @Field(() => Outcomes, { description: 'What the rules said.' })
  outcome!: RiskOutcome;

  @Field(() => Int, { description: 'Of all rules that fired.' })
  score!: number;

  @Field(() => Boolean, { description: 'True when it was recorded only.' })
  isShadow!: boolean;

  @Field(() => DateTime, { description: 'When.' })
  createdAt!: Date;

  ruleSetId!: string;
  features!: unknown;
  fired!: RiskDecisionRow['fired'];
}

@ObjectType({ implements: NodeType, description: 'Something that waits for an operator.' })
export class RiskReview
  extends NodeType
  implements Omit<RiskReviewRow, 'act' | 'version' | 'point' | 'subject'>
{
  declare id: RiskDecisionId;

  @Field(() => ReviewStates, { description: 'Whether a person has looked at it.' })
  state!: ReviewState;

  @Field(() => DateTime, { description: 'Since when it waits.' })
  openedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When an authorization ends that nobody has decided on; null: it can wait.',
  })
  dueAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'Account of who decided.' })
  decidedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended.' })
  decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why, in the operator’s words.' })
  note!: string | null;
}
export const RiskReviewConnection = connectionType('RiskReview', () => RiskReview);

@ObjectType({ description: 'Decisions that a set of rules would have changed alike.' })
export class RiskBackRunChange {
  @Field(() => Outcomes, { description: 'What was decided.' })
  from!: RiskOutcome;

  @Field(() => Outcomes, { description: 'What the set would have decided.' })
  to!: RiskOutcome;

  @Field(() => Int, { description: 'How many.' })
  count!: number;

  @Field(() => [ID], { description: 'The newest of them, 10 at most.' })
  decisionIds!: readonly string[];
}

@ObjectType({ description: 'A set of rules tried on what was judged before.' })
export class RiskBackRun {
  @Field(() => Int, { description: 'How many decisions were judged again.' })
  judged!: number;

  @Field(() => [RiskBackRunChange], { description: 'Those that would be others, by kind.' })
  changes!: readonly RiskBackRunChange[];
}
