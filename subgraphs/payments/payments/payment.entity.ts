import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, OrderGroupId, OrderId, PaymentId } from '#contracts/ids';
import type { PaymentPart } from '../escrow/plan.rules';
import type { PaymentState } from './payment.rules';

/** One attempt to pay an order group; at most one per group is neither failed nor expired. */
@Entity('payment')
export class PaymentRow {
  @PrimaryColumn({ type: 'text' })
  id!: PaymentId;

  @Column({ type: 'text' })
  orderGroupId!: OrderGroupId;

  @Column({ type: 'text' })
  part!: PaymentPart;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text', array: true })
  orderIds!: OrderId[];

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'text' })
  state!: PaymentState;

  /** Neither failed nor expired. */
  @Column({ type: 'boolean', insert: false, update: false })
  isLive!: boolean;

  @Column({ type: 'bigint' })
  fundsAccountId!: bigint;

  @Column({ type: 'bigint' })
  clearingAccountId!: bigint;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
