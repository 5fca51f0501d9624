import { Field, ID, InputType, Int } from 'type-graphql';
import { idempotencyErrors } from '#kernel/errors/refusal';
import { MoneyInput } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { catalogueErrors } from './catalogue.errors';
import { Offer } from './offer.types';

@InputType({ description: 'A seller’s terms for a variant that exists.' })
export class OfferCreateInput {
  @Field(() => ID, { description: 'Who sells; needs catalogue:write.' })
  sellerId!: string;

  @Field(() => ID, { description: 'Of a SHARED product, or of one that this seller made.' })
  variantId!: string;

  @Field(() => MoneyInput, { description: 'Of one unit; not negative.' })
  price!: MoneyInput;

  @Field(() => MoneyInput, { description: 'Of shipping one unit, in the same currency; may be 0.' })
  shippingPrice!: MoneyInput;

  @Field(() => Int, { description: 'Units on hand; 0 to 10,000,000.' })
  stock!: number;

  @Field(() => Int, { nullable: true, description: 'Grams; as the oldest offer when left out.' })
  weightG?: number | null;

  @Field(() => Int, { nullable: true, description: 'Cm; as the oldest offer when left out.' })
  lengthCm?: number | null;

  @Field(() => Int, { nullable: true, description: 'Cm; as the oldest offer when left out.' })
  widthCm?: number | null;

  @Field(() => Int, { nullable: true, description: 'Cm; as the oldest offer when left out.' })
  heightCm?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Working days until hand-over; as the oldest offer when left out.',
  })
  handlingDays?: number | null;

  @Field(() => String, {
    nullable: true,
    description: '1 to 200 characters; the same key has one effect. Recommended.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'The offer to pause.' })
export class OfferPauseInput {
  @Field(() => ID, { description: 'Its seller needs catalogue:write.' })
  offerId!: string;
}

@InputType({ description: 'The offer to publish.' })
export class OfferPublishInput {
  @Field(() => ID, { description: 'Its seller needs catalogue:write.' })
  offerId!: string;
}

@InputType({ description: 'The offer to withdraw.' })
export class OfferWithdrawInput {
  @Field(() => ID, { description: 'Its seller needs catalogue:write.' })
  offerId!: string;
}

@InputType({ description: 'How the units on hand change.' })
export class StockAdjustInput {
  @Field(() => ID, { description: 'Whose stock; its seller needs catalogue:write.' })
  offerId!: string;

  @Field(() => Int, { description: 'Units to add; negative to take away.' })
  delta!: number;

  @Field(() => String, { description: '1 to 200 characters; the same key has one effect.' })
  idempotencyKey!: string;
}

const offer = { offer: { type: () => Offer, description: 'The offer as it is now.' } };
const errors = catalogueErrors;
const { OFFER_NOT_FOUND, OFFER_STATE_INVALID, STOCK_INVALID, STOCK_BELOW_RESERVED } = errors;
const changeErrors = { OFFER_NOT_FOUND, OFFER_STATE_INVALID };

export const OfferCreatePayload = payloadType<{ offer: Offer }>(
  'OfferCreate',
  {
    VARIANT_NOT_FOUND: errors.VARIANT_NOT_FOUND,
    PRODUCT_PRIVATE: errors.PRODUCT_PRIVATE,
    OFFER_EXISTS: errors.OFFER_EXISTS,
    PRICE_INVALID: errors.PRICE_INVALID,
    STOCK_INVALID,
    MEASURES_INVALID: errors.MEASURES_INVALID,
    ...idempotencyErrors,
  },
  offer,
);
export const OfferPausePayload = payloadType<{ offer: Offer }>('OfferPause', changeErrors, offer);
export const OfferPublishPayload = payloadType<{ offer: Offer }>(
  'OfferPublish',
  changeErrors,
  offer,
);
export const OfferWithdrawPayload = payloadType<{ offer: Offer }>(
  'OfferWithdraw',
  changeErrors,
  offer,
);
export const StockAdjustPayload = payloadType<{ offer: Offer }>(
  'StockAdjust',
  { OFFER_NOT_FOUND, STOCK_INVALID, STOCK_BELOW_RESERVED, ...idempotencyErrors },
  offer,
);
