import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { codesOf } from '../payments.errors';
import { RefundLine, RefundLineInput } from './refund.types';

@InputType({ description: 'A refund to look at before it is made.' })
export class RefundPreviewInput {
  @Field(() => ID, { description: 'Of which order.' })
  orderId!: string;

  @Field(() => ID, { nullable: true, description: 'Only out of this part of the order’s money.' })
  trancheId?: string | null;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'How much; without it all that is held, or all that was released.',
  })
  amount?: MoneyInput | null;

  @Field(() => [RefundLineInput], { nullable: true, description: 'Goods instead of an amount.' })
  lines?: RefundLineInput[] | null;
}

@ObjectType({ description: 'What one means of payment would get back. Operators.' })
export class RefundPreviewTender {
  @Field(() => ID, { description: 'Which: `PaymentTender.id`.' })
  tenderId!: string;

  @Field(() => MoneyType, { description: 'How much.' })
  amount!: MoneyType;
}

/** A source of a refund. */
const Source = (description: string) => Field(() => MoneyType, { description });

@ObjectType({
  description:
    'What a refund would do now, run for real and rolled back. The sources (`held` to `tax`) add up to the amount.',
})
export class RefundPreview {
  @Source('What would go back to the buyer.')
  amount!: MoneyType;

  @Source('Out of what is held.')
  held!: MoneyType;

  @Source('Out of what the seller could be paid out.')
  available!: MoneyType;

  @Source('Out of what waits until it is available to the seller.')
  pending!: MoneyType;

  @Source('Out of what is kept back longer of the seller’s money.')
  reserve!: MoneyType;

  @Source('What the seller would owe from then on.')
  owed!: MoneyType;

  @Source('What an advance had taken: it is outstanding again.')
  advance!: MoneyType;

  @Source('What the platform would give back of its commission.')
  commission!: MoneyType;

  @Source('What it would give back of the tax on it.')
  tax!: MoneyType;

  @Source('Commission and tax on what is held, which would never be charged.')
  feesWaived!: MoneyType;

  @Field(() => [RefundLine], { description: 'The goods; empty for a refund by amount.' })
  lines!: RefundLine[];

  @Field(() => [RefundPreviewTender], {
    nullable: true,
    description: 'What each means of payment would get back; null for others than operators.',
  })
  tenders!: RefundPreviewTender[] | null;
}

export const RefundPreviewPayload = payloadType<{ preview: RefundPreview }>(
  'RefundPreview',
  codesOf(
    'NOT_FOUND',
    'AMOUNT_INVALID',
    'AMOUNT_EXCEEDS_AVAILABLE',
    'BALANCE_INSUFFICIENT',
    'TRANCHE_FROZEN',
    'REFUND_BLOCKED_BY_CHARGEBACK',
  ),
  { preview: { type: () => RefundPreview, description: 'What would happen.' } },
);
