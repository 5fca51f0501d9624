import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { idempotencyErrors } from '#kernel/errors/refusal';
import { MoneyInput } from '#kernel/graphql/money.types';
import { UserError, payloadType } from '#kernel/graphql/payload.types';
import { enumOf } from '#kernel/machine/machine';
import { catalogueErrors } from './catalogue.errors';
import { Product } from './product.types';

const ProductSharing = enumOf(['SHARED', 'PRIVATE']);
registerEnumType(ProductSharing, {
  name: 'ProductSharing',
  description: 'Who may offer a product.',
  valuesConfig: {
    SHARED: { description: 'Any seller.' },
    PRIVATE: { description: 'Only the seller who made it.' },
  },
});

@InputType({ description: 'One form of a product, with the seller’s own terms for it.' })
export class ListingVariantInput {
  @Field(() => String, {
    description: 'The seller’s code, unique in the product; 1 to 80 characters.',
  })
  sku!: string;

  @Field(() => String, { description: 'What sets it apart; at most 200 characters, may be empty.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'GS1 number of 8, 12, 13 or 14 digits.' })
  gtin?: string | null;

  @Field(() => MoneyInput, { description: 'Of one unit; not negative.' })
  price!: MoneyInput;

  @Field(() => MoneyInput, { description: 'Of shipping one unit, in the same currency; may be 0.' })
  shippingPrice!: MoneyInput;

  @Field(() => Int, { description: 'Units on hand, reserved ones included; 0 to 10,000,000.' })
  stock!: number;

  @Field(() => Int, { description: 'Weight of one packed unit in grams.' })
  weightG!: number;

  @Field(() => Int, { description: 'Length of one packed unit in cm.' })
  lengthCm!: number;

  @Field(() => Int, { description: 'Width of one packed unit in cm.' })
  widthCm!: number;

  @Field(() => Int, { description: 'Height of one packed unit in cm.' })
  heightCm!: number;

  @Field(() => Int, {
    defaultValue: 2,
    description: 'Working days until it is handed to a carrier; 0 to 90.',
  })
  handlingDays!: number;
}

@InputType({ description: 'A product with its variants and the seller’s terms.' })
export class ListingInput {
  @Field(() => String, { description: 'Finds the product: unique, 1 to 120 of a-z, 0-9 and -.' })
  handle!: string;

  @Field(() => String, { description: 'One line of 1 to 200 characters.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'Plain text, at most 10,000 characters.' })
  description?: string | null;

  @Field(() => String, { description: 'The category’s handle.' })
  categoryHandle!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The category’s name; needed when there is none with this handle yet.',
  })
  categoryName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Language of the texts, BCP 47; `en` when left out.',
  })
  language?: string | null;

  @Field(() => ProductSharing, {
    nullable: true,
    description: 'Who may offer it; SHARED when left out and a variant has a GTIN, else PRIVATE.',
  })
  sharing?: 'SHARED' | 'PRIVATE' | null;

  @Field(() => [ListingVariantInput], {
    description: '1 to 100; variants that exist and are not named stay as they are.',
  })
  variants!: ListingVariantInput[];
}

@InputType({ description: 'Products to make or change.' })
export class ListingsUpsertInput {
  @Field(() => ID, { description: 'For whom; needs catalogue:write.' })
  sellerId!: string;

  @Field(() => [ListingInput], { description: '1 to 100; each stands for itself.' })
  listings!: ListingInput[];

  @Field(() => String, {
    nullable: true,
    description:
      '1 to 200 characters; the same key has one effect and the first results, refusals too. Recommended.',
  })
  idempotencyKey?: string | null;
}

const { TOO_MANY_LISTINGS, ...rowErrors } = catalogueErrors;
const ListingErrorCode = enumOf(Object.keys(rowErrors));
registerEnumType(ListingErrorCode, {
  name: 'ListingErrorCode',
  description: 'Why one listing of a call can be refused.',
  valuesConfig: Object.fromEntries(
    Object.entries(rowErrors).map(([code, description]) => [code, { description }]),
  ),
});

@ObjectType('ListingUserError', {
  implements: UserError,
  description: 'Why one listing was refused; the others of the call are not affected.',
})
export class ListingUserError extends UserError {
  @Field(() => ListingErrorCode, { description: 'Stable: branch on this.' })
  code!: string;
}

@ObjectType('ListingResult', { description: 'What one listing of a call came to.' })
export class ListingResultType {
  @Field(() => String, { description: 'The handle as it was given.' })
  handle!: string;

  @Field(() => Product, { nullable: true, description: 'The product; null when refused.' })
  product!: Product | null;

  @Field(() => [ListingUserError], { description: 'Why it was refused; empty on success.' })
  userErrors!: ListingUserError[];
}

export const ListingsUpsertPayload = payloadType<{ results: ListingResultType[] }>(
  'ListingsUpsert',
  { TOO_MANY_LISTINGS, ...idempotencyErrors },
  { results: { type: () => [ListingResultType], description: 'One for each listing, in order.' } },
);
