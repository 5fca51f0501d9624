import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { codesOf } from '../payments.errors';

@InputType({ description: 'What would be released: name the order or its escrow.' })
export class EscrowReleasePreviewInput {
  @Field(() => ID, { nullable: true, description: 'The order.' })
  orderId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Or its escrow.' })
  escrowId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only this part of it; without it all that has left.',
  })
  trancheId?: string | null;
}

/** A share of a release that only the seller's side and operators see. */
const Share = (description: string) => Field(() => MoneyType, { nullable: true, description });

@ObjectType({
  description:
    'What the buyer’s word would do now, run for real and rolled back. What becomes of it on the seller’s side is null for the buyer.',
})
export class EscrowReleasePreview {
  @Field(() => MoneyType, { description: 'What would leave the escrow; the shares add up to it.' })
  gross!: MoneyType;

  @Field(() => MoneyType, {
    description: 'What would be frozen instead, until a person has looked at it.',
  })
  frozen!: MoneyType;

  @Share('The platform’s commission.')
  commission!: MoneyType | null;

  @Share('The tax on it.')
  tax!: MoneyType | null;

  @Share('What the seller owed.')
  debt!: MoneyType | null;

  @Share('What an advance would take.')
  advance!: MoneyType | null;

  @Share('What would fill the ads wallet.')
  ads!: MoneyType | null;

  @Share('What would be kept back longer, for refunds to come.')
  reserve!: MoneyType | null;

  @Share('What would wait until it is available.')
  pending!: MoneyType | null;

  @Share('What could be paid out at once.')
  available!: MoneyType | null;
}

export const EscrowReleasePreviewPayload = payloadType<{ preview: EscrowReleasePreview }>(
  'EscrowReleasePreview',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED', 'TRANCHE_FROZEN'),
  { preview: { type: () => EscrowReleasePreview, description: 'What would happen.' } },
);
