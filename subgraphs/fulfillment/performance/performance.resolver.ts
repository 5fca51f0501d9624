import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { FulfillmentContext } from '../fulfillment.context';
import { Seller, ShippingPerformance } from './performance.types';

@Resolver(() => Seller)
export class SellerPerformanceResolver {
  @FieldResolver(() => ShippingPerformance, {
    nullable: true,
    description:
      'How reliably it hands over to carriers. Public; null until something was shipped.',
  })
  shippingPerformance(
    @Root() { id }: Seller,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<ShippingPerformance | null> {
    return load.performance.load(id);
  }
}
