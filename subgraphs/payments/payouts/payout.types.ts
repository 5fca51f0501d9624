import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { PayoutId, SellerId } from '#contracts/ids';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { MoneyInput } from '#kernel/graphql/money.types';
import { updateType } from '#kernel/graphql/live.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { CurrencyCode, DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { PayoutRow } from './payout.entity';
import { type PayoutState, payoutMachine } from './payout.machine';
import { type PayoutSpeed, SPEEDS } from './payout.rules';

const States = enumOf(statesOf(payoutMachine));
registerEnumType(States, {
  name: 'PayoutState',
  description: 'Where a payout stands.',
  valuesConfig: {
    CREATED: { description: 'Reserved; about to be sent.' },
    SUBMITTED: { description: 'The provider has it.' },
    IN_TRANSIT: { description: 'On its way to the bank.' },
    UNKNOWN: { description: 'The reply was lost; it is being looked into.' },
    PAID: { description: 'The bank has it.' },
    FAILED: { description: 'Not paid; the amount is available again.' },
    CANCELLED: { description: 'Taken back before it was sent; the amount is available again.' },
    RETURNED: { description: 'The bank sent it back; the amount is available again.' },
  },
});

const Speeds = enumOf(SPEEDS);
registerEnumType(Speeds, {
  name: 'PayoutSpeed',
  description: 'How fast a payout is.',
  valuesConfig: {
    STANDARD: { description: 'In some working days; free.' },
    INSTANT: { description: 'At once, for a fee; trusted sellers.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'Money on its way to a seller. The seller’s members and operators.',
})
export class Payout
  extends NodeType
  implements Pick<PayoutRow, 'id' | 'state' | 'speed' | 'createdAt' | 'sellerId'>
{
  declare id: PayoutId;

  @Field(() => States, { description: 'Where it stands.' })
  state!: PayoutState;

  @Field(() => Speeds, { description: 'How fast.' })
  speed!: PayoutSpeed;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  sellerId!: SellerId;
  currency!: string;
  amountMinor!: bigint;
  feeMinor!: bigint;
}

export { Speeds as PayoutSpeedEnum };

/** What `payoutUpdated` sends. */
export const PayoutUpdate = updateType('Payout', 'payout', () => Payout);

export const PayoutConnection = connectionType('Payout', () => Payout);

@InputType({ description: 'Pays a seller out of the available balance.' })
export class PayoutCreateInput {
  @Field(() => ID, { description: 'Whom.' })
  sellerId!: string;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'How much; without it, as much as can be paid out now.',
  })
  amount?: MoneyInput | null;

  @Field(() => CurrencyCode, {
    nullable: true,
    description: 'ISO 4217; needed without an amount.',
  })
  currencyCode?: string | null;

  @Field(() => Speeds, { defaultValue: 'STANDARD', description: 'How fast.' })
  speed!: PayoutSpeed;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Takes back a payout that was not sent yet.' })
export class PayoutCancelInput {
  @Field(() => ID, { description: 'Which.' })
  payoutId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const PayoutCancelPayload = payloadType<{ payout: Payout }>(
  'PayoutCancel',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED'),
  { payout: { type: () => Payout, description: 'The payout now.' } },
);

export const PayoutCreatePayload = payloadType<{ payout: Payout }>(
  'PayoutCreate',
  codesOf(
    'NOT_FOUND',
    'AMOUNT_INVALID',
    'BALANCE_INSUFFICIENT',
    'PAYOUT_ACCOUNT_UNVERIFIED',
    'PAYOUT_ON_HOLD',
    'PAYOUT_TOO_SMALL',
    'PAYOUT_LIMIT',
    'INSTANT_NOT_ALLOWED',
  ),
  { payout: { type: () => Payout, description: 'The payout; the provider is asked next.' } },
);
