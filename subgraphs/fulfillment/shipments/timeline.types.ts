import type { TrackingEventRow } from '../tracking/tracking-event.entity';
import type { TrackingEvent } from '../tracking/tracking.types';

/** Events as the graph names their fields. */
export const timelineOf = (rows: readonly TrackingEventRow[]): TrackingEvent[] =>
  rows.map((row) => ({ ...row, code: row.eventCode, description: row.rawText }));
