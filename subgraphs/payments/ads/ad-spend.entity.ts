import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One bill of a grant, and how much of it was given back. */
@Entity('adSpend')
export class AdSpendRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  grantId!: string;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'bigint' })
  creditedMinor!: bigint;
}
