import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ShipmentId } from '#contracts/ids';
import type { CarrierId, LabelId } from '../fulfillment.ids';
import type { LabelState } from './label.machine';

/** A label and the calls to the carrier that it needs: its own id is the reference that the carrier dedupes by. */
@Entity('shippingLabel')
export class ShippingLabelRow {
  @PrimaryColumn({ type: 'text' })
  id!: LabelId;

  @Column({ type: 'text' })
  shipmentId!: ShipmentId;

  @Column({ type: 'text' })
  carrierId!: CarrierId;

  @Column({ type: 'text' })
  state!: LabelState;

  /** The carrier's id of the booking. */
  @Column({ type: 'text', nullable: true })
  carrierRef!: string | null;

  @Column({ type: 'bigint', nullable: true })
  chargeMinor!: bigint | null;

  @Column({ type: 'text', nullable: true })
  currency!: string | null;

  /** Where the carrier keeps the document until we have it. */
  @Column({ type: 'text', nullable: true })
  documentPath!: string | null;

  /** Code of the refusal that made it fail. */
  @Column({ type: 'text', nullable: true })
  failure!: string | null;

  @Column({ type: 'integer' })
  attempts!: number;

  /** When the next call is due; while one runs, when it must be over. Null: nothing to call. */
  @Column({ type: 'timestamptz', nullable: true })
  nextAttemptAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  requestedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  issuedAt!: Date | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** The printable label, written once. */
@Entity('labelDocument')
export class LabelDocumentRow {
  @PrimaryColumn({ type: 'text' })
  labelId!: LabelId;

  @Column({ type: 'text' })
  mime!: string;

  @Column({ type: 'text' })
  sha256!: string;

  @Column({ type: 'bytea' })
  bytes!: Buffer;
}
