import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { idempotencyErrors } from '#kernel/errors/refusal';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { ActionType, type Payload, payloadType } from '#kernel/graphql/payload.types';
import type { FulfillmentContext } from '../fulfillment.context';
import { fulfillmentErrors } from '../fulfillment.errors';
import { orderActions } from './actions.rules';
import {
  FulfillmentOrder,
  FulfillmentOrderAcceptInput,
  FulfillmentOrderLine,
  Order,
  ShippingAddress,
} from './fulfillment-order.types';
import { Shipment } from './shipment.types';

const { FULFILLMENT_ORDER_NOT_FOUND, FULFILLMENT_ORDER_NOT_OPEN, CANCELLATION_PENDING } =
  fulfillmentErrors;

const FulfillmentOrderAcceptPayload = payloadType<{ fulfillmentOrder: FulfillmentOrder }>(
  'FulfillmentOrderAccept',
  {
    ...idempotencyErrors,
    FULFILLMENT_ORDER_NOT_FOUND,
    FULFILLMENT_ORDER_NOT_OPEN,
    CANCELLATION_PENDING,
  },
  {
    fulfillmentOrder: { type: () => FulfillmentOrder, description: 'The order in progress.' },
  },
);

@Resolver(() => FulfillmentOrder)
export class FulfillmentOrderResolver {
  @Query(() => FulfillmentOrder, {
    nullable: true,
    description:
      'One fulfilment order; null unless the caller is its buyer, seller or an operator.',
  })
  fulfillmentOrder(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<FulfillmentOrder | null> {
    return load.order.load(id);
  }

  @NeedsScope('fulfillment:write')
  @Mutation(() => FulfillmentOrderAcceptPayload, {
    nullable: true,
    description: 'The seller takes an order on. Needs `fulfillment:write`.',
  })
  fulfillmentOrderAccept(
    @Arg('input', () => FulfillmentOrderAcceptInput, { description: 'What to accept.' })
    { fulfillmentOrderId, idempotencyKey }: FulfillmentOrderAcceptInput,
    @Ctx() { orders, viewer }: FulfillmentContext,
  ): Promise<Payload<{ fulfillmentOrder: FulfillmentOrder }>> {
    return FulfillmentOrderAcceptPayload.settle(async () => ({
      fulfillmentOrder: await orders.accept(viewer, { fulfillmentOrderId, idempotencyKey }),
    }));
  }

  @FieldResolver(() => Order, { description: 'The order that this is work for.' })
  order(@Root() { orderId }: FulfillmentOrder): Order {
    return { id: orderId };
  }

  @FieldResolver(() => [FulfillmentOrderLine], { description: 'What to send.' })
  lines(
    @Root() { id }: FulfillmentOrder,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<FulfillmentOrderLine[]> {
    return load.orderLines.load(id);
  }

  @FieldResolver(() => ShippingAddress, {
    nullable: true,
    description: 'Where it goes. Personal: only buyer and seller see it.',
  })
  async shipTo(
    @Root() order: FulfillmentOrder,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<ShippingAddress | null> {
    const parties = await load.partiesOf(order);
    return parties.has('BUYER') || parties.has('SELLER') ? order.shipTo : null;
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => [ActionType], {
    description: 'What the viewer could do now; empty for those who are not the seller.',
  })
  async actions(
    @Root() order: FulfillmentOrder,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<ActionType[]> {
    if (!(await load.partiesOf(order)).has('SELLER')) return [];
    const lines = await load.orderLines.load(order.id);
    const open = lines.reduce((sum, line) => sum + line.quantity - line.allocated, 0);
    const cancelling = order.cancelRequestedAt !== null;
    return orderActions(order.state, cancelling, open).map((one) => ({ ...one, deadline: null }));
  }
}

@Resolver(() => Order)
export class OrderFulfillmentResolver {
  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [Shipment], {
    nullable: true,
    description: 'Its shipments, oldest first. Only parties of the order see them.',
  })
  shipments(@Root() { id }: Order, @Ctx() { load }: FulfillmentContext): Promise<Shipment[]> {
    return load.shipmentsOfOrder.load(id);
  }

  @Directive('@listSize(assumedSize: 2)')
  @FieldResolver(() => [FulfillmentOrder], {
    nullable: true,
    description: 'The seller’s work for it. Only parties of the order see it.',
  })
  fulfillmentOrders(
    @Root() { id }: Order,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<FulfillmentOrder[]> {
    return load.ordersOfOrder.load(id);
  }
}
