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
  Subscription,
} from 'type-graphql';
import { idempotencyErrors } from '#kernel/errors/refusal';
import type { LiveUpdate } from '#kernel/graphql/live.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { ActionType, type Payload, payloadType } from '#kernel/graphql/payload.types';
import { Cursor } from '#kernel/graphql/scalars';
import type { FulfillmentContext } from '../fulfillment.context';
import { fulfillmentErrors } from '../fulfillment.errors';
import { ShippingLabel } from '../labels/label.types';
import { TrackingEvent } from '../tracking/tracking.types';
import { shipmentActions } from './actions.rules';
import { FulfillmentOrder, Order } from './fulfillment-order.types';
import {
  Carrier,
  Parcel,
  Shipment,
  ShipmentCreateInput,
  ShipmentLabelBuyInput,
  ShipmentLine,
  ShipmentUpdate,
} from './shipment.types';
import { timelineOf } from './timeline.types';

const errors = fulfillmentErrors;

const ShipmentCreatePayload = payloadType<{ shipment: Shipment }>(
  'ShipmentCreate',
  {
    ...idempotencyErrors,
    FULFILLMENT_ORDER_NOT_FOUND: errors.FULFILLMENT_ORDER_NOT_FOUND,
    FULFILLMENT_ORDER_NOT_OPEN: errors.FULFILLMENT_ORDER_NOT_OPEN,
    CANCELLATION_PENDING: errors.CANCELLATION_PENDING,
    ORDER_LINE_NOT_FOUND: errors.ORDER_LINE_NOT_FOUND,
    QUANTITY_INVALID: errors.QUANTITY_INVALID,
    QUANTITY_EXCEEDS_OPEN: errors.QUANTITY_EXCEEDS_OPEN,
    SERVICE_NOT_OFFERED: errors.SERVICE_NOT_OFFERED,
  },
  { shipment: { type: () => Shipment, description: 'The new shipment.' } },
);

const ShipmentLabelBuyPayload = payloadType<{ shipment: Shipment }>(
  'ShipmentLabelBuy',
  {
    ...idempotencyErrors,
    SHIPMENT_NOT_FOUND: errors.SHIPMENT_NOT_FOUND,
    SHIPMENT_NOT_LABELLABLE: errors.SHIPMENT_NOT_LABELLABLE,
    CANCELLATION_PENDING: errors.CANCELLATION_PENDING,
    LABEL_PENDING: errors.LABEL_PENDING,
    LABEL_REFUSED: errors.LABEL_REFUSED,
    NOT_SERVICEABLE: errors.NOT_SERVICEABLE,
    ADDRESS_REJECTED: errors.ADDRESS_REJECTED,
    CARRIER_UNAVAILABLE: errors.CARRIER_UNAVAILABLE,
  },
  { shipment: { type: () => Shipment, description: 'The shipment with its label.' } },
);

@Resolver(() => Shipment)
export class ShipmentResolver {
  @Query(() => Shipment, {
    nullable: true,
    description: 'One shipment; null unless the caller is its buyer, seller or an operator.',
  })
  async shipment(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { load, grants }: FulfillmentContext,
  ): Promise<Shipment | null> {
    const shipment = await load.shipment.load(id);
    if (shipment !== null) await load.grant(grants, shipment);
    return shipment;
  }

  @NeedsScope('fulfillment:write')
  @Mutation(() => ShipmentCreatePayload, {
    nullable: true,
    description: 'Packs open quantities into a shipment with one box. Needs `fulfillment:write`.',
  })
  shipmentCreate(
    @Arg('input', () => ShipmentCreateInput, { description: 'What to pack.' })
    input: ShipmentCreateInput,
    @Ctx() { shipments, viewer }: FulfillmentContext,
  ): Promise<Payload<{ shipment: Shipment }>> {
    const { fulfillmentOrderId, idempotencyKey, lines, service, shipFrom } = input;
    return ShipmentCreatePayload.settle(async () => ({
      shipment: await shipments.create(viewer, {
        fulfillmentOrderId,
        idempotencyKey,
        lines: lines ?? null,
        service: service ?? null,
        shipFrom: shipFrom == null ? null : { ...shipFrom, region: shipFrom.region ?? null },
      }),
    }));
  }

