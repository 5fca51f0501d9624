/**
 * What other subgraphs have told about one order, joined so that neither order nor repetition matters: sets are united,
 * "it happened" is never taken back, the lowest remainder wins, and what can go to and fro is decided by the later
 * instant (or the higher sequence). Stored as JSON, so instants are RFC 3339 and amounts decimal strings.
 */
export interface OrderFold {
  readonly captured?: true;
  readonly failed?: true;
  readonly expired?: true;
  readonly funded?: true;
  /** Money released to the seller at least once. */
  readonly released?: true;
  /** The buyer confirmed the receipt on the escrow itself. */
  readonly receipt?: true;
  /** Released without a delivery or a word of the buyer: time ran out or an operator decided. */
  readonly deemed?: true;
  /** Minor units still held, the lowest that was heard. */
  readonly remaining?: string;
  /** Minor units paid back, by refund id. */
  readonly refunds?: Readonly<Record<string, string>>;
  /** The escrow's last own word (`FROZEN`, `HELD`, …). */
  readonly escrow?: Stamped;
  /** What buyer and seller disagree about, by dispute: how far each has come, for it never goes back. */
  readonly disputes?: Readonly<Record<string, DisputeStage>>;
  /** Fulfillment has begun to work on it. */
  readonly opened?: true;
  readonly shipments?: Readonly<Record<string, ShipmentFold>>;
  /** Fulfillment cancelled it. */
  readonly granted?: true;
  /** How often it was asked here to cancel after payment. */
  readonly asked?: number;
  /** Ids of the facts by which fulfillment refused to: one answer per request, so they need no clock. */
  readonly refusals?: Readonly<Record<string, true>>;
}

export interface Stamped {
  readonly at: string;
  readonly to: string;
}

/** Stages of a dispute, in their order: an appeal, or goods that come back first, do not open it again. */
export const DISPUTE_STAGES = ['OPEN', 'DECIDED', 'CLOSED'] as const;
export type DisputeStage = (typeof DISPUTE_STAGES)[number];

export interface ShipmentFold {
  /** Quantity by order line. */
  readonly lines?: Readonly<Record<string, number>>;
  readonly shipped?: true;
  /** Nothing of the order is left to ship. */
  readonly shippedLast?: true;
  /** `DELIVERED` or `RETRACTED`, whichever came later. */
  readonly delivery?: Stamped;
  /** Nothing of the order is left to deliver. */
  readonly deliveredLast?: true;
  readonly milestone?: { readonly sequence: number; readonly to: string };
}

/** Joins two folds. Commutative, associative and idempotent. */
export function joinFolds(a: OrderFold, b: OrderFold): OrderFold {
  return compact({
    captured: a.captured ?? b.captured,
    failed: a.failed ?? b.failed,
    expired: a.expired ?? b.expired,
    funded: a.funded ?? b.funded,
    released: a.released ?? b.released,
    receipt: a.receipt ?? b.receipt,
    deemed: a.deemed ?? b.deemed,
    remaining: joinBy(a.remaining, b.remaining, (x, y) => (BigInt(x) <= BigInt(y) ? x : y)),
    refunds: joinBy(a.refunds, b.refunds, (x, y) => joinRecords(x, y, larger)),
    escrow: joinBy(a.escrow, b.escrow, later),
    disputes: joinBy(a.disputes, b.disputes, (x, y) => joinRecords(x, y, further)),
    opened: a.opened ?? b.opened,
    shipments: joinBy(a.shipments, b.shipments, (x, y) => joinRecords(x, y, joinShipments)),
    granted: a.granted ?? b.granted,
    asked: joinBy(a.asked, b.asked, Math.max),
    refusals: joinBy(a.refusals, b.refusals, (x, y) => ({ ...x, ...y })),
  });
}

function joinShipments(a: ShipmentFold, b: ShipmentFold): ShipmentFold {
  return compact({
    lines: joinBy(a.lines, b.lines, (x, y) => joinRecords(x, y, Math.max)),
    shipped: a.shipped ?? b.shipped,
    shippedLast: a.shippedLast ?? b.shippedLast,
    delivery: joinBy(a.delivery, b.delivery, later),
    deliveredLast: a.deliveredLast ?? b.deliveredLast,
    milestone: joinBy(a.milestone, b.milestone, (x, y) =>
      x.sequence > y.sequence || (x.sequence === y.sequence && x.to >= y.to) ? x : y,
    ),
  });
}

const joinBy = <T>(a: T | undefined, b: T | undefined, join: (a: T, b: T) => T): T | undefined =>
  a === undefined ? b : b === undefined ? a : join(a, b);

function joinRecords<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  join: (a: T, b: T) => T,
): Readonly<Record<string, T>> {
  const joined: Record<string, T> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const known = joined[key];
    joined[key] = known === undefined ? value : join(known, value);
  }
  return joined;
}

/** The later word; at the same instant the greater text, so that both orders of hearing agree. */
const later = (a: Stamped, b: Stamped): Stamped =>
  a.at > b.at || (a.at === b.at && a.to >= b.to) ? a : b;

const further = (a: DisputeStage, b: DisputeStage): DisputeStage =>
  DISPUTE_STAGES.indexOf(a) >= DISPUTE_STAGES.indexOf(b) ? a : b;

const larger = (a: string, b: string): string => (BigInt(a) >= BigInt(b) ? a : b);

type Compacted<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined, so that equal folds are equal as JSON too. */
function compact<T extends object>(fold: T): Compacted<T> {
  return Object.fromEntries(
    Object.entries(fold).filter(([, value]) => value !== undefined),
  ) as Compacted<T>;
}
