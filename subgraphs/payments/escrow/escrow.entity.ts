import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, EscrowId, OrderGroupId, OrderId, SellerId } from '#contracts/ids';
import type { SellerTier } from '../balances/tier.rules';
import type { EscrowState } from './escrow.rules';
import type { GoodsKind } from '../deadlines/timer.rules';

/** The agreement about one seller order: its frozen terms, and a fold over its tranches. */
@Entity('escrow')
export class EscrowRow {
  @PrimaryColumn({ type: 'text' })
  id!: EscrowId;

  @Column({ type: 'text' })
  orderId!: OrderId;

  @Column({ type: 'text' })
  orderGroupId!: OrderGroupId;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  totalMinor!: bigint;

  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

  /** What is paid first; 0 when it is paid at once. */
  @Column({ type: 'bigint' })
  depositMinor!: bigint;

  /** How many days after that the balance is due. */
  @Column({ type: 'integer' })
  balanceDays!: number;

  @Column({ type: 'text' })
  goods!: GoodsKind;

  /** Sold to a business. */
  @Column({ type: 'boolean' })
  business!: boolean;

  /** Days that the seller has to hand it over. */
  @Column({ type: 'integer' })
  handlingDays!: number;

  /** SHA-256 of the contract that was funded; empty for orders older than contracts. */
  @Column({ type: 'text' })
  contractHash!: string;

  @Column({ type: 'text' })
  state!: EscrowState;

  /** How far the seller was trusted when it was funded; null before. */
  @Column({ type: 'text', nullable: true })
  tier!: SellerTier | null;

  @Column({ type: 'timestamptz', nullable: true })
  fundedAt!: Date | null;

  /** Counts the facts about it. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
