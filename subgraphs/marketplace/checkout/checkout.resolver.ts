import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import type { Payload } from '#kernel/graphql/payload.types';
import { Cart } from '../cart/cart.types';
import type { MarketplaceContext } from '../marketplace.context';
import { OrderGroup } from '../orders/order-group.types';
import {
  Checkout,
  CheckoutBeginInput,
  CheckoutBeginPayload,
  CheckoutCancelInput,
  CheckoutCancelPayload,
  CheckoutCompleteInput,
  CheckoutCompletePayload,
} from './checkout.types';

@Resolver(() => Checkout)
export class CheckoutResolver {
  @Query(() => Checkout, { nullable: true, description: 'One checkout of the caller’s.' })
  async checkout(
    @Arg('id', () => ID, { description: 'Of the checkout.' }) id: string,
    @Ctx() { checkouts, viewer }: MarketplaceContext,
  ): Promise<Checkout | null> {
    return (await checkouts.get(viewer, id)) ?? null;
  }

  @Mutation(() => CheckoutBeginPayload, {
    nullable: true,
    description:
      'Reserves all units of a cart for 15 minutes and fixes their prices, or refuses and reserves none. Needs an account.',
  })
  checkoutBegin(
    @Arg('input', () => CheckoutBeginInput, { description: 'What and where to.' })
    { shipTo, ...input }: CheckoutBeginInput,
    @Ctx() { checkouts, viewer }: MarketplaceContext,
  ): Promise<Payload<{ checkout: Checkout }>> {
    return CheckoutBeginPayload.settle(async () => ({
      checkout: await checkouts.begin(viewer, {
        ...input,
        shipTo: { ...shipTo, region: shipTo.region ?? null },
      }),
    }));
  }

  @Mutation(() => CheckoutCompletePayload, {
    nullable: true,
    description:
      'Turns a checkout into one order per seller, exactly once: every later call is given the same group. Its buyer.',
  })
  checkoutComplete(
    @Arg('input', () => CheckoutCompleteInput, { description: 'Which one, at which total.' })
    { expectedTotal, ...input }: CheckoutCompleteInput,
    @Ctx() { completions, orderLoaders, viewer }: MarketplaceContext,
  ): Promise<Payload<{ orderGroup: OrderGroup }>> {
    return CheckoutCompletePayload.settle(async () => {
      const id = await completions.complete(viewer, {
        ...input,
        expectedTotal: MoneyInput.toMoney(expectedTotal),
      });
      const orderGroup = await orderLoaders.orderGroup.load(id);
      if (orderGroup === undefined) throw new Error(`the group ${id} is not there`);
      return { orderGroup };
    });
  }

  @Mutation(() => CheckoutCancelPayload, {
    nullable: true,
    description: 'Gives the reserved stock back before the time runs out. Its buyer.',
  })
  checkoutCancel(
    @Arg('input', () => CheckoutCancelInput, { description: 'Which one.' })
    { checkoutId, idempotencyKey }: CheckoutCancelInput,
    @Ctx() { checkouts, viewer }: MarketplaceContext,
  ): Promise<Payload<{ checkout: Checkout }>> {
    return CheckoutCancelPayload.settle(async () => ({
      checkout: await checkouts.cancel(viewer, checkoutId, idempotencyKey),
    }));
  }

  @FieldResolver(() => Cart, {
    nullable: true,
    description: 'Where it came from; its bought lines leave it when the checkout is completed.',
  })
  async cart(
    @Root() { cartId }: Checkout,
    @Ctx() { carts, viewer }: MarketplaceContext,
  ): Promise<Cart | null> {
    return (await carts.get(viewer, cartId)) ?? null;
  }

  @FieldResolver(() => MoneyType, { description: 'What completing it costs: goods and shipping.' })
  total(@Root() { totalMinor, currency }: Checkout): MoneyType {
    return MoneyType.of(totalMinor, currency);
  }

  @FieldResolver(() => OrderGroup, {
    nullable: true,
    description: 'What it became; null until it is completed.',
  })
  async orderGroup(
    @Root() { orderGroupId }: Checkout,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<OrderGroup | null> {
    return orderGroupId === null
      ? null
      : ((await orderLoaders.orderGroup.load(orderGroupId)) ?? null);
  }
}
