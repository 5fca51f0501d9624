import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { ChargebackId, OrderId, PaymentId } from '#contracts/ids';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import { Order } from '../escrow/escrow.types';
import { codesOf } from '../payments.errors';
import type { ChargebackRow } from './chargeback.entity';
import { type ChargebackState, chargebackMachine } from './chargeback.machine';
import type { Liable } from './liability.rules';

const States = enumOf(statesOf(chargebackMachine));
registerEnumType(States, {
  name: 'ChargebackState',
  description: 'Where a payer’s complaint at the bank stands.',
  valuesConfig: {
    WARNING: { description: 'The bank asks; nothing was taken, what it is about is frozen.' },
    PREVENTED: { description: 'The bank dropped its warning.' },
    OPENED: { description: 'The bank took the money; evidence may be submitted once.' },
    SUBMITTED: { description: 'Our evidence is on its way to the bank.' },
    UNDER_REVIEW: { description: 'The bank decides.' },
    WON: { description: 'The money came back.' },
    LOST: { description: 'The bank gave it to the payer.' },
    ACCEPTED: { description: 'It was not contested.' },
  },
});
export { States as ChargebackStates };

const Liables = enumOf(['SELLER', 'PLATFORM'] as const);
registerEnumType(Liables, {
  name: 'ChargebackLiable',
  description: 'Who bears a chargeback that is lost.',
  valuesConfig: {
    SELLER: { description: 'The seller: it is about the goods.' },
    PLATFORM: { description: 'The platform: it is about the card or the processing.' },
  },
});

@ObjectType({
  description: 'What an order bears of a chargeback. Its parties, operators and auditors.',
})
export class ChargebackShare {
  @Field(() => Order, { description: 'The order.' })
  order!: { readonly id: OrderId };

  @Field(() => MoneyType, { description: 'Its part, before fees; 0 while nothing was taken.' })
  amount!: MoneyType;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description:
    'A payer’s complaint at the bank. The buyer, sellers of the payment’s orders, operators, auditors.',
})
export class Chargeback
  extends NodeType
  implements
    Pick<
      ChargebackRow,
      'id' | 'state' | 'reason' | 'liable' | 'dueAt' | 'createdAt' | 'openedAt' | 'closedAt'
    >
{
  declare id: ChargebackId;

  @Field(() => States, { description: 'Where it stands.' })
  state!: ChargebackState;

  @Field(() => String, { description: 'Why, in the bank’s words, e.g. `product_not_received`.' })
  reason!: string;

  @Field(() => Liables, { description: 'Who bears it when it is lost.' })
  liable!: Liable;

  @Field(() => DateTime, { description: 'Until when it can be answered.' })
  dueAt!: Date;

  @Field(() => DateTime, { description: 'When it was first heard of.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the bank took the money.' })
  openedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it is open.' })
  closedAt!: Date | null;

  paymentId!: PaymentId;
  currency!: string;
  amountMinor!: bigint;
  feeMinor!: bigint;
}

export const ChargebackConnection = connectionType('Chargeback', () => Chargeback);

@InputType({ description: 'Contests a chargeback.' })
export class ChargebackEvidenceSubmitInput {
  @Field(() => ID, { description: 'Which.' })
  chargebackId!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'In the seller’s words, beside what the platform knows; 1 to 5,000 characters and no card number.',
  })
  statement?: string | null;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Does not contest a chargeback.' })
export class ChargebackAcceptInput {
  @Field(() => ID, { description: 'Which.' })
  chargebackId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

const chargebackField = { chargeback: { type: () => Chargeback, description: 'As it is now.' } };

export const ChargebackEvidenceSubmitPayload = payloadType<{ chargeback: Chargeback }>(
  'ChargebackEvidenceSubmit',
  codesOf(
    'NOT_FOUND',
    'TRANSITION_NOT_ALLOWED',
    'EVIDENCE_CLOSED',
    'EVIDENCE_REFUSED',
    'CARD_NUMBER_REFUSED',
  ),
  chargebackField,
);

export const ChargebackAcceptPayload = payloadType<{ chargeback: Chargeback }>(
  'ChargebackAccept',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED', 'EVIDENCE_CLOSED'),
  chargebackField,
);
