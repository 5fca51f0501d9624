import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { idempotencyErrors } from '#kernel/errors/refusal';
import { NodeType } from '#kernel/graphql/connection.types';
import { MoneyInput } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import type { OrderGroupId } from '#contracts/ids';
import type { CartId } from '../cart/cart.ids';
import { OrderGroup } from '../orders/order-group.types';
import { AddressInput, PostalAddress } from './address.types';
import type { CheckoutRow } from './checkout.entity';
import { checkoutBeginErrors, checkoutErrors } from './checkout.errors';
import type { CheckoutId } from './checkout.ids';
import { type CheckoutState, checkoutMachine } from './checkout.machine';

const CheckoutStateEnum = enumOf(statesOf(checkoutMachine));
registerEnumType(CheckoutStateEnum, {
  name: 'CheckoutState',
  description: 'Where a checkout is in its life.',
  valuesConfig: {
    OPEN: { description: 'Stock is reserved and prices are fixed until `expiresAt`.' },
    COMPLETED: { description: 'It became orders.' },
    CANCELLED: { description: 'Given up by the buyer; nothing is reserved.' },
    EXPIRED: { description: 'The reservation ran out; nothing is reserved.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description:
    'A cart on its way to become orders: stock reserved, prices fixed. Only its buyer sees it.',
})
export class Checkout
  extends NodeType
  implements
    Pick<
      CheckoutRow,
      | 'id'
      | 'state'
      | 'cartId'
      | 'expiresAt'
      | 'orderGroupId'
      | 'currency'
      | 'totalMinor'
      | 'shipTo'
    >
{
  declare id: CheckoutId;

  @Field(() => CheckoutStateEnum, { description: 'See CheckoutState.' })
  state!: CheckoutState;

  @Field(() => DateTime, { description: 'When an open checkout gives its stock back.' })
  expiresAt!: Date;

  @Field(() => PostalAddress, { description: 'Where the goods go.' })
  shipTo!: PostalAddress;

  cartId!: CartId;
  orderGroupId!: OrderGroupId | null;
  currency!: string;
  totalMinor!: bigint;
}

const KEY = 'One intent, one key (1 to 200 characters): repeating the call repeats nothing.';

@InputType({ description: 'What to buy and where it goes.' })
export class CheckoutBeginInput {
  @Field(() => ID, { description: 'Which cart; an older open checkout of it is cancelled.' })
  cartId!: string;

  @Field(() => AddressInput, { description: 'Where the goods go.' })
  shipTo!: AddressInput;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which checkout becomes orders.' })
export class CheckoutCompleteInput {
  @Field(() => ID, { description: 'Which checkout.' })
  checkoutId!: string;

  @Field(() => MoneyInput, { description: 'The total as the buyer saw it; another is refused.' })
  expectedTotal!: MoneyInput;

  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@InputType({ description: 'Which checkout is given up.' })
export class CheckoutCancelInput {
  @Field(() => ID, { description: 'Which checkout.' })
  checkoutId!: string;

  @Field(() => String, {
    nullable: true,
    description: '1 to 200 characters; the same key has one effect. Recommended.',
  })
  idempotencyKey?: string | null;
}

const checkout = { type: () => Checkout, description: 'The checkout as it is now.' };

export const CheckoutBeginPayload = payloadType<{ checkout: Checkout }>(
  'CheckoutBegin',
  { ...idempotencyErrors, ...checkoutBeginErrors },
  { checkout },
);

const {
  CHECKOUT_NOT_FOUND,
  CHECKOUT_COMPLETED,
  CHECKOUT_EXPIRED,
  CHECKOUT_CANCELLED,
  PRICE_CHANGED,
  SELLER_RESTRICTED,
} = checkoutErrors;
export const CheckoutCompletePayload = payloadType<{ orderGroup: OrderGroup }>(
  'CheckoutComplete',
  {
    ...idempotencyErrors,
    CHECKOUT_NOT_FOUND,
    CHECKOUT_EXPIRED,
    CHECKOUT_CANCELLED,
    PRICE_CHANGED,
    SELLER_RESTRICTED,
  },
  { orderGroup: { type: () => OrderGroup, description: 'The orders, one per seller.' } },
);
export const CheckoutCancelPayload = payloadType<{ checkout: Checkout }>(
  'CheckoutCancel',
  { ...idempotencyErrors, CHECKOUT_NOT_FOUND, CHECKOUT_COMPLETED },
  { checkout },
);
