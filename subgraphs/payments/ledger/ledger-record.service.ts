import type { Queries } from '#kernel/db/database';
import { Poller } from '#kernel/events/poller';
import type { SubgraphHost } from '#kernel/server/subgraph';

/** What a deferred account has been debited and credited in all, minor units. */
export interface DeferredBalance {
  readonly debits: bigint;
  readonly credits: bigint;
}

/** The newest block of the hash chain: whoever keeps it elsewhere can prove later that nothing before it changed. */
export interface ChainHead {
  readonly block: bigint;
  readonly hash: string;
}

/**
 * Balances of deferred accounts by their number: what was rolled up and what came behind it, as one moment sees both.
 * Accounts that are not deferred are missing: they have a balance row.
 */
export async function deferredBalances(
  db: Queries,
  accounts: readonly bigint[],
): Promise<Map<bigint, DeferredBalance>> {
  const rows = await db.query<DeferredBalance & { id: bigint }>(
    'select account_id as id, debits, credits from ledger_deferred_balance($1::bigint[])',
    [accounts],
  );
  return new Map(rows.map(({ id, debits, credits }) => [id, { debits, credits }]));
}

/** Adds finished transfers to the snapshots of deferred accounts; the number of transfers added. */
export const rollUp = (db: Queries): Promise<number> => rowsOf(db, 'ledger_roll_up');

/** Seals finished transfers into a block of the hash chain; the number of transfers sealed. */
export const seal = (db: Queries): Promise<number> => rowsOf(db, 'ledger_seal');

async function rowsOf(db: Queries, name: 'ledger_roll_up' | 'ledger_seal'): Promise<number> {
  const row = await db.first<{ n: number }>(`select ${name}() as n`);
  return row?.n ?? 0;
}

/** The newest block, if anything was sealed yet. */
export const chainHead = (db: Queries): Promise<ChainHead | undefined> =>
  db.first(`select block_no as block, encode(hash, 'hex') as hash from ledger_chain
    order by block_no desc limit 1`);

/** Why the ledger may not be written: its transaction numbers are from before a restore. */
export class LedgerRestoredError extends Error {
  constructor() {
    super(
      'the ledger holds transactions that this PostgreSQL has not had yet: it was restored from a dump. ' +
        'Run `select payments.ledger_raise_epoch()` as the owner, once, and start again.',
    );
    this.name = 'LedgerRestoredError';
  }
}

/** Throws unless new transfers would come behind all that are there. Asked once, before anything is written. */
export async function assertEpochHolds(db: Queries): Promise<void> {
  const row = await db.first<{ holds: boolean }>('select ledger_epoch_holds() as holds');
  if (row?.holds !== true) throw new LedgerRestoredError();
}

const HELD = `
  select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as seconds
  from (select t.created_at from ledger_transfer t
    where (t.epoch, t.xid) >= (
      coalesce((select upto_epoch from ledger_chain order by block_no desc limit 1), 0::smallint),
      coalesce((select upto_xid from ledger_chain order by block_no desc limit 1), '0'))
    order by t.epoch, t.xid, t.seq limit 1) oldest`;

/** Age of the oldest transfer that could not be sealed yet, seconds: some transaction of this server still runs. */
export async function heldSeconds(db: Queries): Promise<number> {
  return (await db.first<{ seconds: number }>(HELD))?.seconds ?? 0;
}

const EVERY_MS = 5_000;
const ALARM_SECONDS = 60;
/** As many as one block holds: then there may be more. */
const FULL = 100_000;

/**
 * Rolls up and seals every 5 s. The head of the chain goes to the log, outside the database that it vouches for. When
 * a transaction anywhere on the server holds the horizon for too long, a person is told.
 */
export function ledgerLoop(
  { db, log }: Pick<SubgraphHost, 'db' | 'log'>,
  alarmSeconds = ALARM_SECONDS,
): Poller {
  const step = async (): Promise<boolean> => {
    await rollUp(db);
    const sealed = await seal(db);
    if (sealed === 0) {
      const seconds = await heldSeconds(db);
      if (seconds > alarmSeconds) {
        log.error({ alarm: 'LEDGER_HELD', seconds }, 'a long transaction keeps transfers unsealed');
      }
      return false;
    }
    const head = await chainHead(db);
    if (head !== undefined) {
      log.info({ block: String(head.block), hash: head.hash, rows: sealed }, 'ledger sealed');
    }
    return sealed >= FULL;
  };
  return new Poller('ledger record', step, EVERY_MS, log);
}
