import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ShipmentId } from '#contracts/ids';
import type { MessageId, ParcelId, TrackingEventId } from '../fulfillment.ids';
import type { EventCode } from './milestone.rules';

export type TimePrecision = 'SECOND' | 'MINUTE' | 'DAY' | 'NONE';
export type ZoneSource = 'EXPLICIT' | 'CARRIER_DOC' | 'LOCATION' | 'LEG_ORIGIN' | 'ASSUMED_UTC';

/** Where something happened, as far as the carrier says. */
export interface Place {
  readonly city: string | null;
  readonly region: string | null;
  readonly country: string | null;
  readonly postalCode: string | null;
}

/** One thing a carrier said about a parcel. All revisions are kept; the fold looks at the highest. */
@Entity('trackingEvent')
export class TrackingEventRow {
  @PrimaryColumn({ type: 'text' })
  id!: TrackingEventId;

  @Column({ type: 'text' })
  parcelId!: ParcelId;

  @Column({ type: 'text' })
  shipmentId!: ShipmentId;

  @Column({ type: 'text' })
  dedupeKey!: string;

  @Column({ type: 'integer' })
  revision!: number;

  /** Digest of what the fold looks at, so that another wording is not another event. */
  @Column({ type: 'text' })
  contentHash!: string;

  @Column({ type: 'text' })
  eventCode!: EventCode;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'text' })
  rawCode!: string;

  @Column({ type: 'text', nullable: true })
  rawText!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  occurredAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  occurredLocal!: string | null;

  @Column({ type: 'text', nullable: true })
  utcOffset!: string | null;

  @Column({ type: 'text' })
  tzSource!: ZoneSource;

  @Column({ type: 'text' })
  precision!: TimePrecision;

  /** The earliest of all copies. */
  @Column({ type: 'timestamptz' })
  receivedAt!: Date;

  @Column({ type: 'jsonb', nullable: true })
  place!: Place | null;

  @Column({ type: 'text' })
  source!: 'CARRIER' | 'SELLER' | 'PLATFORM_INFERRED';

  @Column({ type: 'text' })
  messageId!: MessageId;

  /** Dedupe key of the event that this one takes back. */
  @Column({ type: 'text', nullable: true })
  voids!: string | null;

  @Column({ type: 'text' })
  mappingVersion!: string;
}
