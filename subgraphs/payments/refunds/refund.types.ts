import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { OrderId, RefundId } from '#contracts/ids';
import { MoneyInput } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { RefundState } from './refund.machine';
import type { RefundRow } from './refund.entity';

const RefundStates = enumOf(['CREATED', 'SENT', 'SUCCEEDED', 'UNKNOWN', 'CREDITED'] as const);
registerEnumType(RefundStates, {
  name: 'RefundState',
  description: 'Where a refund stands.',
  valuesConfig: {
    CREATED: { description: 'Due to the buyer; about to be sent.' },
    SENT: { description: 'The provider is working on it.' },
    SUCCEEDED: { description: 'The provider has paid it back.' },
    UNKNOWN: { description: 'The reply was lost; it is being looked into.' },
    CREDITED: { description: 'It could not be sent back; kept as the buyer’s credit.' },
  },
});

@ObjectType({ description: 'Money on its way back to the buyer. Buyer, seller, operators.' })
export class Refund implements Pick<RefundRow, 'id' | 'state' | 'cause' | 'createdAt' | 'orderId'> {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: RefundId;

  @Field(() => RefundStates, { description: 'Where it stands.' })
  state!: RefundState;

  @Field(() => String, { description: 'Why it was made.' })
  cause!: string;

  @Field(() => DateTime, { description: 'When it became due.' })
  createdAt!: Date;

  orderId!: OrderId | null;
  currency!: string;
  amountMinor!: bigint;
}

@InputType({ description: 'Refunds an order, whole or in part.' })
export class RefundCreateInput {
  @Field(() => ID, { description: 'Which order.' })
  orderId!: string;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'How much; without it all that is held, or all that was released.',
  })
  amount?: MoneyInput | null;

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
    'CARD_NUMBER_REFUSED',
  ),
  { refund: { type: () => Refund, description: 'The refund; the provider is asked next.' } },
);
