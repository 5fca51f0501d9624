import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { Account } from '../accounts/account.types';
import { Product } from '../catalogue/product.types';
import type { MarketplaceContext } from '../marketplace.context';
import { Review, ReviewConnection, ReviewCreateInput, ReviewCreatePayload } from './review.types';

@Resolver(() => Review)
export class ReviewResolver {
  @NeedsScope('orders:write')
  @Mutation(() => ReviewCreatePayload, {
    nullable: true,
    description:
      'Reviews one line of an order that was delivered or whose receipt was confirmed; its buyer, once. Published at once.',
  })
  reviewCreate(
    @Arg('input', () => ReviewCreateInput, { description: 'Which line and what to say.' })
    input: ReviewCreateInput,
    @Ctx() { reviews, viewer }: MarketplaceContext,
  ): Promise<Payload<{ review: Review }>> {
    return ReviewCreatePayload.settle(async () => ({
      review: await reviews.create(viewer, {
        ...input,
        title: input.title ?? null,
        body: input.body ?? null,
      }),
    }));
  }

  @FieldResolver(() => Account, { nullable: true, description: 'Who wrote it.' })
  async author(
    @Root() { authorId }: Review,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Account | null> {
    return (await loaders.account.load(authorId)) ?? null;
  }
}

@Resolver(() => Product)
export class ProductReviewsResolver {
  @FieldResolver(() => ReviewConnection, {
    description: 'What buyers of any seller’s offer say, newest first.',
  })
  async reviews(
    @Root() { id, ratingCount }: Product,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reviews }: MarketplaceContext,
  ): Promise<Connection<Review>> {
    const page = pageRequest(args);
    const rows = await reviews.ofProduct(id, page);
    return connectionOf<Review>(rows, page, (review) => [review.id], {
      count: ratingCount,
      precision: 'EXACT',
    });
  }
}
