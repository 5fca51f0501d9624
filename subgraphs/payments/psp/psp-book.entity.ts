import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the PSP last said it owes us, to be compared with our clearing account. */
@Entity('pspBook')
export class PspBookRow {
  @PrimaryColumn({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  clearingAccountId!: bigint;

  @Column({ type: 'bigint' })
  balanceMinor!: bigint;

  @Column({ type: 'timestamptz' })
  readAt!: Date;
}
