import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MethodSetupId, SavedMethodId } from '../payments.ids';

/** A means of payment that its buyer wants kept: a token of the PSP and what may be shown of it, never a card number. */
@Entity('savedPaymentMethod')
export class SavedMethodRow {
  @PrimaryColumn({ type: 'text' })
  id!: SavedMethodId;

  @Column({ type: 'text' })
  buyerId!: string;

  /** The setup that its token comes from: another one each time that the same card is saved. */
  @Column({ type: 'text' })
  setupId!: MethodSetupId;

  /** The token of later charges. */
  @Column({ type: 'text' })
  pspMethodId!: string;

  @Column({ type: 'text' })
  brand!: string;

  @Column({ type: 'text' })
  last4!: string;

  @Column({ type: 'integer' })
  expMonth!: number;

  @Column({ type: 'integer' })
  expYear!: number;

  /** The same for the same card. Never shown. */
  @Column({ type: 'text' })
  fingerprint!: string;

  /** Where the card was issued, as far as the PSP tells. Never shown. */
  @Column({ type: 'text', nullable: true })
  country!: string | null;

  /** Which text the buyer agreed to, and when. */
  @Column({ type: 'text' })
  consentVersion!: string;

  @Column({ type: 'timestamptz' })
  consentAt!: Date;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  removedAt!: Date | null;
}
