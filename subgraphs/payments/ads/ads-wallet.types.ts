import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { payloadType } from '#kernel/graphql/payload.types';
import { codesOf } from '../payments.errors';

@ObjectType({
  description: 'What a seller has set aside for advertising. Its members and operators.',
})
export class AdsWallet {
  @Field(() => CurrencyCode, { description: 'One wallet for each.' })
  currencyCode!: string;

  @Field(() => MoneyType, { description: 'What is in it and not granted to a campaign.' })
  balance!: MoneyType;

  @Field(() => MoneyType, {
    nullable: true,
    description: 'Each release fills it up to this; null: by hand only.',
  })
  fillTo!: MoneyType | null;
}

@InputType({ description: 'Moves a seller’s money into its ads wallet.' })
export class AdsWalletTopUpInput {
  @Field(() => ID, { description: 'Whose.' })
  sellerId!: string;

  @Field(() => MoneyInput, { description: 'How much; at most what is available.' })
  amount!: MoneyInput;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Takes money back out of a seller’s ads wallet.' })
export class AdsWalletWithdrawInput extends AdsWalletTopUpInput {}

@InputType({ description: 'Fills a seller’s ads wallet from each release.' })
export class AdsWalletAutoTopUpUpdateInput {
  @Field(() => ID, { description: 'Whose.' })
  sellerId!: string;

  @Field(() => MoneyInput, { description: 'Up to how much; 0: no more by itself.' })
  fillTo!: MoneyInput;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

const walletField = { adsWallet: { type: () => AdsWallet, description: 'The wallet now.' } };

export const AdsWalletTopUpPayload = payloadType<{ adsWallet: AdsWallet }>(
  'AdsWalletTopUp',
  codesOf('NOT_FOUND', 'AMOUNT_INVALID', 'BALANCE_INSUFFICIENT'),
  walletField,
);
export const AdsWalletWithdrawPayload = payloadType<{ adsWallet: AdsWallet }>(
  'AdsWalletWithdraw',
  codesOf('NOT_FOUND', 'AMOUNT_INVALID', 'BALANCE_INSUFFICIENT'),
  walletField,
);
export const AdsWalletAutoTopUpUpdatePayload = payloadType<{ adsWallet: AdsWallet }>(
  'AdsWalletAutoTopUpUpdate',
  codesOf('NOT_FOUND', 'AMOUNT_INVALID'),
  walletField,
);
