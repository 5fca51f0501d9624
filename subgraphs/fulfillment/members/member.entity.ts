import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Address } from '#contracts/fact-fields';
import type { AccountId, SellerId } from '#contracts/ids';

/** What fulfillment knows of a seller, from `seller.opened`. */
@Entity('seller')
export class SellerRow {
  @PrimaryColumn({ type: 'text' })
  id!: SellerId;

  @Column({ type: 'text' })
  handle!: string;

  @Column({ type: 'text' })
  displayName!: string;

  @Column({ type: 'text' })
  country!: string;

  /** Where parcels start, as given with the last shipment that named it. */
  @Column({ type: 'jsonb', nullable: true })
  shipFrom!: Address | null;
}

/** An account that acts for a seller. */
@Entity('sellerMember')
export class SellerMemberRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @PrimaryColumn({ type: 'text' })
  accountId!: AccountId;
}
