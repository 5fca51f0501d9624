import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Payload } from '#kernel/graphql/payload.types';
import type { MarketplaceContext } from '../marketplace.context';
import { SellerOpenInput, SellerOpenPayload } from './seller-open.types';
import { Rating, Seller } from './seller.types';

@Resolver(() => Seller)
export class SellerResolver {
  @Query(() => Seller, { nullable: true, description: 'One shop; public.' })
  async seller(
    @Arg('id', () => ID, { description: 'Of the shop.' }) id: string,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Seller | null> {
    return (await loaders.seller.load(id)) ?? null;
  }

  @Query(() => Seller, { nullable: true, description: 'One shop; public.' })
  async sellerByHandle(
    @Arg('handle', () => String, { description: 'As in its address.' }) handle: string,
    @Ctx() { sellers }: MarketplaceContext,
  ): Promise<Seller | null> {
    return (await sellers.byHandle(handle)) ?? null;
  }

  @Mutation(() => SellerOpenPayload, {
    nullable: true,
    description:
      'Opens a shop for the signed-in account. It may sell once its merchant is verified.',
  })
  sellerOpen(
    @Arg('input', () => SellerOpenInput, { description: 'The shop to open.' })
    input: SellerOpenInput,
    @Ctx() { sellers, viewer }: MarketplaceContext,
  ): Promise<Payload<{ seller: Seller }>> {
    return SellerOpenPayload.settle(async () => ({ seller: await sellers.open(viewer, input) }));
  }

  @FieldResolver(() => Rating, { description: 'From published reviews of its orders.' })
  rating(@Root() seller: Seller): Rating {
    return Rating.of(seller);
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether it may sell now: its merchant is verified and nothing stops it.',
  })
  async sellingAllowed(
    @Root() { id, sellingAllowed }: Seller,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<boolean> {
    return sellingAllowed ?? (await loaders.sellerGate.load(id))?.sellingAllowed ?? false;
  }
}
