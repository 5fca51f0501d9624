import { MINUTE } from '#kernel/clock/clock';
import { Poller } from '#kernel/events/poller';
import type { Subgraph, SubgraphHost } from '#kernel/server/subgraph';
import { type CarrierSettings, carrierAdapters } from './carriers/adapters/register.adapter';
import { CarrierService } from './carriers/carrier.service';
import { MessageService } from './carriers/message.service';
import { PullService } from './carriers/pull.service';
import type { FulfillmentContext } from './fulfillment.context';
import { fulfillmentReactions } from './fulfillment.reactions';
import { fulfillmentSchema } from './fulfillment.schema';
import { BookingService } from './labels/booking.service';
import { LabelOutcomeService } from './labels/label-outcome.service';
import { LabelService } from './labels/label.service';
import { MemberService } from './members/member.service';
import { PerformanceService } from './performance/performance.service';
import { CancellationService } from './shipments/cancellation.service';
import { FulfillmentLoaders } from './shipments/fulfillment.loaders';
import { FulfillmentOrderService } from './shipments/fulfillment-order.service';
import { ShipmentService } from './shipments/shipment.service';
import { TimelineService } from './tracking/timeline.service';
import { TrackingService } from './tracking/tracking.service';

export interface FulfillmentOptions {
  /** The carriers in use, by connection code. */
  readonly carriers: CarrierSettings;
  /** How long a shipment may be without news before its carrier is asked; default 10 minutes. */
  readonly quietMs?: number;
  /** GS1 company prefix of 7 digits for SSCCs; the default is from GS1's range for examples (952). */
  readonly companyPrefix?: string;
}

/** The composition root: the only file that knows everything in this subgraph. */
export async function startFulfillment(
  { db, log }: SubgraphHost,
  options: FulfillmentOptions,
): Promise<Subgraph> {
  const quietMs = options.quietMs ?? 10 * MINUTE;
  const carriers = await CarrierService.open(db, carrierAdapters(options.carriers));
  const members = new MemberService(db);
  const tracking = new TrackingService(quietMs);
  const cancellations = new CancellationService(tracking);
  const orders = new FulfillmentOrderService(db, members);
  const shipments = new ShipmentService(db, members, carriers, options.companyPrefix ?? '9521234');
  const outcomes = new LabelOutcomeService(db, tracking, cancellations, log);
  const bookings = new BookingService(db, carriers, outcomes, log);
  const labels = new LabelService(db, members, bookings);
  const timelines = new TimelineService(db);
  const performance = new PerformanceService(db);
  const messages = new MessageService(db, carriers, tracking, log);
  const pulls = new PullService(db, carriers, messages, quietMs, log);

  const inbox = new Poller('carrier messages', () => messages.step(), 200, log);
  messages.onMessage = () => inbox.wake();
  const sources = { members, orders, shipments, labels, timelines, performance };
  return {
    name: 'fulfillment',
    db,
    schema: await fulfillmentSchema(),
    context: (viewer, grants): FulfillmentContext => ({
      viewer,
      grants,
      orders,
      shipments,
      labels,
      carriers,
      load: new FulfillmentLoaders(viewer, sources),
    }),
    reactions: fulfillmentReactions(members, orders, cancellations),
    timers: {},
    loops: [
      inbox,
      new Poller('label calls', () => bookings.step(), 250, log),
      new Poller('carrier pulls', () => pulls.step(), 1_000, log),
    ],
    hooks: { carriers: (request) => messages.receive(request) },
  };
}
