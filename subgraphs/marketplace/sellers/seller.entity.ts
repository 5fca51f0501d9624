import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, SellerId } from '#contracts/ids';

/** A shop. */
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

  /** Published reviews of this seller's orders, kept by the review service. */
  @Column({ type: 'integer' })
  ratingCount!: number;

  /** Sum of their stars. */
  @Column({ type: 'integer' })
  ratingSum!: number;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}

/** Who acts for a seller. */
@Entity('sellerMember')
export class SellerMemberRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @PrimaryColumn({ type: 'text' })
  accountId!: AccountId;

  @Column({ type: 'text' })
  role!: 'OWNER' | 'MEMBER';

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}

/** Whether a seller may sell: a copy of the newest merchant fact. No row: not allowed. */
@Entity('sellerGate')
export class SellerGateRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'boolean' })
  sellingAllowed!: boolean;

  /** The merchant's version that this was copied from. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  changedAt!: Date;
}
