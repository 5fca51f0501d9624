import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, OrderGroupId } from '#contracts/ids';

export type OrderGroupState = 'AWAITING' | 'PAID' | 'EXPIRED' | 'CANCELLED';

/** What payments knows of an order group: enough to take its money before or after marketplace’s fact. */
@Entity('orderGroup')
export class OrderGroupRow {
  @PrimaryColumn({ type: 'text' })
  id!: OrderGroupId;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'text' })
  state!: OrderGroupState;

  @Column({ type: 'integer' })
  version!: number;

  /** First sight: T1 counts from here. */
  @Column({ type: 'timestamptz' })
  seenAt!: Date;
}
