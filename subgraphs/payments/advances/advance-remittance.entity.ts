import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One payment on an advance. */
@Entity('advanceRemittance')
export class AdvanceRemittanceRow {
  /** The release that it came out of, or what else paid it. */
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  advanceId!: string;

  /** Null when it was paid out of the seller’s available money. */
  @Column({ type: 'text', nullable: true })
  trancheId!: string | null;

  @Column({ type: 'bigint' })
  principalMinor!: bigint;

  @Column({ type: 'bigint' })
  feeMinor!: bigint;

  @Column({ type: 'bigint' })
  reversedMinor!: bigint;
}
