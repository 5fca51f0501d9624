import type { Address } from '#contracts/fact-fields';
import type { Tx } from '#kernel/db/database';
import type { NewFact } from '#kernel/events/fact';
import type { FulfillmentOrderRow } from '../shipments/fulfillment-order.entity';
import { move, refusePendingCancellation, tell } from '../shipments/fulfillment-order-row.service';
import type { ShipmentRow } from '../shipments/shipment.entity';
import { factLines, shipmentFact } from '../shipments/shipment-row.service';
import { anyElsewhere, trackingHash } from './delivery-place.rules';
import type { ShipmentState } from './shipment-state.rules';
import type { Place } from './tracking-event.entity';

interface Derived {
  readonly state: ShipmentState;
  /** When to ask the carrier if no news comes. */
  readonly nextPullAt: Date | null;
  /** Code of a new event, if that is why it was derived. */
  readonly news: string | null;
}

type Telling = (version: number) => Promise<NewFact>;

/**
 * Writes the derived state of a shipment and tells each change once: the comparison with the row, under its lock, is
 * what keeps a transition from being told twice. `shipped` comes before `delivered` even when a carrier reports both at
 * once. The caller saves the order's row after it.
 */
export async function writeShipmentState(
  tx: Tx,
  order: FulfillmentOrderRow,
  row: ShipmentRow,
  { state, nextPullAt, news }: Derived,
): Promise<void> {
  const before = { ...row };
  const next = settled(tx, order, row, state);
  const tellings: Telling[] = [];
  const shipped = before.shippedAt === null && next.shippedAt !== null;
  if (shipped) tellings.push((version) => shippedFact(tx, next, version));
  if (before.milestone !== next.milestone) {
    next.sequence += 1;
    const occurredAt = new Date(state.changedAtMs ?? tx.now.getTime()).toISOString();
    tellings.push((version) =>
      Promise.resolve(
        shipmentFact('shipment.milestone_changed', next, version, {
          from: before.milestone,
          to: next.milestone,
          occurredAt,
          sequence: next.sequence,
        }),
      ),
    );
    tellings.push(...outcomes(tx, before, next, { shipTo: order.shipTo, by: state.deliveredBy }));
  } else if (tellings.length === 0 && news !== null) {
    tellings.push((version) =>
      Promise.resolve(
        shipmentFact('shipment.tracking_updated', next, version, { eventCode: news }),
      ),
    );
  }
  next.nextPullAt = isOver(next) ? null : nextPullAt;
  next.version += tellings.length;
  await save(tx, next);
  for (const [i, telling] of tellings.entries()) {
    tx.publish(await telling(before.version + i + 1));
  }
  Object.assign(row, next);
  if (!shipped) return;
  refusePendingCancellation(tx, order, 'ALREADY_SHIPPED');
  if ((await allOf(tx, order.id, 'shippedAt')) && move(order, 'complete')) {
    tell(tx, order, { type: 'fulfillment_order.progressed' });
  }
}

/** The row as the derived state makes it. What was paid out on is not taken back: a person has to look at it. */
function settled(
  tx: Tx,
  order: FulfillmentOrderRow,
  row: ShipmentRow,
  state: ShipmentState,
): ShipmentRow {
  const instant = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  const flags = { delayed: state.delayed, damaged: state.damaged, held: state.held };
  const shippedAt = row.shippedAt ?? (row.cancelledAt === null ? instant(state.shippedAtMs) : null);
  const next = { ...row, ...flags, shippedAt };
  if (isRetraction(row, state) && order.releasedAt !== null) {
    return { ...next, deliveryQuestionedAt: row.deliveryQuestionedAt ?? tx.now };
  }
  const deliveredAt = returnsAfterDelivery(row, state)
    ? row.deliveredAt
    : instant(state.deliveredAtMs);
  return { ...next, milestone: state.milestone, deliveredAt };
}

const RETURNS = ['RETURNING', 'RETURNED'];

const returnsAfterDelivery = (row: ShipmentRow, { milestone }: ShipmentState): boolean =>
  row.deliveredAt !== null && RETURNS.includes(milestone);

const isRetraction = (row: ShipmentRow, { milestone }: ShipmentState): boolean =>
  row.milestone === 'DELIVERED' && milestone !== 'DELIVERED' && !RETURNS.includes(milestone);

/** Nothing more is expected of the carrier. */
const isOver = ({ milestone }: ShipmentRow): boolean =>
  ['DELIVERED', 'RETURNED', 'CANCELLED'].includes(milestone);

/** Where goods were to go, and the keys of the events that delivered them. */
interface Delivery {
  readonly shipTo: Address | null;
  readonly by: readonly string[];
}

