import type { Database } from '#kernel/db/database';
import { type FoldEvent, liveEvents } from './fold.rules';
import type { TrackingEventRow } from './tracking-event.entity';

/** What people read: of each event its current telling, oldest first. */
export class TimelineService {
  constructor(private readonly db: Database) {}

  async ofShipments(shipmentIds: readonly string[]): Promise<TrackingEventRow[]> {
    const rows = await this.db.query<TrackingEventRow>(
      `select * from "trackingEvent" where "shipmentId" = any ($1)
       order by "occurredAt" nulls first, "dedupeKey"`,
      [shipmentIds],
    );
    const byParcel = new Map<string, (FoldEvent & { row: TrackingEventRow })[]>();
    for (const row of rows) {
      const event = {
        ...row,
        row,
        occurredAtMs: row.occurredAt?.getTime() ?? null,
        receivedAtMs: row.receivedAt.getTime(),
      };
      byParcel.set(row.parcelId, [...(byParcel.get(row.parcelId) ?? []), event]);
    }
    const live = new Set([...byParcel.values()].flatMap(liveEvents));
    return [...byParcel.values()]
      .flat()
      .filter((event) => live.has(event))
      .map(({ row }) => row)
      .sort((a, b) => (a.occurredAt?.getTime() ?? 0) - (b.occurredAt?.getTime() ?? 0));
  }
}
