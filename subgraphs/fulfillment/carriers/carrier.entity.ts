import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CarrierId, ConnectionId } from '../fulfillment.ids';

/** A carrier is a row: what it offers is data. */
@Entity('carrier')
export class CarrierRow {
  @PrimaryColumn({ type: 'text' })
  id!: CarrierId;

  /** Names the adapter's folder. */
  @Column({ type: 'text', unique: true })
  code!: string;

  @Column({ type: 'text' })
  name!: string;

  /** Its services; the first is the default. */
  @Column({ type: 'text', array: true })
  services!: string[];

  /** Currencies that it bills in; the first is the default. */
  @Column({ type: 'text', array: true })
  currencies!: string[];
}

/** A way to reach a carrier: `POST /hooks/carriers/{code}` is its door for messages. */
@Entity('carrierConnection')
export class CarrierConnectionRow {
  @PrimaryColumn({ type: 'text' })
  id!: ConnectionId;

  @Column({ type: 'text' })
  carrierId!: CarrierId;

  @Column({ type: 'text', unique: true })
  code!: string;

  @Column({ type: 'text' })
  state!: 'ACTIVE' | 'SUSPENDED';
}
