import { Quiet } from '../machine';
import { median } from '../process-figures';
import { onThrowAwayPostgres } from '../throw-away-postgres';
import { LedgerHouse } from './ledger.house';
import { type Ground, LINES, type Line, RUNS, type Reads, readBalances } from './ledger.lines';
import type { Run } from './load';
import { Trades } from './trades';

/** How the ledger is benched. */
export interface LedgerBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Transfers of the large ledger. */
  readonly transfers: number;
  readonly say: (line: string) => void;
}

/** A line over all rounds. */
export interface LineFigures extends Run {
  /** Median over the rounds of this line's rate over the base's rate in the same round. */
  readonly ofBase: number;
  /** The same over the line of cold accounts. */
  readonly ofCold: number;
}

/** What the bench found. */
export interface LedgerResults {
  readonly lines: ReadonlyMap<Line, LineFigures>;
  readonly reads: Reads;
  readonly transfers: number;
  /** Share of the machine that others used meanwhile, 0 to 1. */
  readonly others: number;
}

/** As many trades a second as the machine could fund at the very most. */
const TRADES_PER_SECOND = 1_500;

/** Measures every line in each round, in turn, on one PostgreSQL that writes to disk as in production. */
export function benchLedger(options: LedgerBenchOptions): Promise<LedgerResults> {
  const { rounds, seconds, transfers, say } = options;
  return onThrowAwayPostgres(true, async (server) => {
    say(`Preparing ${transfers.toLocaleString('en')} transfers and trades to fund …`);
    const house = await LedgerHouse.open(server.url, 'few');
    const large = await LedgerHouse.open(server.url, 'many');
    await house.fill(1_000);
    await large.fill(transfers);
    const trades = await Trades.prepare(house.db, 2 * rounds * seconds * TRADES_PER_SECOND);
    await house.run('vacuum analyze');
    const ground: Ground = { house, large, trades };
    const quiet = new Quiet();
    const all: Map<Line, Run>[] = [];
    await RUNS.base(ground, 1); // connections and plans are made
    for (let round = 1; round <= rounds; round++) {
      say(`round ${String(round)} of ${String(rounds)}`);
      all.push(await oneRound(ground, seconds));
    }
    const reads = await readBalances(ground, seconds);
    const others = quiet.others();
    await Promise.all([house.close(), large.close()]);
    return { lines: figures(all), reads, transfers, others };
  });
}

async function oneRound(ground: Ground, seconds: number): Promise<Map<Line, Run>> {
  const runs = new Map<Line, Run>();
  for (const line of LINES) runs.set(line, await RUNS[line](ground, seconds));
  return runs;
}

function figures(rounds: readonly ReadonlyMap<Line, Run>[]): Map<Line, LineFigures> {
  const over = (line: Line, pick: (run: Run) => number): number[] =>
    rounds.map((round) => {
      const run = round.get(line);
      return run === undefined ? NaN : pick(run);
    });
  const rate = (line: Line): number[] => over(line, ({ perSecond }) => perSecond);
  const ratio = (line: Line, to: Line): number => {
    const base = rate(to);
    return median(rate(line).map((each, n) => each / (base[n] ?? NaN)));
  };
  return new Map(
    LINES.map((line) => [
      line,
      {
        perSecond: median(rate(line)),
        p50Ms: median(over(line, ({ p50Ms }) => p50Ms)),
        p99Ms: median(over(line, ({ p99Ms }) => p99Ms)),
        ofBase: ratio(line, 'base'),
        ofCold: ratio(line, 'cold'),
      },
    ]),
  );
}
