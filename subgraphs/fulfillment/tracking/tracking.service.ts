import { createHash } from 'node:crypto';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type ParcelId, trackingEventIds } from '../fulfillment.ids';
import type { ShippingLabelRow } from '../labels/label.entity';
import type { FulfillmentOrderRow } from '../shipments/fulfillment-order.entity';
import { lockOfShipments, saveFulfillmentOrder } from '../shipments/fulfillment-order-row.service';
import type { ParcelRow, ShipmentRow } from '../shipments/shipment.entity';
import { type FoldBase, type ParcelState, contentOf, foldParcel } from './fold.rules';
import { shipmentState } from './shipment-state.rules';
import { writeShipmentState } from './shipment-state.service';
import type { TrackingEventRow } from './tracking-event.entity';

/** What a message says about one of our parcels. */
export type HeardEvent = Omit<TrackingEventRow, 'id' | 'contentHash'>;

type FoldedRow = Pick<
  TrackingEventRow,
  | 'parcelId'
  | 'dedupeKey'
  | 'revision'
  | 'eventCode'
  | 'reason'
  | 'occurredAt'
  | 'receivedAt'
  | 'voids'
>;

/** Keeps events and derives from all of them, each time anew, where parcels and shipments stand. */
export class TrackingService {
  /** `quietMs`: how long a shipment may be without news before its carrier is asked. */
  constructor(private readonly quietMs: number) {}

  /** Adds what is new and folds the shipments concerned. True when anything was. Locks their orders first. */
  async recordIn(tx: Tx, heard: readonly HeardEvent[]): Promise<boolean> {
    const shipmentIds = [...new Set(heard.map(({ shipmentId }) => shipmentId))].sort();
    const orders = await lockOfShipments(tx, shipmentIds);
    const shipments = await tx.query<ShipmentRow>(
      'select * from shipment where id = any ($1) order by id for no key update',
      [shipmentIds],
    );
    const added = await this.addIn(tx, heard);
    for (const shipment of shipments) {
      const order = orders.get(shipment.fulfillmentOrderId);
      const news = added.filter((event) => event.shipmentId === shipment.id);
      if (order === undefined || news.length === 0) continue;
      await this.refoldIn(tx, order, shipment, news.at(-1)?.eventCode);
    }
    return added.length > 0;
  }

  /**
   * Derives the shipment's state and tells what changed. `news` is the code of a new event, for those who watch the
   * timeline. The caller holds the locks of order and shipment; both rows are written.
   */
  async refoldIn(
    tx: Tx,
    order: FulfillmentOrderRow,
    shipment: ShipmentRow,
    news?: string,
  ): Promise<void> {
    const parcels = await tx.query<ParcelRow>('select * from parcel where "shipmentId" = $1', [
      shipment.id,
    ]);
    const events = await tx.query<FoldedRow>(
      `select "parcelId", "dedupeKey", revision, "eventCode", reason, "occurredAt", "receivedAt", voids
       from "trackingEvent" where "shipmentId" = $1`,
      [shipment.id],
    );
    const base = await this.baseOf(tx, shipment);
    const states = new Map<ParcelId, ParcelState>();
    for (const { id } of parcels) {
      const ofParcel = events.filter(({ parcelId }) => parcelId === id);
      states.set(id, foldParcel(base, ofParcel.map(foldEvent)));
    }
    await this.writeParcels(tx, parcels, states);
    const state = shipmentState([...states.values()]);
    const nextPullAt = base.milestone === 'LABELLED' ? after(tx.now, this.quietMs) : null;
    await writeShipmentState(tx, order, shipment, { state, nextPullAt, news: news ?? null });
    await saveFulfillmentOrder(tx, order);
  }

  /** Writes what is not known yet; a copy that came earlier than the one we have moves its time of receipt. */
  private async addIn(tx: Tx, heard: readonly HeardEvent[]): Promise<HeardEvent[]> {
    const added: HeardEvent[] = [];
    for (const event of heard) {
      const hash = contentHash(event);
      const rows = await tx.query<{ inserted: boolean }>(
        `insert into "trackingEvent" (id, "parcelId", "shipmentId", "dedupeKey", revision, "contentHash",
           "eventCode", reason, "rawCode", "rawText", "occurredAt", "occurredLocal", "utcOffset", "tzSource",
           precision, "receivedAt", place, source, "messageId", voids, "mappingVersion")
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
         on conflict ("parcelId", "dedupeKey", revision, "contentHash") do update
           set "receivedAt" = excluded."receivedAt" where excluded."receivedAt" < "trackingEvent"."receivedAt"
         returning xmax = 0 as inserted`,
        [trackingEventIds.create(), ...valuesOf(event, hash)],
      );
      if (rows.length > 0) added.push(event);
    }
    return added;
  }

  private async baseOf(tx: Tx, shipment: ShipmentRow): Promise<FoldBase> {
    const label = await tx.first<Pick<ShippingLabelRow, 'state' | 'requestedAt'>>(
      `select state, "requestedAt" from "shippingLabel" where "shipmentId" = $1
       order by "createdAt" desc, id desc limit 1`,
      [shipment.id],
    );
    const labelledAtMs = label?.requestedAt?.getTime() ?? null;
    if (shipment.cancelledAt !== null) return { milestone: 'CANCELLED', labelledAtMs };
    const booked = label?.state === 'ISSUED' || label?.state === 'VOID_REQUESTED';
    return { milestone: booked ? 'LABELLED' : 'CREATED', labelledAtMs };
  }

  private async writeParcels(
    tx: Tx,
    parcels: readonly ParcelRow[],
    states: ReadonlyMap<ParcelId, ParcelState>,
  ): Promise<void> {
    for (const { id, milestone } of parcels) {
      const state = states.get(id);
      if (state === undefined || state.milestone === milestone) continue;
      await tx.query('update parcel set milestone = $2 where id = $1', [id, state.milestone]);
    }
  }
}

const foldEvent = (row: FoldedRow) => ({
  dedupeKey: row.dedupeKey,
  revision: row.revision,
  eventCode: row.eventCode,
  reason: row.reason,
  occurredAtMs: row.occurredAt?.getTime() ?? null,
  receivedAtMs: row.receivedAt.getTime(),
  voids: row.voids,
});

function contentHash(event: HeardEvent): string {
  const content = contentOf({ ...event, occurredAtMs: event.occurredAt?.getTime() ?? null });
  return createHash('sha256').update(content).digest('base64url');
}

const valuesOf = (event: HeardEvent, hash: string): unknown[] => [
  event.parcelId,
  event.shipmentId,
  event.dedupeKey,
  event.revision,
  hash,
  event.eventCode,
  event.reason,
  event.rawCode,
  event.rawText,
  event.occurredAt,
  event.occurredLocal,
  event.utcOffset,
  event.tzSource,
  event.precision,
  event.receivedAt,
  event.place === null ? null : JSON.stringify(event.place),
  event.source,
  event.messageId,
  event.voids,
  event.mappingVersion,
];
