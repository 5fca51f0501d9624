import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Offer } from '../catalogue/offer.types';
import { Product } from '../catalogue/product.types';
import type { MarketplaceContext } from '../marketplace.context';
import { SearchHit } from './search.types';

@Resolver(() => SearchHit)
export class SearchHitResolver {
  @FieldResolver(() => Product, { nullable: true, description: 'The product.' })
  async product(
    @Root() { productId }: SearchHit,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Product | null> {
    return (await loaders.product.load(productId)) ?? null;
  }

  @FieldResolver(() => Offer, {
    nullable: true,
    description: 'Its cheapest offer in stock; when none is in stock, its cheapest.',
  })
  async offer(
    @Root() { bestOfferId }: SearchHit,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Offer | null> {
    return (await loaders.offer.load(bestOfferId)) ?? null;
  }
}
