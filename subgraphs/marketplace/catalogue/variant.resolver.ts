import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { MarketplaceContext } from '../marketplace.context';
import { type Offer, OfferConnection, offerKey } from './offer.types';
import { Product, Variant } from './product.types';

@Resolver(() => Variant)
export class VariantResolver {
  @FieldResolver(() => Product, { nullable: true, description: 'What it is a form of.' })
  async product(
    @Root() { productId }: Variant,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Product | null> {
    return (await loaders.product.load(productId)) ?? null;
  }

  @FieldResolver(() => OfferConnection, {
    description: 'Live offers of sellers who may sell, cheapest first by price and shipping.',
  })
  async offers(
    @Root() { id }: Variant,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Connection<Offer>> {
    const page = pageRequest(args);
    return connectionOf(
      await loaders.offerPage.load({ of: 'variantId', id, page }),
      page,
      offerKey,
    );
  }
}
