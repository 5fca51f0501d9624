import { Field, ObjectType } from 'type-graphql';
import type { DisputeReason, PolicyClause as Clause } from '#contracts/trade-policy';
import { DisputeReasons } from './dispute.types';

@ObjectType({ description: 'One clause of the trade policy that both accepted with the order.' })
export class PolicyClause implements Pick<Clause, 'title' | 'text' | 'about'> {
  @Field(() => String, { description: 'How a decision cites it, e.g. `DAMAGED`.' })
  code!: string;

  @Field(() => String, { description: 'In a few words.' })
  title!: string;

  @Field(() => String, { description: 'What it says.' })
  text!: string;

  @Field(() => [DisputeReasons], {
    description: 'Complaints that it is about; empty when it holds for all.',
  })
  about!: readonly DisputeReason[];
}
