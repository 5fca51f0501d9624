import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderLineId, TrancheId } from '#contracts/ids';

/** Goods that a tranche pays for. */
@Entity('trancheLine')
export class TrancheLineRow {
  @PrimaryColumn({ type: 'text' })
  trancheId!: TrancheId;

  @PrimaryColumn({ type: 'text' })
  orderLineId!: OrderLineId;

  @Column({ type: 'integer' })
  quantity!: number;

  /** Their part of the order's money when it was placed, shipping included. */
  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** Their part of the commission and of the tax on it; null when nobody said. */
  @Column({ type: 'bigint', nullable: true })
  commissionMinor!: bigint | null;

  @Column({ type: 'bigint', nullable: true })
  taxMinor!: bigint | null;
}
