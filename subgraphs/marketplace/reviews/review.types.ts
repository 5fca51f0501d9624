import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import type { AccountId } from '#contracts/ids';
import { reviewErrors } from './review.errors';
import type { ReviewId } from './review.ids';
import type { ReviewView } from './review.service';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'A buyer’s word about something they bought and got; everyone may read it.',
})
export class Review
  extends NodeType
  implements
    Pick<ReviewView, 'id' | 'stars' | 'title' | 'body' | 'createdAt' | 'productLine' | 'authorId'>
{
  declare id: ReviewId;

  @Field(() => Int, { description: '1 to 5.' })
  stars!: number;

  @Field(() => String, { nullable: true, description: 'Plain text of at most 120 characters.' })
  title!: string | null;

  @Field(() => String, { nullable: true, description: 'Plain text of at most 5,000 characters.' })
  body!: string | null;

  @Field(() => String, { description: 'What was bought, as it was called then.' })
  productLine!: string;

  @Field(() => DateTime, { description: 'When it was written.' })
  createdAt!: Date;

  authorId!: AccountId;
}

export const ReviewConnection = connectionType('Review', () => Review);

@InputType({ description: 'A review of one line of a delivered order.' })
export class ReviewCreateInput {
  @Field(() => ID, { description: 'Which line.' })
  orderLineId!: string;

  @Field(() => Int, { description: '1 to 5.' })
  stars!: number;

  @Field(() => String, { nullable: true, description: 'At most 120 characters.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 5,000 characters.' })
  body?: string | null;
}

export const ReviewCreatePayload = payloadType<{ review: Review }>('ReviewCreate', reviewErrors, {
  review: { type: () => Review, description: 'The review, published.' },
});
