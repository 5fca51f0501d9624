import { randomUUID } from 'node:crypto';
import { systemViewer } from '#kernel/auth/viewer';
import { LedgerBatcher } from '../../../subgraphs/payments/ledger/batcher';
import {
  deferredBalances,
  rollUp,
  seal,
} from '../../../subgraphs/payments/ledger/ledger-record.service';
import {
  type Leg,
  type Posting,
  postArguments,
  postCall,
} from '../../../subgraphs/payments/ledger/ledger.rules';
import { post, posting } from '../../../subgraphs/payments/ledger/ledger.service';
import { CONNECTIONS, type LedgerHouse, ROWS } from './ledger.house';
import { type Run, runFor } from './load';
import type { Trades } from './trades';

export const LINES = [
  'base',
  'cold',
  'deferred',
  'platform row',
  'batch',
  'funding',
  'funding whole',
  'release whole',
  'custom plan',
  'chain later',
  'chain inside',
  'many rows',
] as const;
export type Line = (typeof LINES)[number];

/** What the lines run on: few rows, many rows, and trades to fund and release. */
export interface Ground {
  readonly house: LedgerHouse;
  readonly large: LedgerHouse;
  readonly trades: Trades;
}

const CALLERS = 200;
const POST_CUSTOM = `select ${postCall(1).replace('ledger_post', 'ledger_post_custom')} as fresh`;
const BASE = `
  with i as (
    insert into bench_row (id, group_id, kind, debit, credit, currency, amount, code, event_at)
    values ($1, $2, 1, $3, $4, 'EUR', $5, 10, $6))
  update bench_balance set n = n + $5 where id = $7`;

const oneOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
const alone = (debit: bigint, credit: bigint): Posting => {
  const leg: Leg = { code: 'FUNDING', debit, credit, amount: 1n };
  return posting(randomUUID(), 'EUR', new Date(), [leg]);
};
const cold = ({ deferred, cold: accounts }: LedgerHouse): Posting =>
  alone(deferred.clearing, oneOf(accounts));

/** How to run each line for some seconds. */
export const RUNS: Readonly<Record<Line, (on: Ground, seconds: number) => Promise<Run>>> = {
  base: ({ house: { db, deferred, hot } }, seconds) =>
    runFor(seconds, CONNECTIONS, () => {
      const row = Math.floor(Math.random() * ROWS);
      const ids = [randomUUID(), randomUUID()];
      return db.query(BASE, [...ids, deferred.clearing, hot, 1n, new Date(), row]);
    }),
  cold: ({ house }, seconds) => runFor(seconds, CONNECTIONS, () => post(house.db, cold(house))),
  deferred: ({ house: { db, deferred } }, seconds) =>
    runFor(seconds, CONNECTIONS, () => post(db, alone(deferred.clearing, deferred.fees))),
  'platform row': ({ house: { db, deferred, hot } }, seconds) =>
    runFor(seconds, CONNECTIONS, () => post(db, alone(deferred.clearing, hot))),
  batch: ({ house: { db, deferred, hot } }, seconds) => {
    const batcher = new LedgerBatcher(db);
    return runFor(seconds, CALLERS, () => batcher.post(alone(deferred.clearing, hot)));
  },
  funding: ({ trades }, seconds) => runFor(seconds, CONNECTIONS, () => trades.fund('KEYED')),
  'funding whole': ({ trades }, seconds) =>
    runFor(seconds, CONNECTIONS, () => trades.fund('WHOLE')),
  'release whole': async ({ trades }, seconds) => {
    await trades.ship();
    return runFor(seconds, CONNECTIONS, () => trades.release());
  },
  'custom plan': ({ house }, seconds) =>
    runFor(seconds, CONNECTIONS, () => house.db.first(POST_CUSTOM, postArguments(cold(house)))),
  'chain later': async ({ house }, seconds) => {
    const sealing = setInterval(() => {
      void rollUp(house.db).then(() => seal(house.db));
    }, 1_000);
    const run = await runFor(seconds, CONNECTIONS, () => post(house.db, cold(house)));
    clearInterval(sealing);
    return run;
  },
  'chain inside': ({ house }, seconds) =>
    runFor(seconds, CONNECTIONS, () =>
      house.db.transaction(systemViewer('bench'), async (tx) => {
        const what = cold(house);
        await tx.query('update bench_head set hash = sha256(hash || $1::bytea)', [
          Buffer.from(what.group),
        ]);
        return post(tx, what);
      }),
    ),
  'many rows': ({ large }, seconds) =>
    runFor(seconds, CONNECTIONS, () => post(large.db, cold(large))),
};

/** Reading balances of a ledger with many rows, milliseconds. */
export interface Reads {
  /** A seller's balance row, while others post. */
  readonly row: Run;
  /** The balance of a deferred account, rolled up a second ago or less, while others post. */
  readonly rolledUp: Run;
  /** The same balance summed over all its rows. */
  readonly summedMs: number;
}

const SUM =
  'select coalesce(sum(amount), 0)::bigint as debits from ledger_transfer where debit = $1';
const ROW =
  'select credits_posted - debits_posted as net from ledger_balance where account_id = $1';

/** Reads a large ledger in four lanes while four others write it and the loop keeps rolling up. */
export async function readBalances({ large }: Ground, seconds: number): Promise<Reads> {
  const { db, deferred, cold: accounts } = large;
  while ((await rollUp(db)) > 0);
  const began = performance.now();
  await db.query(SUM, [deferred.clearing]);
  const summedMs = performance.now() - began;
  const rolling = setInterval(() => void rollUp(db), 1_000);
  const read = async (operation: () => Promise<unknown>): Promise<Run> => {
    const [run] = await Promise.all([
      runFor(seconds, 4, operation),
      runFor(seconds, 4, () => post(db, cold(large))),
    ]);
    return run;
  };
  const row = await read(() => db.query(ROW, [oneOf(accounts)]));
  const rolledUp = await read(() => deferredBalances(db, [deferred.clearing]));
  clearInterval(rolling);
  return { row, rolledUp, summedMs };
}
