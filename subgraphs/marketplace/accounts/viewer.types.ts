import { Directive, Field, ObjectType } from 'type-graphql';
import { Seller } from '../sellers/seller.types';
import { Account } from './account.types';

@ObjectType({ description: 'Who the caller is.' })
export class ViewerInfo {
  @Field(() => Account, {
    nullable: true,
    description: 'The account that signed in or made the key.',
  })
  account!: Account | null;

  @Directive('@listSize(assumedSize: 3)')
  @Field(() => [Seller], { description: 'Shops that the caller acts for.' })
  sellers!: Seller[];
}
