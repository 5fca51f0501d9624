import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { payloadType } from '#kernel/graphql/payload.types';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { RiskPoint } from './risk.rules';
import { RiskPoints, RiskReview, RiskRuleSet } from './risk.types';
import type { RuleSetState } from './rule-set.machine';

const Targets = enumOf(['SHADOW', 'LIVE', 'RETIRED'] as const);
registerEnumType(Targets, {
  name: 'RiskRuleSetTarget',
  description: 'Where a set of rules can be moved: forwards only, and into the shadow first.',
  valuesConfig: {
    SHADOW: { description: 'From DRAFT.' },
    LIVE: { description: 'From SHADOW; the live set before it is retired.' },
    RETIRED: { description: 'From any other state.' },
  },
});
const key = 'Names this intent; 1 to 200 characters.';

@InputType({ description: 'Writes a set of rules.' })
export class RiskRuleSetCreateInput {
  @Field(() => RiskPoints, { description: 'Where it is to judge.' })
  point!: RiskPoint;

  @Field(() => String, {
    description: 'A JSON list of `{code, when, outcome, reason, onMissing, score, snoozeBy}`.',
  })
  rules!: string;

  @Field(() => String, { description: 'Why; 1 to 500 characters.' })
  note!: string;

  @Field(() => String, { description: key })
  idempotencyKey!: string;
}

@InputType({ description: 'Moves a set of rules on.' })
export class RiskRuleSetPublishInput {
  @Field(() => ID, { description: 'Which.' })
  ruleSetId!: string;

  @Field(() => Targets, { description: 'Where to.' })
  to!: Exclude<RuleSetState, 'DRAFT'>;

  @Field(() => String, { description: key })
  idempotencyKey!: string;
}

@InputType({ description: 'Decides what the rules left to a person.' })
export class RiskReviewDecideInput {
  @Field(() => ID, { description: 'Which review.' })
  reviewId!: string;

  @Field(() => Boolean, { description: 'True: it goes on. False: it ends, or stays frozen.' })
  approve!: boolean;

  @Field(() => String, { description: 'Why, for operators; 1 to 500 characters.' })
  note!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Days for which the rules that fired are not asked about the same values; 0–90.',
  })
  snoozeDays?: number | null;

  @Field(() => String, { description: key })
  idempotencyKey!: string;
}

const ruleSetField = { ruleSet: { type: () => RiskRuleSet, description: 'The set now.' } };

export const RiskRuleSetCreatePayload = payloadType<{ ruleSet: RiskRuleSet }>(
  'RiskRuleSetCreate',
  codesOf('RULE_SET_INVALID', 'REASON_INVALID'),
  ruleSetField,
);

export const RiskRuleSetPublishPayload = payloadType<{ ruleSet: RiskRuleSet }>(
  'RiskRuleSetPublish',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED'),
  ruleSetField,
);

export const RiskReviewDecidePayload = payloadType<{ review: RiskReview }>(
  'RiskReviewDecide',
  codesOf(
    'NOT_FOUND',
    'TRANSITION_NOT_ALLOWED',
    'DECIDER_CONFLICT',
    'REASON_INVALID',
    'AMOUNT_INVALID',
  ),
  { review: { type: () => RiskReview, description: 'The review now.' } },
);
