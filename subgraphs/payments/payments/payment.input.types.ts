import { Field, ID, InputType } from 'type-graphql';
import { MoneyInput } from '#kernel/graphql/money.types';

@InputType({ description: 'One means of payment and what it pays.' })
export class PaymentTenderInput {
  @Field(() => String, {
    description: 'The provider’s token for it; never a card number (CARD_NUMBER_REFUSED).',
  })
  token!: string;

  @Field(() => MoneyInput, { description: 'Its part of the total.' })
  amount!: MoneyInput;
}

@InputType({ description: 'Pays an order group.' })
export class PaymentCreateInput {
  @Field(() => String, { description: '`OrderGroup.paymentRequest`, read within 15 minutes.' })
  paymentRequest!: string;

  @Field(() => [PaymentTenderInput], { description: '1 to 30; they add up to the total.' })
  tenders!: PaymentTenderInput[];

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
