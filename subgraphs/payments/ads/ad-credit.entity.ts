import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One credit for a bill. */
@Entity('adCredit')
export class AdCreditRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  spendId!: string;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;
}
