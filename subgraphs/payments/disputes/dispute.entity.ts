import { Column, Entity, PrimaryColumn } from 'typeorm';
import type {
  AccountId,
  DisputeId,
  EscrowId,
  OrderId,
  RefundId,
  SellerId,
  TrancheId,
} from '#contracts/ids';
import type { DisputeReason } from '#contracts/trade-policy';
import type { ClaimedLine } from './claim.rules';
import type { DisputeState } from './dispute.machine';
import type { DisputeKind } from './proposal.rules';

/** A disagreement of buyer and seller about the money of one tranche. */
@Entity('dispute')
export class DisputeRow {
  @PrimaryColumn({ type: 'text' })
  id!: DisputeId;

  @Column({ type: 'text' })
  escrowId!: EscrowId;

  /** What it is about; of held money a claimed part is a tranche of its own. */
  @Column({ type: 'text' })
  trancheId!: TrancheId;

  @Column({ type: 'text' })
  orderId!: OrderId;

  @Column({ type: 'text' })
  buyerId!: AccountId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  /** What the buyer asked for at first. */
  @Column({ type: 'text' })
  kind!: DisputeKind;

  @Column({ type: 'text' })
  reason!: DisputeReason;

  @Column({ type: 'text' })
  text!: string;

  /** Goods that it names; empty when it is about all of the tranche's. */
  @Column({ type: 'jsonb' })
  lines!: readonly ClaimedLine[];

  /** What can be won and lost, minor units: all that was claimed and there. */
  @Column({ type: 'bigint' })
  stakeMinor!: bigint;

  /** True when the money was with the seller already when it was opened. */
  @Column({ type: 'boolean' })
  released!: boolean;

  @Column({ type: 'text' })
  state!: DisputeState;

  /** The latest proposal. */
  @Column({ type: 'integer' })
  proposalVersion!: number;

  /** What the seller offered up to this version is off the table. */
  @Column({ type: 'integer' })
  refusedVersion!: number;

  /** What was agreed on while the goods are on their way back. */
  @Column({ type: 'text', nullable: true })
  agreedKind!: DisputeKind | null;

  /** What goes back to the buyer then. */
  @Column({ type: 'bigint', nullable: true })
  agreedMinor!: bigint | null;

  /** Each side may say that it has nothing to add. */
  @Column({ type: 'boolean' })
  buyerDone!: boolean;

  @Column({ type: 'boolean' })
  sellerDone!: boolean;

  /** The refund that it led to. */
  @Column({ type: 'text', nullable: true })
  refundId!: RefundId | null;

  @Column({ type: 'timestamptz' })
  openedAt!: Date;

  /** When the goods came back to the seller. */
  @Column({ type: 'timestamptz', nullable: true })
  returnedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  closedAt!: Date | null;

  /** Counts the facts about it. */
  @Column({ type: 'integer' })
  version!: number;
}
