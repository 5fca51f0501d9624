import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SellerId } from '#contracts/ids';
import type { SellerTier } from './tier.rules';

/** The last word on how far a seller is trusted. */
@Entity('sellerTier')
export class SellerTierRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  tier!: SellerTier;

  @Column({ type: 'integer' })
  version!: number;
}
