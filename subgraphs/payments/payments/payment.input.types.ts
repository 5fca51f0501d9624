import { Field, ID, InputType } from 'type-graphql';
import { MoneyInput } from '#kernel/graphql/money.types';

@InputType({
  description:
    'One means of payment (one of token, paymentMethodId and buyerCredit) and what it pays.',
})
export class PaymentTenderInput {
  @Field(() => String, {
    nullable: true,
    description: 'The provider’s token for it; never a card number (CARD_NUMBER_REFUSED).',
  })
  token?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Or a means of payment that the buyer keeps; METHOD_UNUSABLE when it is expired, removed or not theirs.',
  })
  paymentMethodId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Or true: the buyer’s credit; AMOUNT_EXCEEDS_AVAILABLE when there is less.',
  })
  buyerCredit?: boolean | null;

  @Field(() => MoneyInput, { description: 'Its part of the total.' })
  amount!: MoneyInput;
}

@InputType({ description: 'Pays an order group.' })
export class PaymentCreateInput {
  @Field(() => String, { description: '`OrderGroup.paymentRequest`, read within 15 minutes.' })
  paymentRequest!: string;

  @Field(() => [PaymentTenderInput], { description: '1 to 30; they add up to the total.' })
  tenders!: PaymentTenderInput[];

  @Field(() => String, {
    nullable: true,
    description: 'Names the device, always alike; 1 to 200 characters. Only a hash is kept.',
  })
  deviceId?: string | null;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Reads a payment again after the payer acted.' })
export class PaymentConfirmInput {
  @Field(() => ID, { description: 'Which.' })
  paymentId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}
