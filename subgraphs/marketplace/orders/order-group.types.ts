import { Directive, Field, ObjectType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import { DateTime } from '#kernel/graphql/scalars';
import type { AccountId, OrderGroupId } from '#contracts/ids';
import { PostalAddress } from '../checkout/address.types';
import type { OrderGroupRow } from './order.entity';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description:
    'What one checkout became: one order per seller, paid together. Only its buyer sees it.',
})
export class OrderGroup
  extends NodeType
  implements
    Pick<
      OrderGroupRow,
      'id' | 'number' | 'buyerId' | 'currency' | 'totalMinor' | 'shipTo' | 'placedAt'
    >
{
  declare id: OrderGroupId;

  @Field(() => String, { description: 'For people, e.g. `1000001`.' })
  number!: string;

  @Field(() => PostalAddress, { description: 'Where the goods go.' })
  shipTo!: PostalAddress;

  @Field(() => DateTime, { description: 'When the checkout was completed.' })
  placedAt!: Date;

  buyerId!: AccountId;
  currency!: string;
  totalMinor!: bigint;
}
