import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MethodSetupId } from '../payments.ids';
import type { SetupState } from './method.rules';

/** A means of payment on its way to be kept. The token that it was made of is not stored. */
@Entity('methodSetup')
export class MethodSetupRow {
  @PrimaryColumn({ type: 'text' })
  id!: MethodSetupId;

  @Column({ type: 'text' })
  buyerId!: string;

  @Column({ type: 'text' })
  state!: SetupState;

  /** What the PSP calls it; known once it has answered. */
  @Column({ type: 'text', nullable: true })
  pspMethodId!: string | null;

  /** Where its owner has to agree. */
  @Column({ type: 'text', nullable: true })
  actionUrl!: string | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
