import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { ApprovalId } from '../payments.ids';
import type { ApprovalRow } from './approval.entity';
import { type ApprovalState, approvalMachine } from './approval.machine';
import { APPROVAL_KINDS, type ApprovalKind } from './approval.rules';

const Kinds = enumOf(Object.keys(APPROVAL_KINDS) as ApprovalKind[]);
registerEnumType(Kinds, {
  name: 'ApprovalKind',
  description: 'What an act is that two people must agree on.',
  valuesConfig: Object.fromEntries(
    Object.entries(APPROVAL_KINDS).map(([kind, description]) => [kind, { description }]),
  ),
});

const States = enumOf(statesOf(approvalMachine));
registerEnumType(States, {
  name: 'ApprovalState',
  description: 'Whether a second person has spoken.',
  valuesConfig: {
    PROPOSED: { description: 'Waits for somebody else than who proposed it.' },
    GRANTED: { description: 'Done, in the moment in which it was granted.' },
    REJECTED: { description: 'Not done: rejected, or withdrawn by who proposed it.' },
    EXPIRED: { description: 'Not done: nobody spoke in time.' },
  },
});
export { States as ApprovalStates };

@ObjectType({
  implements: NodeType,
  description: 'An act that runs when a second person grants it. Operators and auditors.',
})
export class Approval
  extends NodeType
  implements
    Pick<
      ApprovalRow,
      | 'id'
      | 'kind'
      | 'state'
      | 'reason'
      | 'proposedBy'
      | 'decidedBy'
      | 'decisionReason'
      | 'refusal'
      | 'createdAt'
      | 'expiresAt'
      | 'decidedAt'
    >
{
  declare id: ApprovalId;

  @Field(() => Kinds, { description: 'What would be done.' })
  kind!: ApprovalKind;

  @Field(() => States, { description: 'Whether a second person has spoken.' })
  state!: ApprovalState;

  @Field(() => String, { description: 'Why, in the words of who proposed it.' })
  reason!: string;

  @Field(() => ID, { description: 'Account of who proposed it.' })
  proposedBy!: string;

  @Field(() => ID, { nullable: true, description: 'Account of who granted or rejected it.' })
  decidedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was rejected.' })
  decisionReason!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of what the act itself refused when somebody last tried to grant it.',
  })
  refusal!: string | null;

  @Field(() => DateTime, { description: 'When it was proposed.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'Until when it can be granted.' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was granted or rejected.' })
  decidedAt!: Date | null;

  input!: unknown;
}

export const ApprovalConnection = connectionType('Approval', () => Approval);

@InputType({ description: 'Agrees to an act that somebody else has proposed.' })
export class ApprovalGrantInput {
  @Field(() => ID, { description: 'Which.' })
  approvalId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Rejects an act, or withdraws one’s own.' })
export class ApprovalRejectInput {
  @Field(() => ID, { description: 'Which.' })
  approvalId!: string;

  @Field(() => String, { description: 'Why; 1 to 500 characters. Kept.' })
  reason!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

const approvalField = { approval: { type: () => Approval, description: 'The proposal now.' } };

export const ApprovalGrantPayload = payloadType<{ approval: Approval }>(
  'ApprovalGrant',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED', 'APPROVAL_REQUIRED', 'ACT_REFUSED'),
  approvalField,
);

export const ApprovalRejectPayload = payloadType<{ approval: Approval }>(
  'ApprovalReject',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED', 'REASON_INVALID'),
  approvalField,
);
