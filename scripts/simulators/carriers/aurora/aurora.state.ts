import { type SharedFact } from '../../shared/facts';
import { Refusal } from '../../shared/refusal';
import { type AuroraFact, type Booking, type PlannedScan, type Scan } from './aurora.facts';
import { type VirtualClock } from './virtual.clock';

/** What happened to one parcel so far and what is planned. */
export interface ParcelTrack {
  scans: Scan[];
  /** Planned scans that were not made yet, in order; empty before handover. */
  ahead: PlannedScan[];
}

export interface ShipmentState {
  booking: Booking;
  voided: boolean;
  held: boolean;
  /** Virtual epoch ms of the handover. */
  handedOverMs: number | null;
  /** Wall-clock stamp of the latest scan: the next one is later. */
  lastStampMs: number;
  tracks: Map<string, ParcelTrack>;
}

/** Everything the carrier knows. It changes by `apply` only, so a replay gives the same state. */
export class AuroraState {
  readonly shipments = new Map<string, ShipmentState>();
  /** Shipments that something can still happen to by itself. */
  readonly moving = new Set<ShipmentState>();
  private readonly byClientRef = new Map<string, ShipmentState>();
  private readonly byTracking = new Map<string, ShipmentState>();

  constructor(private readonly clock: VirtualClock) {}

  apply(fact: AuroraFact | SharedFact): void {
    switch (fact.kind) {
      case 'clock.set':
        this.clock.set(fact);
        break;
      case 'shipment.booked':
        this.book(fact.booking);
        break;
      case 'shipment.voided':
        this.change(fact.shipmentId, (shipment) => {
          shipment.voided = true;
        });
        break;
      case 'shipment.held':
        this.change(fact.shipmentId, (shipment) => {
          shipment.held = true;
        });
        break;
      case 'shipment.handed_over':
        this.change(fact.shipmentId, (shipment) => {
          shipment.handedOverMs = fact.virtualMs;
          for (const { trackingNumber, scans } of fact.journeys) {
            trackOf(shipment, trackingNumber).ahead = [...scans];
          }
        });
        break;
      case 'parcel.scanned':
        this.change(fact.scan.shipmentId, (shipment) => {
          const track = trackOf(shipment, fact.scan.trackingNumber);
          track.scans.push(fact.scan);
          track.ahead.shift();
          shipment.lastStampMs = Math.max(shipment.lastStampMs, fact.stampMs);
        });
        break;
      case 'scan.corrected':
        this.change(fact.scan.shipmentId, (shipment) => {
          correct(shipment, fact.scan);
        });
        break;
      case 'answer.stored':
      case 'webhook.queued':
      case 'webhook.tried':
      case 'webhook.delivered':
      case 'webhook.abandoned':
        break;
    }
  }

  /** By the shipment's id or by the tracking number of one of its parcels. */
  shipment(id: string): ShipmentState {
    const found = this.shipments.get(id) ?? this.byTracking.get(id);
    if (found === undefined) {
      throw new Refusal(404, 'SHIPMENT_UNKNOWN', `there is no shipment ${id}`);
    }
    return found;
  }

  findByClientRef(clientRef: string): ShipmentState | undefined {
    return this.byClientRef.get(clientRef);
  }

  scansOf(trackingNumber: string): readonly Scan[] {
    const shipment = this.byTracking.get(trackingNumber);
    if (shipment === undefined) {
      throw new Refusal(404, 'TRACKING_UNKNOWN', `there is no parcel ${trackingNumber}`);
    }
    return trackOf(shipment, trackingNumber).scans;
  }

  private book(booking: Booking): void {
    const shipment: ShipmentState = {
      booking,
      voided: false,
      held: false,
      handedOverMs: null,
      lastStampMs: 0,
      tracks: new Map(),
    };
    for (const { trackingNumber } of booking.parcels) {
      shipment.tracks.set(trackingNumber, { scans: [], ahead: [] });
      this.byTracking.set(trackingNumber, shipment);
    }
    this.shipments.set(booking.id, shipment);
    this.byClientRef.set(booking.clientRef, shipment);
    this.settle(shipment);
  }

  private change(id: string, mutate: (shipment: ShipmentState) => void): void {
    const shipment = this.shipment(id);
    mutate(shipment);
    this.settle(shipment);
  }

  private settle(shipment: ShipmentState): void {
    if (nextDueMs(shipment) === undefined) this.moving.delete(shipment);
    else this.moving.add(shipment);
  }
}

/** When something next happens to a shipment by itself, in virtual time. */
export function nextDueMs(shipment: ShipmentState): number | undefined {
  if (shipment.voided || shipment.held) return undefined;
  if (shipment.handedOverMs === null) return shipment.booking.collectAtMs ?? undefined;
  let soonest: number | undefined;
  for (const { ahead } of shipment.tracks.values()) {
    const next = ahead[0];
    if (next === undefined) continue;
    const due = shipment.handedOverMs + next.afterMs;
    if (soonest === undefined || due < soonest) soonest = due;
  }
  return soonest;
}

export function trackOf(shipment: ShipmentState, trackingNumber: string): ParcelTrack {
  const track = shipment.tracks.get(trackingNumber);
  if (track === undefined) throw new Error(`no parcel ${trackingNumber} in the shipment`);
  return track;
}

function correct(shipment: ShipmentState, scan: Scan): void {
  const { scans } = trackOf(shipment, scan.trackingNumber);
  const at = scans.findIndex(({ eventId }) => eventId === scan.eventId);
  if (at !== -1) scans[at] = scan;
}