  @NeedsScope('fulfillment:write')
  @Mutation(() => ShipmentLabelBuyPayload, {
    nullable: true,
    description:
      'Books the shipment with its carrier; the seller is charged once. LABEL_PENDING: the carrier has not answered ' +
      'yet; the same key finds the label later. Needs `fulfillment:write`.',
  })
  shipmentLabelBuy(
    @Arg('input', () => ShipmentLabelBuyInput, { description: 'What to book.' })
    { shipmentId, idempotencyKey }: ShipmentLabelBuyInput,
    @Ctx() { labels, shipments, viewer }: FulfillmentContext,
  ): Promise<Payload<{ shipment: Shipment }>> {
    return ShipmentLabelBuyPayload.settle(async () => {
      const id = await labels.buy(viewer, { shipmentId, idempotencyKey });
      const [shipment] = await shipments.byIds([id]);
      if (shipment === undefined) throw new Error('a labelled shipment exists');
      return { shipment };
    });
  }

  @Directive(
    '@live(topics: ["shipment:{id}"], query: "shipment", delivery: "LOSSLESS", share: "PARTY")',
  )
  @NeedsScope('fulfillment:read')
  @Subscription(() => ShipmentUpdate, {
    topics: ['live'],
    nullable: true,
    description: 'What happens to one shipment: its present state first, then every change.',
  })
  shipmentUpdated(
    @Root() update: LiveUpdate,
    @Arg('id', () => ID, { description: 'Which; the caller must be a party.' }) _id: string,
    @Arg('after', () => Cursor, { nullable: true, description: 'Go on behind this message.' })
    _after?: string,
  ): LiveUpdate {
    return update;
  }

  @FieldResolver(() => Order, { description: 'The order that it is part of.' })
  order(@Root() { orderId }: Shipment): Order {
    return { id: orderId };
  }

  @FieldResolver(() => FulfillmentOrder, {
    nullable: true,
    description: 'The seller’s work that it is part of.',
  })
  fulfillmentOrder(
    @Root() { fulfillmentOrderId }: Shipment,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<FulfillmentOrder | null> {
    return load.order.load(fulfillmentOrderId);
  }

  @FieldResolver(() => Carrier, { nullable: true, description: 'Who carries it.' })
  carrier(
    @Root() { carrierId }: Shipment,
    @Ctx() { carriers }: FulfillmentContext,
  ): Carrier | null {
    return carriers.byId(carrierId) ?? null;
  }

  @FieldResolver(() => [ShipmentLine], { description: 'What is in it.' })
  lines(@Root() { id }: Shipment, @Ctx() { load }: FulfillmentContext): Promise<ShipmentLine[]> {
    return load.shipmentLines.load(id);
  }

  @Directive('@listSize(assumedSize: 2)')
  @FieldResolver(() => [Parcel], { description: 'Its boxes.' })
  parcels(@Root() { id }: Shipment, @Ctx() { load }: FulfillmentContext): Promise<Parcel[]> {
    return load.parcels.load(id);
  }

  @FieldResolver(() => [TrackingEvent], {
    description: 'Everything that happened to its boxes, oldest first.',
  })
  async timeline(
    @Root() { id }: Shipment,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<TrackingEvent[]> {
    return timelineOf(await load.timeline.load(id));
  }

  @FieldResolver(() => ShippingLabel, {
    nullable: true,
    description: 'Its newest label; null before one was asked for, and for all but the seller.',
  })
  async label(
    @Root() shipment: Shipment,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<ShippingLabel | null> {
    if (!(await load.partiesOf(shipment)).has('SELLER')) return null;
    const row = await load.label.load(shipment.id);
    if (row === null) return null;
    const { chargeMinor, currency } = row;
    const charge =
      chargeMinor === null || currency === null ? null : MoneyType.of(chargeMinor, currency);
    return { ...row, charge };
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => [ActionType], {
    description: 'What the viewer could do now; empty for those who are not the seller.',
  })
  async actions(
    @Root() shipment: Shipment,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<ActionType[]> {
    if (!(await load.partiesOf(shipment)).has('SELLER')) return [];
    const order = await load.order.load(shipment.fulfillmentOrderId);
    const cancelling = order?.cancelRequestedAt != null;
    return shipmentActions(shipment.milestone, cancelling).map((one) => ({
      ...one,
      deadline: null,
    }));
  }
}
