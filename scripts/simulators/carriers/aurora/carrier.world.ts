import { randomUUID } from 'node:crypto';
import { type FactStore } from '../../shared/fact.store';
import { type SharedFact } from '../../shared/facts';
import { seededRandom } from '../../shared/seeded.random';
import { type AuroraFact, type PlannedScan, type Scan } from './aurora.facts';
import { type AuroraState, nextDueMs, type ShipmentState, trackOf } from './aurora.state';
import { planJourney } from './journey';
import { localTime, zoneOf } from './local.time';
import { describe } from './scan.words';
import { type VirtualClock } from './virtual.clock';

type Facts = (AuroraFact | SharedFact)[];

/** The physical side of the carrier: collects shipments and scans parcels when they are due. */
export class CarrierWorld {
  constructor(
    private readonly state: AuroraState,
    private readonly store: FactStore<AuroraFact>,
    private readonly clock: VirtualClock,
    private readonly seed: number,
    private readonly wall: () => number,
  ) {}

  /** The facts of a handover: each parcel gets its journey. */
  handover(shipment: ShipmentState, virtualMs: number): Facts {
    const { booking } = shipment;
    const journeys = booking.parcels.map(({ ref, trackingNumber }) => ({
      trackingNumber,
      scans: planJourney(booking, seededRandom(this.seed, booking.clientRef, ref)),
    }));
    return [{ kind: 'shipment.handed_over', shipmentId: booking.id, virtualMs, journeys }];
  }

  /** Commits everything that is due by now, in the order of its due times. Returns how many scans. */
  fireDue(): number {
    const now = this.clock.now();
    for (const shipment of [...this.state.moving]) {
      const { handedOverMs, booking } = shipment;
      if (handedOverMs !== null || booking.collectAtMs === null) continue;
      if (booking.collectAtMs > now) continue;
      this.store.commit(this.handover(shipment, booking.collectAtMs));
    }
    const due: { atMs: number; shipment: ShipmentState; trackingNumber: string }[] = [];
    for (const shipment of this.state.moving) {
      for (const [trackingNumber, { ahead }] of shipment.tracks) {
        for (const { afterMs } of ahead) {
          const atMs = (shipment.handedOverMs ?? Infinity) + afterMs;
          if (atMs > now) break;
          due.push({ atMs, shipment, trackingNumber });
        }
      }
    }
    due.sort((a, b) => a.atMs - b.atMs);
    for (const { shipment, trackingNumber } of due) this.scanNext(shipment, trackingNumber);
    return due.length;
  }

  /** Commits the next `count` scans of a parcel at once, whenever they would have been due. */
  scanAhead(shipment: ShipmentState, trackingNumber: string, count: number): void {
    for (let at = 0; at < count; at += 1) this.scanNext(shipment, trackingNumber);
  }

  /** Real milliseconds until something is due. */
  waitMs(): number | undefined {
    let soonest = Infinity;
    for (const shipment of this.state.moving) {
      soonest = Math.min(soonest, nextDueMs(shipment) ?? Infinity);
    }
    return soonest === Infinity ? undefined : this.clock.wallMsUntil(soonest);
  }

  private scanNext(shipment: ShipmentState, trackingNumber: string): void {
    const planned = trackOf(shipment, trackingNumber).ahead[0];
    if (planned !== undefined) this.store.commit(this.scan(shipment, trackingNumber, planned));
  }

  private scan(shipment: ShipmentState, trackingNumber: string, planned: PlannedScan): Facts {
    const { booking } = shipment;
    const { code, place } = planned;
    const stampMs = Math.max(this.wall(), shipment.lastStampMs + 1);
    const reworded = this.store.faults.forWebhook('rename');
    const scan: Scan = {
      eventId: randomUUID(),
      revision: 1,
      shipmentId: booking.id,
      clientRef: booking.clientRef,
      trackingNumber,
      sscc: booking.parcels.find((parcel) => parcel.trackingNumber === trackingNumber)?.sscc ?? '',
      status: code,
      description: describe(code, reworded ? 'other' : 'usual'),
      occurredAt: localTime(stampMs, zoneOf(place.country, place.region)),
      location: place,
    };
    const facts: Facts = [{ kind: 'parcel.scanned', scan, stampMs }, ...this.announce(scan)];
    if (!reworded) return facts;
    const corrected = { ...scan, revision: 2, description: describe(code, 'usual') };
    return [...facts, { kind: 'scan.corrected', scan: corrected }, ...this.announce(corrected)];
  }

  private announce(scan: Scan): SharedFact[] {
    return this.store.webhooks.queue('tracking.event', scan.trackingNumber, scan);
  }
}