/** What else is told when a milestone is reached or left. */
function outcomes(tx: Tx, before: ShipmentRow, next: ShipmentRow, delivery: Delivery): Telling[] {
  if (next.milestone === 'DELIVERED') {
    return [(version) => deliveredFact(tx, next, version, delivery)];
  }
  if (next.milestone === 'LOST') {
    return [(version) => Promise.resolve(shipmentFact('shipment.lost', next, version, {}))];
  }
  if (before.milestone === 'DELIVERED' && next.deliveredAt === null) {
    const reason = 'CARRIER_CORRECTION';
    return [
      (version) =>
        Promise.resolve(shipmentFact('shipment.delivery_retracted', next, version, { reason })),
    ];
  }
  return [];
}

const shippedFact = async (tx: Tx, row: ShipmentRow, version: number): Promise<NewFact> =>
  shipmentFact('shipment.shipped', row, version, {
    lines: await factLines(tx, row.id),
    allShipped: await allOf(tx, row.fulfillmentOrderId, 'shippedAt'),
    occurredAt: (row.shippedAt ?? tx.now).toISOString(),
    tracked: true,
    ...(await trackingsOf(tx, row)),
  });

/** Digests of the numbers that its parcels have at the carrier. */
async function trackingsOf(
  tx: Tx,
  { id, carrierId }: ShipmentRow,
): Promise<{ trackings?: string[] }> {
  const numbers = await tx.query<{ trackingNumber: string }>(
    `select "trackingNumber" from parcel where "shipmentId" = $1 and "trackingNumber" is not null
     order by "trackingNumber"`,
    [id],
  );
  if (numbers.length === 0) return {};
  return {
    trackings: numbers.map(({ trackingNumber }) => trackingHash(carrierId, trackingNumber)),
  };
}

/** Whether the carrier names another place than the goods were sent to, as far as it says one. */
async function elsewhereOf(
  tx: Tx,
  { id }: ShipmentRow,
  { shipTo, by }: Delivery,
): Promise<{ elsewhere?: boolean }> {
  const rows = await tx.query<{ place: Place | null }>(
    `select distinct on ("parcelId", "dedupeKey") place from "trackingEvent"
     where "shipmentId" = $1 and "dedupeKey" = any ($2)
     order by "parcelId", "dedupeKey", revision desc, "receivedAt"`,
    [id, by],
  );
  const elsewhere = anyElsewhere(
    rows.map(({ place }) => place),
    shipTo,
  );
  return elsewhere === undefined ? {} : { elsewhere };
}

const deliveredFact = async (
  tx: Tx,
  row: ShipmentRow,
  version: number,
  delivery: Delivery,
): Promise<NewFact> =>
  shipmentFact('shipment.delivered', row, version, {
    lines: await factLines(tx, row.id),
    allDelivered: await allOf(tx, row.fulfillmentOrderId, 'deliveredAt'),
    occurredAt: (row.deliveredAt ?? tx.now).toISOString(),
    ...(await elsewhereOf(tx, row, delivery)),
  });

/** True when every unit of the order lies in shipments that are shipped (or delivered). */
async function allOf(
  tx: Tx,
  fulfillmentOrderId: string,
  reached: 'shippedAt' | 'deliveredAt',
): Promise<boolean> {
  const row = await tx.first<{ all: boolean }>(
    `select not exists (
       select 1 from "fulfillmentOrderLine" l where l."fulfillmentOrderId" = $1 and l.quantity > coalesce((
         select sum(sl.quantity) from "shipmentLine" sl join shipment s on s.id = sl."shipmentId"
         where s."fulfillmentOrderId" = $1 and sl."orderLineId" = l."orderLineId"
           and s.direction = 'OUTBOUND' and s."cancelledAt" is null and s."${reached}" is not null), 0)
     ) as all`,
    [fulfillmentOrderId],
  );
  return row?.all === true;
}

async function save(tx: Tx, row: ShipmentRow): Promise<void> {
  await tx.query(
    `update shipment set milestone = $2, sequence = $3, delayed = $4, damaged = $5, held = $6, "shippedAt" = $7,
       "deliveredAt" = $8, "cancelledAt" = $9, "deliveryQuestionedAt" = $10, "nextPullAt" = $11, version = $12,
       "updatedAt" = $13
     where id = $1`,
    [
      row.id,
      row.milestone,
      row.sequence,
      row.delayed,
      row.damaged,
      row.held,
      row.shippedAt,
      row.deliveredAt,
      row.cancelledAt,
      row.deliveryQuestionedAt,
      row.nextPullAt,
      row.version,
      tx.now,
    ],
  );
}
