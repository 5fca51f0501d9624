import { Field, InputType } from 'type-graphql';
import { payloadType } from '#kernel/graphql/payload.types';
import { CountryCode } from '#kernel/graphql/scalars';
import { sellerErrors } from './seller.errors';
import { Seller } from './seller.types';

@InputType({ description: 'The shop to open.' })
export class SellerOpenInput {
  @Field(() => String, { description: 'Unique: 3 to 60 of a-z, 0-9 and -.' })
  handle!: string;

  @Field(() => String, { description: 'The shop’s name, 1 to 80 characters.' })
  displayName!: string;

  @Field(() => CountryCode, { description: 'Where it trades from.' })
  country!: string;
}

export const SellerOpenPayload = payloadType<{ seller: Seller }>('SellerOpen', sellerErrors, {
  seller: { type: () => Seller, description: 'The new shop; the caller is its owner.' },
});
