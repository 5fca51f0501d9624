import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';

/** Money that ads may spend on their own: taken out of the wallet, billed bit by bit, the rest comes back. */
@Entity('adGrant')
export class AdGrantRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'text' })
  state!: 'FUNDED' | 'REFUSED' | 'CLOSED';

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'bigint' })
  billedMinor!: bigint;

  @Column({ type: 'bigint' })
  returnedMinor!: bigint;

  /** What it has reserved; null when it was refused. */
  @Column({ type: 'bigint', nullable: true })
  accountId!: bigint | null;

  @Column({ type: 'integer' })
  version!: number;
}
