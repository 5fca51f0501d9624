import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConnectionId, MessageId } from '../fulfillment.ids';

export type Transport = 'WEBHOOK' | 'PULL';

/**
 * APPLIED: something new. KNOWN: nothing new. UNMAPPED: a status that we have no word for. UNMATCHED: no parcel of ours.
 * IGNORED: not about tracking. CARRIER_BUG: cannot be read. QUARANTINED: a known id with other bytes.
 */
export type MessageOutcome =
  'APPLIED' | 'KNOWN' | 'UNMAPPED' | 'UNMATCHED' | 'IGNORED' | 'CARRIER_BUG' | 'QUARANTINED';

/** What a carrier sent, byte for byte. Only its processing state changes (a trigger sees to it). */
@Entity('carrierMessage')
export class CarrierMessageRow {
  @PrimaryColumn({ type: 'text' })
  id!: MessageId;

  @Column({ type: 'text' })
  connectionId!: ConnectionId;

  @Column({ type: 'text' })
  transport!: Transport;

  @Column({ type: 'text' })
  externalId!: string;

  @Column({ type: 'text' })
  sha256!: string;

  @Column({ type: 'bytea' })
  bytes!: Buffer;

  @Column({ type: 'timestamptz' })
  receivedAt!: Date;

  @Column({ type: 'text', nullable: true })
  outcome!: MessageOutcome | null;

  @Column({ type: 'timestamptz', nullable: true })
  processedAt!: Date | null;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ type: 'timestamptz', nullable: true })
  nextAttemptAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  error!: string | null;
}
