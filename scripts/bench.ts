import { parseArgs } from 'node:util';
import { benchGateways } from './bench/gateway/gateway.bench';
import { gatewayReport } from './bench/gateway/gateway.report';
import { benchLedger } from './bench/ledger/ledger.bench';
import { ledgerReport } from './bench/ledger/ledger.report';
import { benchLive } from './bench/live/live.bench';
import { liveReport } from './bench/live/live.report';
import { benchLog } from './bench/log/log.bench';
import { describeMachine } from './bench/machine';
import { type SystemFigures, measureSystem } from './bench/system.bench';
import type { Topology } from './system/system.process';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '32' },
    subscribers: { type: 'string', default: '10000' },
    readers: { type: 'string', default: '4' },
    topology: { type: 'string', default: 'both' },
    /** Ten million transfers in the large ledger, not one. */
    large: { type: 'boolean', default: false },
    /** Only these, by key: floor, stock, kept, hive, rust, http, process. */
    only: { type: 'string' },
    /** A folder for CPU profiles. */
    profiles: { type: 'string' },
  },
});

/** Benches by name: `npm run bench -- gateway`. Without a name it is the whole system. */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  system,
  gateway,
  live,
  log,
  ledger,
};

async function main(): Promise<void> {
  const [name = 'system'] = positionals;
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (bench === undefined) throw new Error(`there is: ${Object.keys(BENCHES).join(', ')}`);
  say(describeMachine());
  await bench();
}

/** Figures of the whole system in both topologies. */
async function system(): Promise<void> {
  say('Medians of three rounds; CPU is of all processes of the system, PostgreSQL apart.');
  const topologies: Topology[] =
    values.topology === 'both' ? ['embedded', 'distributed'] : [values.topology as Topology];
  for (const topology of topologies) {
    print(await measureSystem(topology, Number(values.seconds ?? 10)));
  }
}

/** Our gateway against others on the same subgraphs. */
async function gateway(): Promise<void> {
  const { profiles } = values;
  const results = await benchGateways({
    rounds: Number(values.rounds),
    seconds: Number(values.seconds ?? 4),
    clients: Number(values.clients),
    dataDir: process.env['DATA_DIR'] ?? '.data',
    only: values.only?.split(',') ?? [],
    ...(profiles !== undefined && { profiles }),
    say,
  });
  for (const line of gatewayReport(results)) say(line);
}

/** Many subscribers of one topic. */
async function live(): Promise<void> {
  const { profiles } = values;
  const results = await benchLive({
    rounds: Number(values.rounds),
    subscribers: Number(values.subscribers),
    ...(profiles !== undefined && { profiles }),
    say,
  });
  for (const line of liveReport(results)) say(line);
}

/** What carries facts: PostgreSQL alone, or NATS JetStream. */
function log(): Promise<void> {
  return benchLog({
    rounds: Number(values.rounds),
    seconds: Number(values.seconds ?? 10),
    readers: Number(values.readers),
    say,
  });
}

/** The ledger against the least that a database can do for a transfer. */
async function ledger(): Promise<void> {
  const results = await benchLedger({
    rounds: Number(values.rounds),
    seconds: Number(values.seconds ?? 3),
    transfers: values.large ? 10_000_000 : 1_000_000,
    say,
  });
  for (const line of ledgerReport(results)) say(line);
}

function print(figures: SystemFigures): void {
  const { pages, trades, latencyMs, fundedMs } = figures;
  say('');
  say(figures.topology);
  say(
    `  product page         ${rate(pages.perSecond)} requests/s, CPU ${ms(pages.cpuMs)} + ${ms(pages.databaseCpuMs)} ms (database)`,
  );
  say(
    `  checkout to funded   ${rate(trades.perSecond)} trades/s, CPU ${ms(trades.cpuMs)} + ${ms(trades.databaseCpuMs)} ms; p50 ${ms(fundedMs.p50)}, p99 ${ms(fundedMs.p99)} ms`,
  );
  say(`  commit to subscriber p50 ${ms(latencyMs.p50)} ms, p99 ${ms(latencyMs.p99)} ms`);
  say(
    `  memory               idle ${mib(figures.idleRss)} MiB, loaded ${mib(figures.loadedRss)} MiB (without PostgreSQL)`,
  );
}

const rate = (n: number): string => n.toFixed(1);
const ms = (n: number): string => n.toFixed(2);
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
