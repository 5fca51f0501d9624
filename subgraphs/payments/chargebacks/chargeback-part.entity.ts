import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChargebackId, EscrowId, TrancheId } from '#contracts/ids';
import type { HeldState } from '../escrow/tranche.machine';
import type { ChargebackPartId } from '../payments.ids';

/** What a chargeback took on account of one tranche: out of what was held, or of what was released. */
@Entity('chargebackPart')
export class ChargebackPartRow {
  @PrimaryColumn({ type: 'text' })
  id!: ChargebackPartId;

  @Column({ type: 'text' })
  chargebackId!: ChargebackId;

  @Column({ type: 'text' })
  escrowId!: EscrowId;

  @Column({ type: 'text' })
  trancheId!: TrancheId;

  @Column({ type: 'text' })
  source!: 'HELD' | 'RELEASED';

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** Of what was released: the fees that the platform gave back with it. */
  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

  /** When every leg of it was reversed. */
  @Column({ type: 'timestamptz', nullable: true })
  reversedAt!: Date | null;

  /** A refund that could not be paid bears it instead: it was given back before the case was over. */
  @Column({ type: 'boolean' })
  replaced!: boolean;

  /** Of what was held: where its goods were when it was given back. The database writes it. */
  @Column({ type: 'text', nullable: true })
  goodsWere!: HeldState | 'LOST' | null;
}
