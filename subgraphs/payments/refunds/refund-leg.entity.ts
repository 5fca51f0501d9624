import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefundId } from '#contracts/ids';
import type { RefundLegId, TenderId } from '../payments.ids';
import type { LegFate, LegState } from './refund.machine';

/** The part of a refund that goes back to one tender. */
@Entity('refundLeg')
export class RefundLegRow {
  @PrimaryColumn({ type: 'text' })
  id!: RefundLegId;

  @Column({ type: 'text' })
  refundId!: RefundId;

  @Column({ type: 'text' })
  tenderId!: TenderId;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  @Column({ type: 'text' })
  state!: LegState;

  /** Where its money went when it could not be paid. */
  @Column({ type: 'text', nullable: true })
  fate!: LegFate | null;
}
