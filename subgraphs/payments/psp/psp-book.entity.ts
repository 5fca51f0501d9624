import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the PSP last said it owes us, to be compared with our clearing account. */
@Entity('pspBook')
export class PspBookRow {
  /** The account of a PSP connection in a currency. */
  @PrimaryColumn({ type: 'bigint' })
  clearingAccountId!: bigint;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  balanceMinor!: bigint;

  @Column({ type: 'timestamptz' })
  readAt!: Date;
}
