import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId, SellerId } from '#contracts/ids';
import type { SellerHoldId } from '../payments.ids';

/** HOLD: released, and the time of the seller's tier is not over. RESERVE: kept back longer, for refunds to come. */
export type SellerHoldKind = 'HOLD' | 'RESERVE';

/** Money of one release that its seller cannot have yet. The timer T17 of the same subject ends it. */
@Entity('sellerHold')
export class SellerHoldRow {
  @PrimaryColumn({ type: 'text' })
  id!: SellerHoldId;

  @Column({ type: 'text' })
  kind!: SellerHoldKind;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'text' })
  orderId!: OrderId;

  /** Where it lies: the seller's pending money or reserve. */
  @Column({ type: 'bigint' })
  accountId!: bigint;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** Less what was taken back or is frozen by a case; 0 when it is over. */
  @Column({ type: 'bigint' })
  remainingMinor!: bigint;

  @Column({ type: 'timestamptz' })
  availableAt!: Date;

  /** How often part of it became available: a case may have kept some of it back. */
  @Column({ type: 'integer' })
  version!: number;
}
