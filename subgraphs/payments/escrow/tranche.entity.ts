import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EscrowId, ShipmentId, TrancheId } from '#contracts/ids';
import type { ShippingService } from '../deadlines/timer.rules';
import type { HeldState, TrancheState } from './tranche.machine';

/** Money held for an order, with a ledger account of its own. */
@Entity('tranche')
export class TrancheRow {
  @PrimaryColumn({ type: 'text' })
  id!: TrancheId;

  @Column({ type: 'text' })
  escrowId!: EscrowId;

  /** WHOLE: what has not left with a parcel of its own. CLAIM: a part that a case is about. MILESTONE: a step of work. */
  @Column({ type: 'text' })
  kind!: 'WHOLE' | 'SHIPMENT' | 'CLAIM' | 'MILESTONE';

  /** The parcel that it pays for, once one left. */
  @Column({ type: 'text', nullable: true })
  shipmentId!: ShipmentId | null;

  @Column({ type: 'text' })
  state!: TrancheState;

  /** Where its goods are while it is FROZEN: that is where it goes on. */
  @Column({ type: 'text', nullable: true })
  heldState!: HeldState | null;

  @Column({ type: 'bigint' })
  accountId!: bigint;

  @Column({ type: 'bigint' })
  capturedMinor!: bigint;

  /** The platform's part of what came in, and the tax on it. */
  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

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

  /** When the carrier said so; null when it did not, or took it back. */
  @Column({ type: 'timestamptz', nullable: true })
  deliveredAt!: Date | null;

  /** False once a parcel left without tracking. */
  @Column({ type: 'boolean' })
  tracked!: boolean;

  /** How its parcel travels. */
  @Column({ type: 'text' })
  service!: ShippingService;

  /** The buyer has asked for more time to inspect, which is possible once. */
  @Column({ type: 'boolean' })
  extendedByBuyer!: boolean;

  /** Days that the seller has granted on top. */
  @Column({ type: 'integer' })
  grantedDays!: number;

  /** When the carrier said that the parcel is lost. */
  @Column({ type: 'timestamptz', nullable: true })
  lostAt!: Date | null;

  /** Of a milestone, and of what a case split off it: what it is called. */
  @Column({ type: 'text', nullable: true })
  title!: string | null;

  /** Its place in the order: parts with the same one are one step of work. */
  @Column({ type: 'integer', nullable: true })
  number!: number | null;

  /** Of the milestone itself: what was to come in for all of it. */
  @Column({ type: 'bigint', nullable: true })
  agreedMinor!: bigint | null;

  /** How many days after it was paid it should be done. */
  @Column({ type: 'integer', nullable: true })
  days!: number | null;

  /** What the buyer wants changed. */
  @Column({ type: 'text', nullable: true })
  changesReason!: string | null;

  /** Once goods were refunded with their own fees: from which place on what is held is counted, and its fees. */
  @Column({ type: 'bigint', nullable: true })
  feeFromMinor!: bigint | null;

  @Column({ type: 'bigint', nullable: true })
  feeCommissionMinor!: bigint | null;

  @Column({ type: 'bigint', nullable: true })
  feeTaxMinor!: bigint | null;

  /** The same of what was released. */
  @Column({ type: 'bigint', nullable: true })
  backFromMinor!: bigint | null;

  @Column({ type: 'bigint', nullable: true })
  backCommissionMinor!: bigint | null;

  @Column({ type: 'bigint', nullable: true })
  backTaxMinor!: bigint | null;

  @Column({ type: 'integer' })
  version!: number;
}
