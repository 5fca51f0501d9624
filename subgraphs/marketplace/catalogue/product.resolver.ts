import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { MarketplaceContext } from '../marketplace.context';
import { Rating } from '../sellers/seller.types';
import { Category } from './category.types';
import { Offer, OfferConnection, offerKey } from './offer.types';
import { Product, Variant } from './product.types';

@Resolver(() => Product)
export class ProductResolver {
  @Query(() => Product, { nullable: true, description: 'One product; public.' })
  async product(
    @Arg('id', () => ID, { description: 'Of the product.' }) id: string,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Product | null> {
    return (await loaders.product.load(id)) ?? null;
  }

  @Query(() => Product, { nullable: true, description: 'One product; public.' })
  async productByHandle(
    @Arg('handle', () => String, { description: 'As in its address.' }) handle: string,
    @Ctx() { catalogue, loaders }: MarketplaceContext,
  ): Promise<Product | null> {
    const found = await catalogue.productByHandle(handle);
    if (found === undefined) return null;
    loaders.product.prime(found.id, found);
    return found;
  }

  @FieldResolver(() => Category, { nullable: true, description: 'What kind of thing it is.' })
  async category(
    @Root() { categoryId }: Product,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Category | null> {
    return (await loaders.category.load(categoryId)) ?? null;
  }

  @FieldResolver(() => [Variant], { description: 'Its forms, in the seller’s order; 100 at most.' })
  variants(@Root() { id }: Product, @Ctx() { loaders }: MarketplaceContext): Promise<Variant[]> {
    return loaders.productVariants.load(id);
  }

  @FieldResolver(() => OfferConnection, {
    description: 'Live offers of sellers who may sell, cheapest first by price and shipping.',
  })
  async offers(
    @Root() { id }: Product,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Connection<Offer>> {
    const page = pageRequest(args);
    return connectionOf(
      await loaders.offerPage.load({ of: 'productId', id, page }),
      page,
      offerKey,
    );
  }

  @FieldResolver(() => Offer, {
    nullable: true,
    description:
      'The cheapest by price and shipping that is in stock, of sellers who may sell, in the product’s first currency ' +
      'before others; null when there is none.',
  })
  async bestOffer(
    @Root() { id }: Product,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Offer | null> {
    return (await loaders.bestOffer.load(id)) ?? null;
  }

  @FieldResolver(() => Rating, { description: 'From its published reviews.' })
  rating(@Root() product: Product): Rating {
    return Rating.of(product);
  }
}
