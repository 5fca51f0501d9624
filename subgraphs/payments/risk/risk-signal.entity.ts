import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was seen when somebody paid or asked for a payout: windows are computed over it. Hashes only; never changes. */
@Entity('riskSignal')
export class RiskSignalRow {
  @PrimaryColumn({ type: 'bigint' })
  seq!: bigint;

  @Column({ type: 'text' })
  kind!: 'PAYMENT' | 'PAYOUT';

  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text', nullable: true })
  buyerId!: string | null;

  @Column({ type: 'text', nullable: true })
  sellerId!: string | null;

  @Column({ type: 'text', nullable: true })
  network!: string | null;

  @Column({ type: 'text', nullable: true })
  device!: string | null;

  /** Of the means of payment's fingerprint, where it is known. */
  @Column({ type: 'text', nullable: true })
  card!: string | null;

  @Column({ type: 'text', nullable: true })
  token!: string | null;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'timestamptz' })
  at!: Date;
}
