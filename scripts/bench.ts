import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { type SystemFigures, measureSystem } from './bench/system.bench';
import type { Topology } from './system/system.process';

/** `npm run bench`: figures of the whole system in both topologies, on the machine it names. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      topology: { type: 'string', default: 'both' },
    },
  });
  const [cpu] = cpus();
  say(
    `${cpu?.model ?? 'unknown CPU'}, ${String(cpus().length)} cores, ${gib(totalmem())} GiB, Node ${process.versions.node}`,
  );
  say('Medians of three rounds; CPU is of all processes of the system, PostgreSQL apart.');
  const topologies: Topology[] =
    values.topology === 'both' ? ['embedded', 'distributed'] : [values.topology as Topology];
  for (const topology of topologies) print(await measureSystem(topology, Number(values.seconds)));
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
const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(0);

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
