import { systemViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { migrate } from '#kernel/db/migrate';
import { PostgresDoorbell } from '#kernel/events/doorbell';
import { NatsServer, natsProgram } from '#kernel/testing/nats-server';
import { shelf } from '#kernel/testing/shelf';
import { BenchProcess } from '../bench.process';
import { figuresOf, median, quantile } from '../process-figures';
import { onThrowAwayPostgres } from '../throw-away-postgres';
import type { LogPartOptions } from './log-part.main';

export interface LogBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly readers: number;
  readonly say: (line: string) => void;
}

/** One log under one load; CPU is µs a fact. */
interface LogFigures {
  readonly p50: number;
  readonly p99: number;
  readonly readerCpu: number;
  readonly relayCpu: number;
  readonly databaseCpu: number;
  readonly natsCpu: number;
}

type Carrier = 'PostgreSQL' | 'JetStream';

const SCHEMA = 'shelf';
const PER_SECOND = 200;
const viewer = systemViewer('bench');

/** Facts at a steady rate from one outbox to several reading processes: how late they come, and who pays for it. */
export async function benchLog(options: LogBenchOptions): Promise<void> {
  const { say } = options;
  const carriers: Carrier[] = natsProgram() ? ['PostgreSQL', 'JetStream'] : ['PostgreSQL'];
  if (carriers.length === 1) say('No nats-server on PATH: JetStream is skipped.');
  say(`${PER_SECOND} transactions/s with one fact each, ${options.readers} reading processes.`);
  const all = new Map<Carrier, LogFigures[]>(carriers.map((carrier) => [carrier, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const [carrier, figures] of all) figures.push(await measure(carrier, options));
  }
  say(`${''.padEnd(12)}   p50     p99 ms    CPU µs a fact: each reader, relay, NATS, PostgreSQL`);
  for (const [carrier, figures] of all) say(row(carrier, figures));
}

function row(carrier: Carrier, figures: readonly LogFigures[]): string {
  const of = (pick: (one: LogFigures) => number, digits = 0): string =>
    median(figures.map(pick)).toFixed(digits).padStart(8);
  return [
    carrier.padEnd(12),
    of(({ p50 }) => p50, 1),
    of(({ p99 }) => p99, 1),
    ' '.repeat(17),
    of(({ readerCpu }) => readerCpu),
    of(({ relayCpu }) => relayCpu),
    of(({ natsCpu }) => natsCpu),
    of(({ databaseCpu }) => databaseCpu),
  ].join('');
}

function measure(carrier: Carrier, options: LogBenchOptions): Promise<LogFigures> {
  return onThrowAwayPostgres(true, async ({ url, pid }) => {
    await migrate(url, shelf(SCHEMA));
    const nats = carrier === 'JetStream' ? await NatsServer.start() : undefined;
    const parts: BenchProcess[] = [];
    const part = async (does: LogPartOptions['does']): Promise<BenchProcess> => {
      const given = { schema: SCHEMA, databaseUrl: url, does, ...(nats && { natsUrl: nats.url }) };
      const started = await BenchProcess.start(does, 'log/log-part.main', given);
      parts.push(started);
      await started.call('start');
      return started;
    };
    try {
      const relay = nats && (await part('relay'));
      const readers = await Promise.all(
        Array.from({ length: options.readers }, () => part('read')),
      );
      await writeFacts(url, 2); // warm-up
      await new Promise((resolve) => setTimeout(resolve, 1_000)); // its last facts have come
      await Promise.all(readers.map((reader) => reader.call('taken')));
      const spent = (): number[] => [
        readers.reduce((sum, reader) => sum + reader.cpuMs, 0) / readers.length,
        relay?.cpuMs ?? 0,
        figuresOf([pid]).cpuMs,
        nats === undefined ? 0 : figuresOf([nats.pid]).cpuMs,
      ];
      const before = spent();
      const count = await writeFacts(url, options.seconds);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const after = spent();
      const ages = (await Promise.all(readers.map((one) => one.call<number[]>('taken')))).flat();
      if (ages.length !== count * readers.length)
        throw new Error(`${String(ages.length)} of ${String(count * readers.length)} facts came`);
      const micros = after.map((ms, i) => ((ms - (before[i] ?? 0)) / count) * 1_000);
      const [readerCpu = 0, relayCpu = 0, databaseCpu = 0, natsCpu = 0] = micros;
      const latency = { p50: median(ages), p99: quantile(ages, 0.99) };
      return { ...latency, readerCpu, relayCpu, databaseCpu, natsCpu };
    } finally {
      await Promise.all(parts.map((one) => one.stop()));
      await nats?.stop();
    }
  });
}

/** One short transaction after the other at a steady rate; returns how many. */
async function writeFacts(url: string, seconds: number): Promise<number> {
  const doorbell = new PostgresDoorbell(url);
  const db = await Database.open({
    url,
    schema: SCHEMA,
    role: `tradegraph_${SCHEMA}`,
    clock: systemClock,
    onFacts: () => {
      doorbell.ring(SCHEMA);
    },
  });
  const began = performance.now();
  const count = PER_SECOND * seconds;
  const writing: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    const wait = began + (n * 1_000) / PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    writing.push(writeOne(db, `${began.toString()}/${n.toString()}`));
  }
  await Promise.all(writing);
  await Promise.all([db.close(), doorbell.close()]);
  return count;
}

/** The moment in the fact is the last before its commit begins. */
const writeOne = (db: Database, subject: string): Promise<void> =>
  db.transaction(viewer, (tx) => {
    const data = { committedAfter: Date.now(), note: 'x'.repeat(200) };
    tx.publish({ type: 'thing.added', subject, topics: [`order:${subject}`], data });
    return Promise.resolve();
  });
