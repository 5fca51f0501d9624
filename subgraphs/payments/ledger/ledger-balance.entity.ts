import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The running balance of an account that has a limit; kept by `ledger_post` only. */
@Entity('ledger_balance')
export class LedgerBalanceRow {
  @PrimaryColumn({ type: 'bigint' })
  account_id!: bigint;

  @Column({ type: 'smallint' })
  guard!: number;

  @Column({ type: 'bigint' })
  debits_posted!: bigint;

  @Column({ type: 'bigint' })
  credits_posted!: bigint;

  @Column({ type: 'bigint' })
  debits_pending!: bigint;

  @Column({ type: 'bigint' })
  credits_pending!: bigint;
}
