import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { MarketplaceContext } from '../marketplace.context';
import { Category, CategoryConnection } from './category.types';

@Resolver(() => Category)
export class CategoryResolver {
  @Query(() => Category, { nullable: true, description: 'One category; public.' })
  async category(
    @Arg('id', () => ID, { description: 'Of the category.' }) id: string,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Category | null> {
    return (await loaders.category.load(id)) ?? null;
  }

  @Query(() => CategoryConnection, {
    nullable: true,
    description: 'All categories by handle; public.',
  })
  async categories(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { catalogue }: MarketplaceContext,
  ): Promise<Connection<Category>> {
    const page = pageRequest(args);
    return connectionOf(await catalogue.categories(page), page, ({ handle }) => [handle]);
  }
}
