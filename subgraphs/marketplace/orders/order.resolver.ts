import {
  Arg,
  Args,
  Ctx,
  Directive,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { refusals } from '#kernel/errors/refusal';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import type { LiveUpdate } from '#kernel/graphql/live.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { Cursor } from '#kernel/graphql/scalars';
import type { MarketplaceContext } from '../marketplace.context';
import { marketplaceErrors } from '../marketplace.errors';
import {
  Order,
  OrderCancelInput,
  OrderCancelPayload,
  OrderConnection,
  OrderReceiptConfirmInput,
  OrderReceiptConfirmPayload,
  OrderUpdate,
  PartyRole,
} from './order.types';

const refuse = refusals(marketplaceErrors);

@Resolver(() => Order)
export class OrderResolver {
  @Query(() => Order, { nullable: true, description: 'One order, for its parties.' })
  async order(
    @Arg('id', () => ID, { description: 'Of the order.' }) id: string,
    @Ctx() { orderLoaders, grants, sellers, viewer }: MarketplaceContext,
  ): Promise<Order | null> {
    const order = await orderLoaders.order.load(id);
    if (order === undefined) return null;
    grants?.give(order.id, order.party, await sellers.rightsOf(viewer));
    return order;
  }

  @Query(() => Order, { nullable: true, description: 'One order, for its parties.' })
  async orderByNumber(
    @Arg('number', () => String, { description: 'E.g. `1000001-1`.' }) number: string,
    @Ctx() { orders, viewer }: MarketplaceContext,
  ): Promise<Order | null> {
    return (await orders.byNumber(viewer, number)) ?? null;
  }

  @Query(() => OrderConnection, {
    nullable: true,
    description:
      'The caller’s orders as a buyer, or a seller’s orders for its members, its keys with orders:read and operators; ' +
      'newest first.',
  })
  async orders(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('as', () => PartyRole, { description: 'Which side.', defaultValue: 'BUYER' })
    side: keyof typeof PartyRole,
    @Arg('sellerId', () => ID, { nullable: true, description: 'Needed for the seller’s side.' })
    sellerId: string | null | undefined,
    @Ctx() { orders, viewer }: MarketplaceContext,
  ): Promise<Connection<Order>> {
    const page = pageRequest(args);
    if (side === 'BUYER') {
      return connectionOf<Order>(await orders.bought(viewer, page), page, keyOf);
    }
    if (sellerId == null) {
      throw refuse('BAD_PAGE_ARGUMENTS', { message: 'The seller’s side needs a sellerId.' });
    }
    return connectionOf<Order>(await orders.sold(viewer, sellerId, page), page, keyOf);
  }

  @NeedsScope('orders:write')
  @Mutation(() => OrderCancelPayload, {
    nullable: true,
    description:
      'Calls an order off: its buyer, its seller (key scope `orders:write`) or an operator. At once before it is paid; afterwards it asks ' +
      'fulfillment, which refuses when goods have left.',
  })
  orderCancel(
    @Arg('input', () => OrderCancelInput, { description: 'Which order and why.' })
    input: OrderCancelInput,
    @Ctx() context: MarketplaceContext,
  ): Promise<Payload<{ order: Order }>> {
    return OrderCancelPayload.settle(async () =>
      fresh(context, await context.orderDecisions.cancel(context.viewer, input)),
    );
  }

  @NeedsScope('orders:write')
  @Mutation(() => OrderReceiptConfirmPayload, {
    nullable: true,
    description: 'The buyer has the goods, so the seller gets the money. Confirming twice is fine.',
  })
  orderReceiptConfirm(
    @Arg('input', () => OrderReceiptConfirmInput, { description: 'Which order.' })
    input: OrderReceiptConfirmInput,
    @Ctx() context: MarketplaceContext,
  ): Promise<Payload<{ order: Order }>> {
    return OrderReceiptConfirmPayload.settle(async () =>
      fresh(context, await context.orderDecisions.confirmReceipt(context.viewer, input)),
    );
  }

  @Directive('@live(topics: ["order:{id}"], query: "order", delivery: "LOSSLESS", share: "PARTY")')
  @NeedsScope('orders:read')
  @Subscription(() => OrderUpdate, {
    topics: ['live'],
    nullable: true,
    description: 'Everything that happens to one order, from all subgraphs; for its parties.',
  })
  orderUpdated(
    @Root() update: LiveUpdate,
    @Arg('id', () => ID, { description: 'Of the order.' }) _id: string,
    @Arg('after', () => Cursor, { nullable: true, description: 'Go on behind this message.' })
    _after?: string | null,
  ): LiveUpdate {
    return update;
  }
}

const keyOf = ({ id }: Order): string[] => [id];

/** The order after a decision; the loader may hold it as it was before. */
async function fresh({ orderLoaders }: MarketplaceContext, id: string): Promise<{ order: Order }> {
  const order = await orderLoaders.order.clear(id).load(id);
  if (order === undefined) throw new Error(`the order ${id} cannot be read back`);
  return { order };
}
