import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A webhook that was received: a hint to read the object, nothing more. */
@Entity('pspEvent')
export class PspEventRow {
  @PrimaryColumn({ type: 'text' })
  connection!: string;

  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'text' })
  reference!: string;

  /** The PSP’s id of what it is about. */
  @Column({ type: 'text' })
  pspId!: string;

  @Column({ type: 'text' })
  about!: 'OPERATION' | 'DISPUTE';

  @Column({ type: 'timestamptz' })
  receivedAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  handledAt!: Date | null;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ type: 'timestamptz', nullable: true })
  nextAt!: Date | null;
}
