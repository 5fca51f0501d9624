import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EscrowId, TrancheId } from '#contracts/ids';
import type { HoldId, SellerHoldId } from '../payments.ids';

/** Why money is frozen. */
export type HoldCause = 'DISPUTE' | 'CHARGEBACK' | 'RISK' | 'LEGAL';

/** TRANCHE: money held for the order. RELEASED: the seller's, in a case about what was released. */
export type HoldSource = 'TRANCHE' | 'RELEASED';

/** Money that nobody gets before a case is over: a reservation in the ledger. */
@Entity('hold')
export class HoldRow {
  @PrimaryColumn({ type: 'text' })
  id!: HoldId;

  @Column({ type: 'text' })
  escrowId!: EscrowId;

  @Column({ type: 'text' })
  trancheId!: TrancheId;

  @Column({ type: 'text' })
  cause!: HoldCause;

  /** In words, for operators. */
  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** Where the money lies. */
  @Column({ type: 'bigint' })
  accountId!: bigint;

  @Column({ type: 'bigint' })
  holdAccountId!: bigint;

  /** The reservation; null while it lies under another hold, which has it. */
  @Column({ type: 'uuid', nullable: true })
  pendingId!: string | null;

  @Column({ type: 'timestamptz' })
  placedAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  liftedAt!: Date | null;

  @Column({ type: 'text' })
  source!: HoldSource;

  /** The waiting money of the seller that it was taken out of. */
  @Column({ type: 'text', nullable: true })
  sellerHoldId!: SellerHoldId | null;

  /** The dispute, chargeback or risk decision that it belongs to; null when an operator placed it. */
  @Column({ type: 'text', nullable: true })
  caseId!: string | null;

  /** The hold that was parted into this one and others. */
  @Column({ type: 'text', nullable: true })
  partOf!: string | null;
}
