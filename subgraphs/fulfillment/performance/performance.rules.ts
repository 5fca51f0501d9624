/** What was counted of the shipments of one seller that its carriers took over. */
export interface HandoverCounts {
  /** Taken over by the carrier. */
  readonly shipped: number;
  /** Of these, delivered. */
  readonly delivered: number;
  /** Of these, those whose order had a day to be handed over by. */
  readonly due: number;
  /** Of the due ones, those taken over by then. */
  readonly onTime: number;
  /** Half took at most this long from the opening of their order to the carrier. */
  readonly medianSeconds: number | null;
}

/** How a seller ships, as everyone sees it. */
export interface Performance {
  readonly shippedCount: number;
  readonly deliveredCount: number;
  readonly onTimeHandoverRate: string | null;
  readonly medianHandoverHours: number | null;
}

const SCALE = 10_000;
const HOUR_SECONDS = 3_600;

/** Null for who never shipped anything: no record is not a bad record. */
export function performanceOf(counts: HandoverCounts): Performance | null {
  if (counts.shipped === 0) return null;
  const { medianSeconds } = counts;
  return {
    shippedCount: counts.shipped,
    deliveredCount: counts.delivered,
    onTimeHandoverRate: shareOf(counts.onTime, counts.due),
    // A scan may be dated before its order was opened here; nobody is faster than at once.
    medianHandoverHours:
      medianSeconds === null ? null : Math.round(Math.max(0, medianSeconds) / HOUR_SECONDS),
  };
}

/** A share from 0 to 1 with four decimals; null of nothing. Rounded down, so that only all of them make 1. */
export function shareOf(part: number, whole: number): string | null {
  if (whole === 0) return null;
  const scaled = Math.floor((part * SCALE) / whole);
  return `${Math.floor(scaled / SCALE).toString()}.${(scaled % SCALE).toString().padStart(4, '0')}`;
}
