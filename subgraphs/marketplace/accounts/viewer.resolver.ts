import { Directive, Ctx, Query, Resolver } from 'type-graphql';
import type { MarketplaceContext } from '../marketplace.context';
import { ViewerInfo } from './viewer.types';

@Resolver(() => ViewerInfo)
export class ViewerResolver {
  @Directive('@access(perUser: true)')
  @Query(() => ViewerInfo, {
    nullable: true,
    description: 'The caller; null when not signed in and without a key.',
  })
  async viewer(
    @Ctx() { viewer, loaders, sellers }: MarketplaceContext,
  ): Promise<ViewerInfo | null> {
    if (viewer.accountId === undefined) return null;
    const account = await loaders.account.load(viewer.accountId);
    return { account: account ?? null, sellers: await sellers.ofViewer(viewer) };
  }
}
