import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { MoneyInput } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { HoldId } from '../payments.ids';
import type { HoldCause, HoldRow } from './hold.entity';

const Causes = enumOf(['DISPUTE', 'CHARGEBACK', 'RISK', 'LEGAL'] as const);
registerEnumType(Causes, {
  name: 'EscrowHoldCause',
  description: 'Why money is frozen.',
  valuesConfig: {
    DISPUTE: { description: 'Buyer and seller disagree.' },
    CHARGEBACK: { description: 'The buyer’s bank wants the money back.' },
    RISK: { description: 'The payment is being reviewed.' },
    LEGAL: { description: 'An authority asked for it.' },
  },
});

const OperatorCauses = enumOf(['RISK', 'LEGAL'] as const);
registerEnumType(OperatorCauses, {
  name: 'EscrowHoldPlaceCause',
  description: 'Why an operator freezes money.',
  valuesConfig: {
    RISK: { description: 'The payment is being reviewed.' },
    LEGAL: { description: 'An authority asked for it.' },
  },
});

@ObjectType({ description: 'Money that nobody gets before a case is over.' })
export class EscrowHold implements Pick<HoldRow, 'id' | 'cause' | 'placedAt' | 'liftedAt'> {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: HoldId;

  @Field(() => Causes, { description: 'Why.' })
  cause!: HoldCause;

  @Field(() => DateTime, { description: 'Since when.' })
  placedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it lasts.' })
  liftedAt!: Date | null;

  amountMinor!: bigint;
  currency!: string;
  reason!: string;
}

@InputType({ description: 'Freezes money of one tranche.' })
export class EscrowHoldPlaceInput {
  @Field(() => ID, { description: 'Which tranche.' })
  trancheId!: string;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'How much; without it all that is available. The rest goes on by its deadlines.',
  })
  amount?: MoneyInput | null;

  @Field(() => OperatorCauses, { description: 'Why.' })
  cause!: 'RISK' | 'LEGAL';

  @Field(() => String, { description: 'In words, for operators only; 1 to 500 characters.' })
  reason!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Ends a hold.' })
export class EscrowHoldLiftInput {
  @Field(() => ID, { description: 'Which hold.' })
  holdId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

const holdField = { hold: { type: () => EscrowHold, description: 'The hold.' } };

export const EscrowHoldPlacePayload = payloadType<{ hold: EscrowHold }>(
  'EscrowHoldPlace',
  codesOf(
    'NOT_FOUND',
    'AMOUNT_INVALID',
    'AMOUNT_EXCEEDS_AVAILABLE',
    'TRANCHE_FROZEN',
    'TRANSITION_NOT_ALLOWED',
    'REASON_INVALID',
  ),
  holdField,
);

export const EscrowHoldLiftPayload = payloadType<{ hold: EscrowHold }>(
  'EscrowHoldLift',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED'),
  holdField,
);
