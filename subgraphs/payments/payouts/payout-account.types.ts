import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { payloadType } from '#kernel/graphql/payload.types';
import { codesOf } from '../payments.errors';
import type { PayoutAccountId } from '../payments.ids';
import type { PayoutAccountRow } from './payout-account.entity';

@ObjectType({ description: 'Where a seller’s payouts go. Its members and operators.' })
export class PayoutAccount implements Pick<PayoutAccountRow, 'id' | 'verified' | 'country'> {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: PayoutAccountId;

  @Field(() => Boolean, { description: 'True when payouts may go there.' })
  verified!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Country of the bank (ISO 3166-1 alpha-2); null when nobody said.',
  })
  country!: string | null;

  destination!: string;
  removedAt!: Date | null;
}

@InputType({ description: 'Registers, or replaces, where a seller’s payouts go.' })
export class PayoutAccountCreateInput {
  @Field(() => ID, { description: 'Whose.' })
  sellerId!: string;

  @Field(() => String, { description: 'The provider’s token for the bank account.' })
  destination!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Country of the bank (ISO 3166-1 alpha-2): on its holidays no payout is expected to arrive.',
  })
  country?: string | null;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Lets payouts go to an account again.' })
export class PayoutAccountVerifyInput {
  @Field(() => ID, { description: 'Which.' })
  payoutAccountId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Takes away where a seller’s payouts go.' })
export class PayoutAccountRemoveInput {
  @Field(() => ID, { description: 'Which.' })
  payoutAccountId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

const accountField = { payoutAccount: { type: () => PayoutAccount, description: 'The account.' } };

export const PayoutAccountCreatePayload = payloadType<{ payoutAccount: PayoutAccount }>(
  'PayoutAccountCreate',
  codesOf(
    'NOT_FOUND',
    'STEP_UP_REQUIRED',
    'DESTINATION_INVALID',
    'COUNTRY_INVALID',
    'CARD_NUMBER_REFUSED',
  ),
  accountField,
);

export const PayoutAccountVerifyPayload = payloadType<{ payoutAccount: PayoutAccount }>(
  'PayoutAccountVerify',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED'),
  accountField,
);

export const PayoutAccountRemovePayload = payloadType<{ payoutAccount: PayoutAccount }>(
  'PayoutAccountRemove',
  codesOf('NOT_FOUND'),
  accountField,
);
