import { type Fields } from '../../shared/fields';
import { type Change } from '../../shared/http.routes';
import { Refusal } from '../../shared/refusal';
import { type AuroraFact, type PlannedScan } from './aurora.facts';
import { type AuroraState, type ShipmentState } from './aurora.state';
import { newBooking, readTrip } from './booking.form';
import { type CarrierWorld } from './carrier.world';
import { viewOf } from './shipment.view';
import { type VirtualClock } from './virtual.clock';

const HOUR_MS = 3_600_000;

type AuroraChange = Change<AuroraFact>;

/** What a shipper can ask of the carrier, and what a test can ask of its world. */
export class ShipmentDesk {
  constructor(
    private readonly state: AuroraState,
    private readonly world: CarrierWorld,
    private readonly clock: VirtualClock,
    private readonly wall: () => number,
    private readonly autoHandover: boolean,
  ) {}

  quote(body: Fields): AuroraChange {
    const { chargeMinor, currency, service } = readTrip(body, 'quote');
    // Arrivals are spread evenly over 2 to 6 days (EXPRESS: 2 to 3).
    const days = service === 'EXPRESS' ? { p50: 3, p90: 3 } : { p50: 4, p90: 6 };
    return { status: 200, body: { chargeMinor, currency, days }, facts: [] };
  }

  book(body: Fields): AuroraChange {
    const clientRef = body.text('clientRef');
    const earlier = this.state.findByClientRef(clientRef);
    if (earlier !== undefined) return { status: 200, body: viewOf(earlier), facts: [] };
    const trip = readTrip(body, 'booking');
    const refs = new Set(trip.parcels.map(({ ref }) => ref));
    if (refs.size < trip.parcels.length) {
      throw new Refusal(400, 'FIELD_INVALID', 'each parcel needs its own ref');
    }
    const booking = newBooking(
      trip,
      { clientRef, reference: body.optionalText('reference') ?? null },
      {
        createdAt: new Date(this.wall()).toISOString(),
        collectAtMs: this.autoHandover ? this.clock.now() + HOUR_MS : null,
      },
    );
    const shown = viewOf({
      booking,
      voided: false,
      held: false,
      handedOverMs: null,
      lastStampMs: 0,
      tracks: new Map(),
    });
    return { status: 201, body: shown, facts: [{ kind: 'shipment.booked', booking }] };
  }

  /** Cancels a shipment nobody has scanned yet. Again: the same success. */
  void(id: string): AuroraChange {
    const shipment = this.state.shipment(id);
    if (shipment.voided) return { status: 200, body: viewOf(shipment), facts: [] };
    if ([...shipment.tracks.values()].some(({ scans }) => scans.length > 0)) {
      throw new Refusal(409, 'VOID_WINDOW_CLOSED', 'the shipment was scanned');
    }
    return {
      status: 200,
      body: viewOf({ ...shipment, voided: true }),
      facts: [{ kind: 'shipment.voided', shipmentId: id }],
    };
  }

  /** The seller's drop-off. */
  handover(id: string): AuroraChange {
    const shipment = this.open(id);
    if (shipment.handedOverMs !== null) return { status: 200, body: viewOf(shipment), facts: [] };
    const virtualMs = this.clock.now();
    return {
      status: 200,
      body: viewOf({ ...shipment, handedOverMs: virtualMs }),
      facts: this.world.handover(shipment, virtualMs),
    };
  }

  /** Stops further scans by themselves. */
  hold(id: string): AuroraChange {
    const shipment = this.open(id);
    const body = { ...viewOf(shipment), held: true };
    return {
      status: 200,
      body,
      facts: [{ kind: 'shipment.held', shipmentId: shipment.booking.id }],
    };
  }

  /** Makes the scans up to a point now, also for a held shipment. Commits by itself, scan by scan. */
  run(id: string, body: Fields, commit: (facts: AuroraChange['facts']) => void): AuroraChange {
    const to = body.oneOf('to', ['IN_TRANSIT', 'DELIVERED']);
    const shipment = this.open(id);
    if (to === 'DELIVERED' && shipment.booking.to.postalCode.endsWith('99')) {
      throw new Refusal(409, 'NEVER_DELIVERED', 'parcels to this postal code do not arrive');
    }
    if (shipment.handedOverMs === null) commit(this.world.handover(shipment, this.clock.now()));
    for (const [trackingNumber, { scans, ahead }] of shipment.tracks) {
      const made = new Set<string>(scans.map(({ status }) => status));
      this.world.scanAhead(shipment, trackingNumber, scansUpTo(to, ahead, made));
    }
    return { status: 200, body: viewOf(shipment), facts: [] };
  }

  private open(id: string): ShipmentState {
    const shipment = this.state.shipment(id);
    if (shipment.voided) throw new Refusal(409, 'SHIPMENT_VOIDED', 'the shipment was voided');
    return shipment;
  }
}

/** How many planned scans lie before the goal: the first departure from a hub, or the end. */
function scansUpTo(
  to: 'IN_TRANSIT' | 'DELIVERED',
  ahead: readonly PlannedScan[],
  made: ReadonlySet<string>,
): number {
  if (to === 'DELIVERED') return ahead.length;
  return made.has('DP') ? 0 : ahead.findIndex(({ code }) => code === 'DP') + 1;
}
