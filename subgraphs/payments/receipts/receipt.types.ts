import { Field, ID, Int, ObjectType } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { DateTime } from '#kernel/graphql/scalars';
import { Order } from '../escrow/escrow.types';

@ObjectType({ description: 'A line of an order, as it was paid.' })
export class ReceiptLine {
  @Field(() => ID, { description: 'The order line.' })
  orderLineId!: string;

  @Field(() => Int, { description: 'How many.' })
  quantity!: number;

  @Field(() => MoneyType, {
    description: 'What they cost together, with their part of the shipping.',
  })
  amount!: MoneyType;
}

@ObjectType({ description: 'An order, as it was paid.' })
export class ReceiptOrder {
  @Field(() => Order, { description: 'Which.' })
  order!: Order;

  @Field(() => ID, { description: 'Who sold it.' })
  sellerId!: string;

  @Field(() => [ReceiptLine], { description: 'Its lines; empty when they are not known.' })
  lines!: ReceiptLine[];

  @Field(() => MoneyType, { description: 'What it cost in all.' })
  total!: MoneyType;

  @Field(() => MoneyType, {
    description: 'Tax that the platform withholds for it, part of the total: what is known of tax.',
  })
  tax!: MoneyType;
}

@ObjectType({ description: 'A means of payment, as it was charged.' })
export class ReceiptTender {
  @Field(() => MoneyType, { description: 'What it paid.' })
  amount!: MoneyType;

  @Field(() => Boolean, { description: 'True when it was the buyer’s credit.' })
  isBuyerCredit!: boolean;

  @Field(() => String, { nullable: true, description: 'Kind of card, as far as it is known.' })
  brand!: string | null;

  @Field(() => String, { nullable: true, description: 'Its last four digits.' })
  last4!: string | null;
}

@ObjectType({
  description:
    'What was written down of a payment when it was paid; it never changes. Its buyer, operators and auditors.',
})
export class PaymentReceipt {
  @Field(() => String, { description: 'What it is called, e.g. `R-00000042`; unique.' })
  number!: string;

  @Field(() => DateTime, { description: 'When it was paid.' })
  issuedAt!: Date;

  @Field(() => MoneyType, { description: 'What was paid in all.' })
  total!: MoneyType;

  @Field(() => [ReceiptOrder], { description: 'What was paid for.' })
  orders!: ReceiptOrder[];

  @Field(() => [ReceiptTender], { description: 'With what, in the order given.' })
  tenders!: ReceiptTender[];

  @Field(() => String, { description: 'The same as an HTML page of its own, without refunds.' })
  html!: string;

  paymentId!: string;
}
