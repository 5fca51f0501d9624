import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { PayoutId, SellerId } from '#contracts/ids';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { MoneyInput } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { PayoutAccountId } from '../payments.ids';
import type { PayoutAccountRow } from './payout-account.entity';
import type { PayoutRow } from './payout.entity';
import { type PayoutState, payoutMachine } from './payout.machine';

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
    RETURNED: { description: 'The bank sent it back; the amount is available again.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'Money on its way to a seller. The seller’s members and operators.',
})
export class Payout
  extends NodeType
  implements Pick<PayoutRow, 'id' | 'state' | 'createdAt' | 'sellerId'>
{
  declare id: PayoutId;

  @Field(() => States, { description: 'Where it stands.' })
  state!: PayoutState;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  sellerId!: SellerId;
  currency!: string;
  amountMinor!: bigint;
}

export const PayoutConnection = connectionType('Payout', () => Payout);

@ObjectType({ description: 'Where a seller’s payouts go. The seller’s members.' })
export class PayoutAccount implements Pick<PayoutAccountRow, 'id' | 'verified'> {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: PayoutAccountId;

  @Field(() => Boolean, { description: 'True when payouts may go there.' })
  verified!: boolean;

  destination!: string;
}

@InputType({ description: 'Registers, or replaces, where a seller’s payouts go.' })
export class PayoutAccountCreateInput {
  @Field(() => ID, { description: 'Whose.' })
  sellerId!: string;

  @Field(() => String, { description: 'The provider’s token for the bank account.' })
  destination!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Pays a seller out of the available balance.' })
export class PayoutCreateInput {
  @Field(() => ID, { description: 'Whom.' })
  sellerId!: string;

  @Field(() => MoneyInput, { description: 'How much; at most what is available.' })
  amount!: MoneyInput;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const PayoutAccountCreatePayload = payloadType<{ payoutAccount: PayoutAccount }>(
  'PayoutAccountCreate',
  codesOf('NOT_FOUND', 'DESTINATION_INVALID', 'CARD_NUMBER_REFUSED'),
  { payoutAccount: { type: () => PayoutAccount, description: 'The account.' } },
);

export const PayoutCreatePayload = payloadType<{ payout: Payout }>(
  'PayoutCreate',
  codesOf(
    'NOT_FOUND',
    'AMOUNT_INVALID',
    'BALANCE_INSUFFICIENT',
    'PAYOUT_ACCOUNT_UNVERIFIED',
    'PAYOUT_ON_HOLD',
  ),
  { payout: { type: () => Payout, description: 'The payout; the provider is asked next.' } },
);
