import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';

/** Money lent to a seller: principal and fee come back as a part of each release. */
@Entity('advance')
export class AdvanceRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'text' })
  state!: 'OPEN' | 'REFUSED' | 'CLOSED';

  @Column({ type: 'bigint' })
  principalMinor!: bigint;

  @Column({ type: 'bigint' })
  feeMinor!: bigint;

  /** The part of each release’s net, in basis points. */
  @Column({ type: 'integer' })
  rateBps!: number;

  @Column({ type: 'integer' })
  termsVersion!: number;

  /** What came back, less what was reversed. */
  @Column({ type: 'bigint' })
  remittedMinor!: bigint;

  @Column({ type: 'bigint' })
  writtenOffMinor!: bigint;

  /** What the seller still has to pay back: an asset; null when it was refused. */
  @Column({ type: 'bigint', nullable: true })
  accountId!: bigint | null;

  @Column({ type: 'integer' })
  version!: number;
}
