import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where an order goes, as far as rules ask: its country, and a hash that is the same for the same address. */
@Entity('riskOrder')
export class RiskOrderRow {
  @PrimaryColumn({ type: 'text' })
  orderId!: string;

  @Column({ type: 'text' })
  orderGroupId!: string;

  @Column({ type: 'text' })
  buyerId!: string;

  @Column({ type: 'text' })
  shipCountry!: string;

  @Column({ type: 'text' })
  address!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;
}

/** What carriers said of a shipment, as far as rules ask. */
@Entity('riskParcel')
export class RiskParcelRow {
  @PrimaryColumn({ type: 'text' })
  shipmentId!: string;

  @Column({ type: 'text' })
  orderId!: string;

  /** Digests of its parcels' numbers. */
  @Column({ type: 'text', array: true })
  trackings!: string[];

  /** Whether it was delivered in another place than the order's; null while nobody knows. */
  @Column({ type: 'boolean', nullable: true })
  elsewhere!: boolean | null;

  /** When it was heard of first. */
  @Column({ type: 'timestamptz' })
  at!: Date;
}
