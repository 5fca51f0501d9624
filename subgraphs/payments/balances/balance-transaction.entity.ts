import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId, SellerId } from '#contracts/ids';
import type { BalanceTransactionId } from '../payments.ids';
import type { BalanceTransactionKind } from './balance.rules';

/** One line of a seller’s available balance, with its cause. The balance is their sum. */
@Entity('balanceTransaction')
export class BalanceTransactionRow {
  @PrimaryColumn({ type: 'text' })
  id!: BalanceTransactionId;

  @Column({ type: 'bigint' })
  accountId!: bigint;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'text' })
  kind!: BalanceTransactionKind;

  /** Positive adds to the balance. */
  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'bigint', nullable: true })
  grossMinor!: bigint | null;

  @Column({ type: 'bigint', nullable: true })
  commissionMinor!: bigint | null;

  @Column({ type: 'bigint', nullable: true })
  taxMinor!: bigint | null;

  @Column({ type: 'text', nullable: true })
  orderId!: OrderId | null;

  @Column({ type: 'text' })
  cause!: string;

  @Column({ type: 'text' })
  causeId!: string;

  @Column({ type: 'timestamptz' })
  occurredAt!: Date;
}
