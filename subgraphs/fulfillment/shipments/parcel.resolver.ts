import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { FulfillmentContext } from '../fulfillment.context';
import { ShippingLabel } from '../labels/label.types';
import { TrackingEvent } from '../tracking/tracking.types';
import { Parcel } from './shipment.types';
import { timelineOf } from './timeline.types';

@Resolver(() => Parcel)
export class ParcelResolver {
  @FieldResolver(() => [TrackingEvent], {
    description: 'Everything that happened to this box, oldest first.',
  })
  async trackingEvents(
    @Root() { id, shipmentId }: Parcel,
    @Ctx() { load }: FulfillmentContext,
  ): Promise<TrackingEvent[]> {
    const events = await load.timeline.load(shipmentId);
    return timelineOf(events.filter(({ parcelId }) => parcelId === id));
  }
}

@Resolver(() => ShippingLabel)
export class ShippingLabelResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'The printable label (PDF, 4×6 inches) in base 64; null until it is here.',
  })
  async pdfBase64(
    @Root() { id }: ShippingLabel,
    @Ctx() { labels }: FulfillmentContext,
  ): Promise<string | null> {
    const document = await labels.document(id);
    return document?.bytes.toString('base64') ?? null;
  }
}
