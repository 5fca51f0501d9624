import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An account of the ledger; opened by `ledger_open` only. */
@Entity('ledger_account')
export class LedgerAccountRow {
  @PrimaryColumn({ type: 'bigint' })
  id!: bigint;

  @Column({ type: 'smallint' })
  kind!: number;

  @Column({ type: 'uuid' })
  owner_id!: string;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ type: 'smallint' })
  guard!: number;

  @Column({ type: 'boolean' })
  deferred!: boolean;
}
