import { Directive, Field, ObjectType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import type { AccountId } from '#contracts/ids';
import type { AccountRow } from './account.entity';

@Directive('@key(fields: "id")')
@ObjectType({ implements: NodeType, description: 'Someone who can sign in. Others see the name only.' })
export class Account extends NodeType implements Pick<AccountRow, 'id' | 'displayName'> {
  declare id: AccountId;

  @Field(() => String, { description: 'How others know them.' })
  displayName!: string;
}
