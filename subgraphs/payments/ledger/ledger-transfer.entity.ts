import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One movement of money; written by `ledger_post` and never changed. */
@Entity('ledger_transfer')
export class LedgerTransferRow {
  @Column({ type: 'smallint' })
  epoch!: number;

  @Column({ type: 'text' })
  xid!: string;

  @Column({ type: 'bigint' })
  seq!: bigint;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid' })
  group_id!: string;

  @Column({ type: 'smallint' })
  kind!: number;

  @Column({ type: 'uuid', nullable: true })
  pending_id!: string | null;

  @Column({ type: 'uuid', nullable: true })
  corrects_id!: string | null;

  @Column({ type: 'bigint' })
  debit!: bigint;

  @Column({ type: 'bigint' })
  credit!: bigint;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ type: 'bigint' })
  amount!: bigint;

  @Column({ type: 'smallint' })
  code!: number;

  @Column({ type: 'uuid', nullable: true })
  subject!: string | null;

  @Column({ type: 'timestamptz' })
  event_at!: Date;

  @Column({ type: 'timestamptz' })
  created_at!: Date;
}
