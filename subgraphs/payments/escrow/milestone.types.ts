import { Field, ID, InputType } from 'type-graphql';
import { payloadType } from '#kernel/graphql/payload.types';
import { codesOf } from '../payments.errors';
import { Escrow } from './escrow.types';

@InputType({ description: 'The seller says that a milestone is done.' })
export class EscrowMilestoneSubmitInput {
  @Field(() => ID, { description: 'Which: `EscrowTranche.id`.' })
  trancheId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'The buyer wants a submitted milestone changed.' })
export class EscrowMilestoneChangesRequestInput {
  @Field(() => ID, { description: 'Which: `EscrowTranche.id`.' })
  trancheId!: string;

  @Field(() => String, {
    description: 'What is to be changed, for the seller: 1 to 500 characters.',
  })
  reason!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

const escrowField = { escrow: { type: () => Escrow, description: 'The escrow now.' } };

export const EscrowMilestoneSubmitPayload = payloadType<{ escrow: Escrow }>(
  'EscrowMilestoneSubmit',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED', 'TRANCHE_FROZEN'),
  escrowField,
);

export const EscrowMilestoneChangesRequestPayload = payloadType<{ escrow: Escrow }>(
  'EscrowMilestoneChangesRequest',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED', 'TRANCHE_FROZEN', 'REASON_INVALID'),
  escrowField,
);
