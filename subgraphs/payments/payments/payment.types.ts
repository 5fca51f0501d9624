import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { AccountId, PaymentId } from '#contracts/ids';
import { NodeType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { InCurrency } from '../payments.rows';
import type { TenderId } from '../payments.ids';
import type { PaymentRow } from './payment.entity';
import type { PaymentState } from './payment.rules';
import type { TenderRow } from './tender.entity';
import { type TenderState, tenderMachine } from './tender.machine';

const States = enumOf(statesOf(tenderMachine));
registerEnumType(States, {
  name: 'PaymentStatus',
  description: 'Where a payment or one of its tenders stands.',
  valuesConfig: {
    CREATED: { description: 'About to be sent.' },
    REQUIRES_ACTION: { description: 'The payer must act: open `actionUrl`.' },
    PENDING: { description: 'The provider is working on it.' },
    AUTHORIZED: { description: 'The money is kept for us; it is taken after a check.' },
    CAPTURED: { description: 'The money is in.' },
    FAILED: { description: 'Declined; another payment may be made.' },
    EXPIRED: { description: 'Not completed in time; the order expired.' },
    UNKNOWN: { description: 'The reply was lost; it is being looked into. Nothing is sent twice.' },
  },
});

const Parts = enumOf(['WHOLE', 'DEPOSIT', 'BALANCE'] as const);
registerEnumType(Parts, {
  name: 'PaymentPart',
  description: 'Which part of an order group a payment pays.',
  valuesConfig: {
    WHOLE: { description: 'All of it at once.' },
    DEPOSIT: { description: 'The deposits, and in full the orders that have none.' },
    BALANCE: { description: 'What the deposits left open.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType('OrderGroup', { implements: NodeType, description: 'What was checked out together.' })
export class OrderGroup extends NodeType {}

@ObjectType({
  description: 'One means of payment within a payment. Buyer, operators and auditors.',
})
export class PaymentTender implements Pick<InCurrency<TenderRow>, 'id' | 'declineCode' | 'last4'> {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: TenderId;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was declined, as the provider says.',
  })
  declineCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The last four digits, as far as the provider tells.',
  })
  last4!: string | null;

  brand!: string | null;
  creditAccountId!: bigint | null;
  state!: TenderState;
  currency!: string;
  amountMinor!: bigint;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'One attempt to pay an order group. Its buyer, operators and auditors see it.',
})
export class Payment
  extends NodeType
  implements Pick<PaymentRow, 'id' | 'createdAt' | 'state' | 'buyerId' | 'part'>
{
  declare id: PaymentId;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Parts, { description: 'Which part of the order group it pays.' })
  part!: PaymentRow['part'];

  state!: PaymentState;
  buyerId!: AccountId;
  currency!: string;
  amountMinor!: bigint;
  orderGroupId!: string;
}

export { States as PaymentStatus };

export const PaymentCreatePayload = payloadType<{ payment: Payment }>(
  'PaymentCreate',
  codesOf(
    'PAYMENT_REQUEST_INVALID',
    'PAYMENT_REQUEST_EXPIRED',
    'PAYMENT_IN_PROGRESS',
    'PAYMENT_OUTCOME_UNKNOWN',
    'PAYMENT_DECLINED',
    'CARD_NUMBER_REFUSED',
    'METHOD_UNUSABLE',
    'AMOUNT_INVALID',
    'AMOUNT_EXCEEDS_AVAILABLE',
  ),
  { payment: { type: () => Payment, description: 'The payment, as far as it is known.' } },
);

export const PaymentConfirmPayload = payloadType<{ payment: Payment }>(
  'PaymentConfirm',
  codesOf('NOT_FOUND', 'PAYMENT_DECLINED'),
  { payment: { type: () => Payment, description: 'The payment, read again.' } },
);
