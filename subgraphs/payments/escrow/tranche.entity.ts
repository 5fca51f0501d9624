import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EscrowId, TrancheId } from '#contracts/ids';
import type { TrancheState } from './tranche.machine';

/** Money held for an order, with a ledger account of its own. */
@Entity('tranche')
export class TrancheRow {
  @PrimaryColumn({ type: 'text' })
  id!: TrancheId;

  @Column({ type: 'text' })
  escrowId!: EscrowId;

  @Column({ type: 'text' })
  kind!: 'WHOLE';

  @Column({ type: 'text' })
  state!: TrancheState;

  @Column({ type: 'bigint' })
  accountId!: bigint;

  @Column({ type: 'bigint' })
  capturedMinor!: bigint;

  @Column({ type: 'bigint' })
  frozenMinor!: bigint;

  @Column({ type: 'bigint' })
  releasedMinor!: bigint;

  @Column({ type: 'bigint' })
  refundedMinor!: bigint;

  @Column({ type: 'bigint' })
  chargedBackMinor!: bigint;

  @Column({ type: 'bigint', nullable: true, insert: false, update: false })
  availableMinor!: bigint;

  @Column({ type: 'bigint' })
  releasedCommissionMinor!: bigint;

  @Column({ type: 'bigint' })
  releasedTaxMinor!: bigint;

  @Column({ type: 'bigint' })
  clawedBackMinor!: bigint;

  @Column({ type: 'integer' })
  version!: number;
}
