import type { ParcelState } from './fold.rules';
import { type HoldCause, type Milestone, isBeforeHandover, rankOf } from './milestone.rules';

/** A shipment's state, from its parcels'. Times are epoch milliseconds. */
export interface ShipmentState {
  readonly milestone: Milestone;
  /** First physical scan of any parcel. */
  readonly shippedAtMs: number | null;
  /** When the last parcel arrived; null unless all that are open have. */
  readonly deliveredAtMs: number | null;
  /** Dedupe keys of the events that delivered its parcels. */
  readonly deliveredBy: readonly string[];
  /** Time of the newest transition, if there was one. */
  readonly changedAtMs: number | null;
  readonly delayed: boolean;
  readonly damaged: boolean;
  readonly held: HoldCause | null;
}

const CLOSED: readonly Milestone[] = ['DELIVERED', 'RETURNED', 'LOST', 'CANCELLED'];

/** A shipment is DELIVERED when all its open parcels are; until then it is as far as the one furthest behind. */
export function shipmentState(parcels: readonly ParcelState[]): ShipmentState {
  const milestone = slowest(parcels.map((parcel) => parcel.milestone));
  const times = (pick: (parcel: ParcelState) => number | null): number[] =>
    parcels.map(pick).filter((time) => time !== null);
  const physical = times((parcel) => parcel.firstPhysicalAtMs);
  const delivered = times((parcel) => parcel.deliveredAtMs);
  const changed = times((parcel) => parcel.transitions.at(-1)?.occurredAtMs ?? null);
  return {
    milestone,
    shippedAtMs: physical.length === 0 ? null : Math.min(...physical),
    deliveredAtMs: milestone === 'DELIVERED' ? Math.max(...delivered) : null,
    deliveredBy: parcels.flatMap(({ milestone: at, transitions }) => {
      const last = transitions.at(-1);
      return at === 'DELIVERED' && last !== undefined ? [last.dedupeKey] : [];
    }),
    changedAtMs: changed.length === 0 ? null : Math.max(...changed),
    delayed: parcels.some(({ delayed }) => delayed),
    damaged: parcels.some(({ damaged }) => damaged),
    held: parcels.find(({ held }) => held !== null)?.held ?? null,
  };
}

function slowest(milestones: readonly Milestone[]): Milestone {
  const open = milestones.filter((milestone) => milestone !== 'CANCELLED');
  if (open.length === 0) return milestones.length === 0 ? 'CREATED' : 'CANCELLED';
  const moving = open.filter((milestone) => !CLOSED.includes(milestone));
  if (moving.length === 0) {
    if (open.every((milestone) => milestone === 'DELIVERED')) return 'DELIVERED';
    return open.includes('LOST') ? 'LOST' : 'RETURNED';
  }
  const least = moving.reduce((a, b) => (rankOf(b) < rankOf(a) ? b : a));
  const started = open.some((milestone) => !isBeforeHandover(milestone));
  return started && isBeforeHandover(least) ? 'IN_TRANSIT' : least;
}
