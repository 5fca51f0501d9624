import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DisputeId } from '#contracts/ids';
import type { DisputeSide } from './proposal.rules';

/** One side does not accept a decision: once a dispute. */
@Entity('disputeAppeal')
export class DisputeAppealRow {
  @PrimaryColumn({ type: 'text' })
  disputeId!: DisputeId;

  @Column({ type: 'text' })
  side!: DisputeSide;

  /** Account or key. */
  @Column({ type: 'text' })
  by!: string;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;
}
