import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { codesOf } from '../payments.errors';
import type { PayoutSpeed } from './payout.rules';
import { PayoutSpeedEnum } from './payout.types';

@InputType({ description: 'A payout to look at before it is made.' })
export class PayoutPreviewInput {
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

  @Field(() => PayoutSpeedEnum, { defaultValue: 'STANDARD', description: 'How fast.' })
  speed!: PayoutSpeed;
}

@ObjectType({
  description: 'What a payout would do now, run for real and rolled back. The seller’s members.',
})
export class PayoutPreview {
  @Field(() => MoneyType, {
    nullable: true,
    description: 'What would be paid out; null when it would be refused (see `userErrors`).',
  })
  amount!: MoneyType | null;

  @Field(() => MoneyType, {
    nullable: true,
    description: 'What it would cost besides; null when it would be refused.',
  })
  fee!: MoneyType | null;

  @Field(() => MoneyType, {
    description:
      'The most that could leave now, a fee included: as far as the balance, the provider and the tier’s limit go.',
  })
  movable!: MoneyType;
}

export const PayoutPreviewPayload = payloadType<{ preview: PayoutPreview }>(
  'PayoutPreview',
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
  {
    preview: {
      type: () => PayoutPreview,
      description: 'What would happen; null only when there is nothing to look at.',
    },
  },
);
