import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PayoutId, SellerId } from '#contracts/ids';
import type { PayoutAccountId } from '../payments.ids';
import type { PayoutState } from './payout.machine';
import type { PayoutSpeed } from './payout.rules';

/** Money on its way to a seller; reserved in the balance until it is paid. */
@Entity('payout')
export class PayoutRow {
  @PrimaryColumn({ type: 'text' })
  id!: PayoutId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  payoutAccountId!: PayoutAccountId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** What it cost the seller, besides. */
  @Column({ type: 'bigint' })
  feeMinor!: bigint;

  @Column({ type: 'text' })
  speed!: PayoutSpeed;

  @Column({ type: 'text' })
  state!: PayoutState;

  @Column({ type: 'bigint' })
  accountId!: bigint;

  @Column({ type: 'bigint' })
  transitAccountId!: bigint;

  @Column({ type: 'bigint' })
  clearingAccountId!: bigint;

  @Column({ type: 'uuid' })
  pendingId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
