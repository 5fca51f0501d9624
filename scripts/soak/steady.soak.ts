import { silentLogger } from '#kernel/server/log';
import { heldSeconds, ledgerLoop } from '../../subgraphs/payments/ledger/ledger-record.service';
import { checkMoney } from '../checks/money.check';
import { quantile } from '../bench/process-figures';
import { onThrowAwayPostgres } from '../bench/throw-away-postgres';
import { LedgerHouse } from '../bench/ledger/ledger.house';
import { type Sample, soakFindings } from './steady.findings';
import { Trades } from '../bench/ledger/trades';

/** How long and how hard money is moved. */
export interface SoakOptions {
  readonly minutes: number;
  /** Trades a second, from placing to release. */
  readonly rate: number;
  readonly say: (line: string) => void;
}

const LANES = 8;
const SAMPLES = 30;
const DEAD = `
  select coalesce(sum(n_dead_tup), 0)::int as dead from pg_stat_user_tables
  where schemaname = 'payments' and relname in ('ledger_balance', 'tranche', 'escrow')`;

/**
 * Trades at an even rate for a long time on one PostgreSQL, with the loop that seals. Returns what got worse with time
 * and every rule about money that does not hold at the end; empty when all is well.
 */
export function soakMoney({ minutes, rate, say }: SoakOptions): Promise<string[]> {
  return onThrowAwayPostgres(true, async ({ url }) => {
    const house = await LedgerHouse.open(url, 'soak');
    const trades = await Trades.prepare(house.db, 0);
    const loop = ledgerLoop({ db: house.db, log: silentLogger() });
    loop.start();
    const samples: Sample[] = [];
    for (let n = 0; n < SAMPLES; n++) {
      const tookMs = await trade(trades, rate, (minutes * 60) / SAMPLES);
      const sample = await take(house, tookMs);
      samples.push(sample);
      say(line(sample, n + 1));
    }
    await loop.stop();
    await house.close();
    const { broken } = await checkMoney(house.url);
    return [...soakFindings(samples), ...broken];
  });
}

/** Trades in lanes that each keep their beat; how long each trade took. */
async function trade(trades: Trades, rate: number, seconds: number): Promise<number[]> {
  const tookMs: number[] = [];
  const end = performance.now() + seconds * 1_000;
  const beatMs = (LANES / rate) * 1_000;
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      for (let next = performance.now() + (lane / LANES) * beatMs; next < end; next += beatMs) {
        await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
        const began = performance.now();
        await trades.whole();
        tookMs.push(performance.now() - began);
      }
    }),
  );
  return tookMs;
}

async function take({ db }: LedgerHouse, tookMs: readonly number[]): Promise<Sample> {
  const row = await db.first<{ dead: number }>(DEAD);
  return {
    rss: process.memoryUsage().rss,
    p99Ms: quantile(tookMs, 0.99),
    deadRows: row?.dead ?? 0,
    heldSeconds: await heldSeconds(db),
    trades: tookMs.length,
  };
}

const line = ({ trades, rss, p99Ms, deadRows, heldSeconds: held }: Sample, n: number): string =>
  `${String(n).padStart(2)}/${String(SAMPLES)}  ${String(trades)} trades, p99 ${p99Ms.toFixed(0)} ms, ` +
  `RSS ${(rss / 2 ** 20).toFixed(0)} MiB, ${String(deadRows)} dead rows, unsealed for ${held.toFixed(1)} s`;
