import { Arg, Ctx, Directive, ID, Query, Resolver } from 'type-graphql';
import { CallError } from '#kernel/errors/refusal';
import { NodeType } from '#kernel/graphql/connection.types';
import type { MarketplaceContext } from '../marketplace.context';
import { findNode } from './node.loaders';

@Resolver()
export class NodeResolver {
  @Query(() => NodeType, {
    nullable: true,
    description: 'Anything by its id; null when there is none that the caller may see.',
  })
  node(
    @Arg('id', () => ID, { description: 'Of any type.' }) id: string,
    @Ctx() context: MarketplaceContext,
  ): Promise<object | null> {
    return findNode(id, context);
  }

  @Directive('@listSize(assumedSize: 100)')
  @Query(() => [NodeType], {
    nullable: 'itemsAndList',
    description: 'Up to 100 things by their ids, in that order, with null for each not found.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'Of any types; at most 100.' }) ids: string[],
    @Ctx() context: MarketplaceContext,
  ): Promise<(object | null)[]> {
    if (ids.length > 100) throw new CallError('FORBIDDEN', 'nodes takes at most 100 ids.');
    return Promise.all(ids.map((id) => findNode(id, context)));
  }
}
