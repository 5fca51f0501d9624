import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';

/** What a seller has set aside for advertising in one currency. */
@Entity('adsWallet')
export class AdsWalletRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @PrimaryColumn({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  accountId!: bigint;

  /** Each release fills it up to this; null: by hand only. */
  @Column({ type: 'bigint', nullable: true })
  fillToMinor!: bigint | null;
}
