import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId, PayoutId, SellerId } from '#contracts/ids';
import type { BalanceTransactionId } from '../payments.ids';
import type { BalanceTransactionKind } from './balance.rules';

/** One line of a seller’s money, with its cause: available + waiting + kept back − owed is their sum. */
@Entity('balanceTransaction')
export class BalanceTransactionRow {
  @PrimaryColumn({ type: 'text' })
  id!: BalanceTransactionId;

  /** The seller’s available balance. */
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

  /** The payout that paid the last of it; null while none has, or for lines about payouts. */
  @Column({ type: 'text', nullable: true })
  payoutId!: PayoutId | null;

  /** From when on it can be paid out. */
  @Column({ type: 'timestamptz' })
  availableAt!: Date;
}
