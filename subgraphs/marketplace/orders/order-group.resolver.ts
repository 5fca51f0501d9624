import { Arg, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { Account } from '../accounts/account.types';
import type { MarketplaceContext } from '../marketplace.context';
import { groupStatusOf } from './order-axes.rules';
import { OrderStatusEnum } from './order-axes.types';
import { OrderGroup } from './order-group.types';
import type { OrderStatus } from './order.machine';
import { Order } from './order.types';

@Resolver(() => OrderGroup)
export class OrderGroupResolver {
  @Query(() => OrderGroup, { nullable: true, description: 'One order group, for its buyer.' })
  async orderGroup(
    @Arg('id', () => ID, { description: 'Of the group.' }) id: string,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<OrderGroup | null> {
    return (await orderLoaders.orderGroup.load(id)) ?? null;
  }

  @FieldResolver(() => Account, { nullable: true, description: 'Who bought.' })
  async buyer(
    @Root() { buyerId }: OrderGroup,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Account | null> {
    return (await loaders.account.load(buyerId)) ?? null;
  }

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [Order], { description: 'One per seller.' })
  orders(
    @Root() { id }: OrderGroup,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<Order[]> {
    return orderLoaders.ordersOfGroup.load(id);
  }

  @FieldResolver(() => MoneyType, { description: 'What all orders cost together.' })
  total(@Root() { totalMinor, currency }: OrderGroup): MoneyType {
    return MoneyType.of(totalMinor, currency);
  }

  @FieldResolver(() => OrderStatusEnum, {
    description: 'The least advanced status of its orders, those that ended early left out.',
  })
  async status(
    @Root() { id }: OrderGroup,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<OrderStatus> {
    const orders = await orderLoaders.ordersOfGroup.load(id);
    return groupStatusOf(orders.map(({ status }) => status));
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What paymentCreate takes: sealed for payments, good for 15 minutes, minted at each read. The buyer only; null ' +
      'once the group is paid, cancelled or expired.',
  })
  async paymentRequest(
    @Root() group: OrderGroup,
    @Ctx() { orderLoaders, orders: query, paymentRequests, viewer }: MarketplaceContext,
  ): Promise<string | null> {
    const orders = await orderLoaders.ordersOfGroup.load(group.id);
    return paymentRequests.mint(viewer, group, orders, {
      lines: (id) => orderLoaders.linesOfOrder.load(id),
      handlingDays: (ids) => query.handlingDaysOf(ids),
    });
  }
}
