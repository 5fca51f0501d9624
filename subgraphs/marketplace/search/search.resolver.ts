import { Arg, Args, Ctx, Directive, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Count, PageArgs } from '#kernel/graphql/connection.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { MarketplaceContext } from '../marketplace.context';
import { ListingFacet, ListingSearch, ListingSearchWhere, ListingSortKey } from './search.types';
import { hitIds } from './search.ids';

@Resolver(() => ListingSearch)
export class SearchResolver {
  @Directive('@cost(weight: 5)')
  @Query(() => ListingSearch, {
    nullable: true,
    description: 'Finds products that can be bought from sellers who may sell; public.',
  })
  async listingSearch(
    @Arg('where', () => ListingSearchWhere, { nullable: true, description: 'What to find.' })
    where: ListingSearchWhere | null,
    @Arg('sortKey', () => ListingSortKey, {
      defaultValue: 'RELEVANCE',
      description: 'What to order by.',
    })
    sort: keyof typeof ListingSortKey,
    @Arg('reverse', () => Boolean, { defaultValue: false, description: 'The other way round.' })
    reverse: boolean,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { search }: MarketplaceContext,
  ): Promise<ListingSearch> {
    const page = pageRequest(args);
    const { queryId, hits, counts } = await search.search({
      where: where ?? {},
      sort,
      reverse,
      page,
    });
    const placed = hits.map((hit) => ({ ...hit, id: hitIds.from(hit.productId) }));
    const { edges, nodes, pageInfo } = connectionOf(placed, page, (hit) => [
      hit.place,
      hit.productId,
    ]);
    return { queryId, edges, nodes, pageInfo, counts };
  }

  @FieldResolver(() => Count, { nullable: true, description: 'How many were found in all.' })
  async totalCount(@Root() { counts }: ListingSearch): Promise<Count> {
    return { count: (await counts()).total, precision: 'EXACT' };
  }

  @Directive('@listSize(assumedSize: 6)')
  @FieldResolver(() => [ListingFacet], {
    description: 'Ways to narrow the search; each leaves its own filter out of its counts.',
  })
  async facets(@Root() { counts }: ListingSearch): Promise<ListingFacet[]> {
    return (await counts()).facets as ListingFacet[];
  }
}
