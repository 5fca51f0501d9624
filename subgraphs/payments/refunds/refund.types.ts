import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { OrderId, OrderLineId, RefundId } from '#contracts/ids';
import { MoneyInput } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { RefundState } from './refund.machine';
import type { RefundLineRow } from './refund-line.entity';
import type { RefundRow } from './refund.entity';
import { FAULTS } from './refund.rules';

const RefundStates = enumOf([
  'CREATED',
  'SENT',
  'SUCCEEDED',
  'UNKNOWN',
  'CREDITED',
  'UNDONE',
  'CHARGED_BACK',
] as const);
registerEnumType(RefundStates, {
  name: 'RefundState',
  description: 'Where a refund stands.',
  valuesConfig: {
    CREATED: { description: 'Due to the buyer; about to be sent.' },
    SENT: { description: 'The provider is working on it.' },
    SUCCEEDED: { description: 'The provider has paid it back.' },
    UNKNOWN: { description: 'The reply was lost; it is being looked into.' },
    CREDITED: { description: 'It could not be sent back; kept as the buyer’s credit.' },
    CHARGED_BACK: {
      description:
        'The buyer’s bank took the payment back: it pays the buyer, unless that is undone.',
    },
    UNDONE: { description: 'An appeal changed the decision before it was sent.' },
  },
});

const Faults = enumOf(FAULTS);
registerEnumType(Faults, {
  name: 'RefundFault',
  description: 'Whose fault it is that money goes back.',
  valuesConfig: {
    BUYER: { description: 'The buyer’s.' },
    SELLER: { description: 'The seller’s.' },
    PLATFORM: { description: 'The platform’s.' },
    NOBODY: { description: 'Nobody’s, or not judged.' },
  },
});

@ObjectType({ description: 'Goods of one order line that were refunded.' })
export class RefundLine implements Pick<RefundLineRow, 'orderLineId' | 'quantity'> {
  @Field(() => ID, { description: 'Which line of the order.' })
  orderLineId!: OrderLineId;

  @Field(() => Int, { description: 'How many of it.' })
  quantity!: number;

  amountMinor!: bigint;
  currency!: string;
}

@ObjectType({ description: 'Money on its way back to the buyer. Buyer, seller, operators.' })
export class Refund implements Pick<
  RefundRow,
  'id' | 'state' | 'fault' | 'cause' | 'createdAt' | 'orderId'
> {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: RefundId;

  @Field(() => RefundStates, { description: 'Where it stands.' })
  state!: RefundState;

  @Field(() => String, { description: 'Why it was made.' })
  cause!: string;

  @Field(() => Faults, { description: 'Whose fault it is.' })
  fault!: RefundRow['fault'];

  @Field(() => DateTime, { description: 'When it became due.' })
  createdAt!: Date;

  orderId!: OrderId | null;
  currency!: string;
  amountMinor!: bigint;
}

@InputType({ description: 'Goods to refund at what they cost when they were ordered.' })
export class RefundLineInput {
  @Field(() => ID, { description: 'Which line of the order.' })
  orderLineId!: string;

  @Field(() => Int, { description: 'How many of it; at least 1.' })
  quantity!: number;
}

@InputType({ description: 'Refunds an order, whole or in part.' })
export class RefundCreateInput {
  @Field(() => ID, { description: 'Which order.' })
  orderId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Only out of this part of the order’s money, e.g. that of one parcel.',
  })
  trancheId?: string | null;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'How much; without it all that is held, or all that was released.',
  })
  amount?: MoneyInput | null;

  @Field(() => [RefundLineInput], {
    nullable: true,
    description: 'Goods instead of an amount; their shipping and fees return with them.',
  })
  lines?: RefundLineInput[] | null;

  @Field(() => String, { description: 'Why, for the buyer to read; 1 to 500 characters.' })
  reason!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const RefundCreatePayload = payloadType<{ refund: Refund }>(
  'RefundCreate',
  codesOf(
    'NOT_FOUND',
    'AMOUNT_INVALID',
    'AMOUNT_EXCEEDS_AVAILABLE',
    'BALANCE_INSUFFICIENT',
    'TRANCHE_FROZEN',
    'REFUND_BLOCKED_BY_CHARGEBACK',
    'CARD_NUMBER_REFUSED',
  ),
  { refund: { type: () => Refund, description: 'The refund; the provider is asked next.' } },
);
