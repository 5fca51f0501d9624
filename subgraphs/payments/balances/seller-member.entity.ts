import { Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, SellerId } from '#contracts/ids';

/** Who may act for a seller. */
@Entity('sellerMember')
export class SellerMemberRow {
  @PrimaryColumn({ type: 'text' })
  sellerId!: SellerId;

  @PrimaryColumn({ type: 'text' })
  accountId!: AccountId;
}
