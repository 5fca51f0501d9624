import { Directive, Field, Float, Int, ObjectType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import { CountryCode } from '#kernel/graphql/scalars';
import type { SellerId } from '#contracts/ids';
import type { SellerRow } from './seller.entity';

@ObjectType({ description: 'What buyers thought, from published reviews.' })
export class Rating {
  @Field(() => Float, {
    nullable: true,
    description: 'Mean of 1 to 5 stars; null without a review.',
  })
  average!: number | null;

  @Field(() => Int, { description: 'How many reviews.' })
  count!: number;

  /** From the two columns that sellers and products carry. */
  static of({ ratingCount, ratingSum }: { ratingCount: number; ratingSum: number }): Rating {
    return { count: ratingCount, average: ratingCount === 0 ? null : ratingSum / ratingCount };
  }
}

@Directive('@key(fields: "id")')
@ObjectType({ implements: NodeType, description: 'A shop; everyone may see it.' })
export class Seller
  extends NodeType
  implements
    Pick<SellerRow, 'id' | 'handle' | 'displayName' | 'country' | 'ratingCount' | 'ratingSum'>
{
  declare id: SellerId;

  @Field(() => String, { description: 'Unique, for addresses: `sellerByHandle(handle:)`.' })
  handle!: string;

  @Field(() => String, { description: 'The shop’s name.' })
  displayName!: string;

  @Field(() => CountryCode, { description: 'Where it trades from.' })
  country!: string;

  ratingCount!: number;
  ratingSum!: number;

  /** Set where the row came with it. */
  sellingAllowed?: boolean;
}
