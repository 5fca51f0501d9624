import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, EscrowId, OrderGroupId, OrderId, SellerId } from '#contracts/ids';
import type { EscrowState } from './escrow.rules';

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

  @Column({ type: 'text' })
  state!: EscrowState;

  /** Counts the facts about it. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
