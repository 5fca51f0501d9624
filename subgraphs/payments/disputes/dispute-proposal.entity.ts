import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DisputeId } from '#contracts/ids';
import type { DisputeKind, DisputeSide } from './proposal.rules';

/** Terms that one side put forward; never changed. */
@Entity('disputeProposal')
export class DisputeProposalRow {
  @PrimaryColumn({ type: 'text' })
  disputeId!: DisputeId;

  /** Counts over both sides; the buyer's first demand is 1. */
  @PrimaryColumn({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  side!: DisputeSide;

  @Column({ type: 'text' })
  kind!: DisputeKind;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'text' })
  text!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;
}
