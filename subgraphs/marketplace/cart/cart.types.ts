import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import { type Payload, type PayloadClass, payloadType } from '#kernel/graphql/payload.types';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import type { AccountId, OfferId, SellerId } from '#contracts/ids';
import type { CartRow } from './cart.entity';
import { cartErrors, cartProblems } from './cart.errors';
import type { CartId, CartLineId } from './cart.ids';
import type { CartProblemCode } from './cart.rules';
import type { CartLineView } from './cart.service';

const CartProblemCodeEnum = enumOf(Object.keys(cartProblems) as CartProblemCode[]);
registerEnumType(CartProblemCodeEnum, {
  name: 'CartProblemCode',
  description: 'What blocks buying a line.',
  valuesConfig: Object.fromEntries(
    Object.entries(cartProblems).map(([code, description]) => [code, { description }]),
  ),
});

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description:
    'What someone may want to buy, across sellers. A cart made without an account is open to whoever knows its id.',
})
export class Cart extends NodeType implements Pick<CartRow, 'id' | 'accountId' | 'currency'> {
  declare id: CartId;

  accountId!: AccountId | null;
  currency!: string | null;
}

@ObjectType({ description: 'So many units of one offer, at its price of now.' })
export class CartLine implements Pick<
  CartLineView,
  'id' | 'offerId' | 'sellerId' | 'quantity' | 'currency' | 'unitMinor' | 'unitShippingMinor'
> {
  @Field(() => ID, { description: 'For cartLinesUpdate and cartLinesRemove.' })
  id!: CartLineId;

  @Field(() => Int, { description: 'Units, 1 to 10,000.' })
  quantity!: number;

  offerId!: OfferId;
  sellerId!: SellerId;
  currency!: string;
  unitMinor!: bigint;
  unitShippingMinor!: bigint;
}

@ObjectType({ description: 'The lines of one seller: they become one order.' })
export class CartGroup {
  @Field(() => [CartLine], { description: 'In the order in which they were added; 100 at most.' })
  lines!: CartLine[];

  sellerId!: SellerId;
}

@ObjectType({ description: 'Something that blocks the checkout.' })
export class CartProblem {
  @Field(() => CartProblemCodeEnum, { description: 'Stable: branch on this.' })
  code!: CartProblemCode;

  @Field(() => String, { description: 'For people.' })
  message!: string;

  @Field(() => ID, { description: 'The line that it is about.' })
  lineId!: string;
}

@InputType({ description: 'Units of an offer to put into a cart.' })
export class CartLineAddInput {
  @Field(() => ID, { description: 'Which offer.' })
  offerId!: string;

  @Field(() => Int, { description: 'Units, 1 to 10,000; added to what the cart has of it.' })
  quantity!: number;
}

@InputType({ description: 'A new cart.' })
export class CartCreateInput {
  @Field(() => CurrencyCode, {
    nullable: true,
    description: 'ISO 4217; without it the first line decides.',
  })
  currencyCode?: string | null;

  @Field(() => [CartLineAddInput], { nullable: true, description: 'Its first lines; at most 100.' })
  lines?: CartLineAddInput[] | null;
}

@InputType({ description: 'What to put into a cart.' })
export class CartLinesAddInput {
  @Field(() => ID, { description: 'Which cart.' })
  cartId!: string;

  @Field(() => [CartLineAddInput], { description: 'At most 100.' })
  lines!: CartLineAddInput[];
}

@InputType({ description: 'A line’s new quantity.' })
export class CartLineUpdateInput {
  @Field(() => ID, { description: 'Which line.' })
  lineId!: string;

  @Field(() => Int, { description: 'Units, 1 to 10,000; 0 removes the line.' })
  quantity!: number;
}

@InputType({ description: 'New quantities of a cart’s lines.' })
export class CartLinesUpdateInput {
  @Field(() => ID, { description: 'Which cart.' })
  cartId!: string;

  @Field(() => [CartLineUpdateInput], { description: 'At most 100.' })
  lines!: CartLineUpdateInput[];
}

@InputType({ description: 'Lines to take out of a cart.' })
export class CartLinesRemoveInput {
  @Field(() => ID, { description: 'Which cart.' })
  cartId!: string;

  @Field(() => [ID], { description: 'Which lines.' })
  lineIds!: string[];
}

const { CART_NOT_FOUND, OFFER_NOT_FOUND, CART_LINE_NOT_FOUND, QUANTITY_INVALID, CART_FULL } =
  cartErrors;
export type CartResult = Payload<{ cart: Cart }>;
const cart = { type: () => Cart, description: 'The cart as it is now.' };
const payload = (name: string, codes: Record<string, string>): PayloadClass<{ cart: Cart }> =>
  payloadType<{ cart: Cart }>(name, codes, { cart });

export const CartCreatePayload = payload('CartCreate', {
  OFFER_NOT_FOUND,
  QUANTITY_INVALID,
  CART_FULL,
});
export const CartLinesAddPayload = payload('CartLinesAdd', {
  CART_NOT_FOUND,
  OFFER_NOT_FOUND,
  QUANTITY_INVALID,
  CART_FULL,
});
export const CartLinesUpdatePayload = payload('CartLinesUpdate', {
  CART_NOT_FOUND,
  CART_LINE_NOT_FOUND,
  QUANTITY_INVALID,
  CART_FULL,
});
export const CartLinesRemovePayload = payload('CartLinesRemove', {
  CART_NOT_FOUND,
  CART_LINE_NOT_FOUND,
});
