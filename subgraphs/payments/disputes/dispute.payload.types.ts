import { Field, ObjectType } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { Approval } from '../approvals/approval.types';
import { codesOf } from '../payments.errors';
import { Dispute } from './dispute.types';

const disputeField = { dispute: { type: () => Dispute, description: 'The dispute now.' } };

export const DisputeOpenPayload = payloadType<{ dispute: Dispute }>(
  'DisputeOpen',
  codesOf(
    'NOT_FOUND',
    'TRANCHE_REQUIRED',
    'AMOUNT_INVALID',
    'AMOUNT_EXCEEDS_AVAILABLE',
    'TRANCHE_FROZEN',
    'TRANSITION_NOT_ALLOWED',
    'DISPUTE_WINDOW_CLOSED',
    'REASON_INVALID',
  ),
  disputeField,
);

const TALK = ['NOT_FOUND', 'TRANSITION_NOT_ALLOWED'] as const;

export const DisputeAcceptPayload = payloadType<{ dispute: Dispute }>(
  'DisputeAccept',
  codesOf(...TALK, 'PROPOSAL_STALE', 'AMOUNT_EXCEEDS_AVAILABLE'),
  disputeField,
);

export const DisputeCounterPayload = payloadType<{ dispute: Dispute }>(
  'DisputeCounter',
  codesOf(
    ...TALK,
    'PROPOSAL_STALE',
    'AMOUNT_INVALID',
    'AMOUNT_EXCEEDS_AVAILABLE',
    'REASON_INVALID',
  ),
  disputeField,
);

export const DisputeRefusePayload = payloadType<{ dispute: Dispute }>(
  'DisputeRefuse',
  codesOf(...TALK, 'REASON_INVALID'),
  disputeField,
);

export const DisputeEscalatePayload = payloadType<{ dispute: Dispute }>(
  'DisputeEscalate',
  codesOf(...TALK),
  disputeField,
);

export const DisputeWithdrawPayload = payloadType<{ dispute: Dispute }>(
  'DisputeWithdraw',
  codesOf(...TALK),
  disputeField,
);

export const DisputeAppealPayload = payloadType<{ dispute: Dispute }>(
  'DisputeAppeal',
  codesOf(...TALK, 'REASON_INVALID'),
  disputeField,
);

const JUDGED = [
  'TRANCHE_FROZEN',
  ...TALK,
  'AMOUNT_INVALID',
  'AMOUNT_EXCEEDS_AVAILABLE',
  'CLAUSE_REQUIRED',
  'EVIDENCE_REFUSED',
  'DECIDER_CONFLICT',
  'REASON_INVALID',
] as const;

const decisionFields = {
  ...disputeField,
  approval: {
    type: () => Approval,
    description: 'Set when nothing was done yet: a second person must agree (APPROVAL_REQUIRED).',
  },
};

export const DisputeDecidePayload = payloadType<{ dispute: Dispute; approval: Approval | null }>(
  'DisputeDecide',
  codesOf(...JUDGED, 'APPROVAL_PENDING'),
  decisionFields,
);

export const DisputeAppealDecidePayload = payloadType<{
  dispute: Dispute;
  approval: Approval | null;
}>('DisputeAppealDecide', codesOf(...JUDGED, 'APPROVAL_PENDING'), decisionFields);

@ObjectType({ description: 'Where money would go; fees and debts apart. Operators.' })
export class DisputePreviewLeg {
  @Field(() => String, { description: 'Kind of account that it would leave.' })
  from!: string;

  @Field(() => String, { description: 'Kind of account that it would reach.' })
  to!: string;

  @Field(() => String, { description: 'Why it would move, e.g. `RELEASE_SELLER`.' })
  code!: string;

  @Field(() => Boolean, { description: 'Only reserved.' })
  pending!: boolean;

  @Field(() => MoneyType, { description: 'How much.' })
  amount!: MoneyType;
}

@ObjectType({ description: 'What a decision would do, run for real and rolled back. Operators.' })
export class DisputeDecisionPreview {
  @Field(() => Boolean, { description: 'Whether a second person would have to agree.' })
  needsApproval!: boolean;

  @Field(() => [DisputePreviewLeg], { description: 'Every movement of money, in order.' })
  legs!: DisputePreviewLeg[];
}

export const DisputeDecisionPreviewPayload = payloadType<{ preview: DisputeDecisionPreview }>(
  'DisputeDecisionPreview',
  codesOf(...JUDGED),
  { preview: { type: () => DisputeDecisionPreview, description: 'What would happen.' } },
);
