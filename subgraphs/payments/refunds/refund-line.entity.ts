import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderLineId, RefundId, TrancheId } from '#contracts/ids';

/** Goods that a refund gives the money back for. */
@Entity('refundLine')
export class RefundLineRow {
  @PrimaryColumn({ type: 'text' })
  refundId!: RefundId;

  @PrimaryColumn({ type: 'text' })
  trancheId!: TrancheId;

  @PrimaryColumn({ type: 'text' })
  orderLineId!: OrderLineId;

  @Column({ type: 'integer' })
  quantity!: number;

  /** What they cost when they were ordered, shipping included. */
  @Column({ type: 'bigint' })
  amountMinor!: bigint;
}
