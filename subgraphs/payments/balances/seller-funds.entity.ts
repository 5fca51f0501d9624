import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';

/** Stands for a seller’s money in one currency: who takes any of it locks this first. */
@Entity('sellerFunds')
export class SellerFundsRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @PrimaryColumn({ type: 'text' })
  currency!: string;

  /** All payouts that were not undone. */
  @Column({ type: 'bigint' })
  paidMinor!: bigint;

  /** The lines that these payouts paid the last of. */
  @Column({ type: 'bigint' })
  claimedMinor!: bigint;
}
