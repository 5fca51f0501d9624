import { join } from 'node:path';
import { request } from 'undici';
import { BenchProcess } from '../bench.process';
import { Quiet } from '../machine';
import { median } from '../process-figures';
import { onThrowAwayPostgres } from '../throw-away-postgres';
import { canonical } from './canonical';
import { QUERY } from './catalogue';
import { type Backends, type Contestant, contestants, startBackends } from './contestants';
import type { Load, LoadResult } from './load.main';
import { installRivals } from './rivals';

export interface GatewayBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly clients: number;
  readonly dataDir: string;
  /** Keys of those who take part; everybody when empty. The floor always does: it knows the right answers. */
  readonly only: readonly string[];
  /** Folder for CPU profiles of our gateway under varying variables. */
  readonly profiles?: string;
  readonly say: (line: string) => void;
}

export type Mode = Load['offset'];
export const MODES: readonly Mode[] = ['repeated', 'varying'];

/** One stretch of load on one gateway. CPU is in milliseconds a request. */
export interface Round {
  readonly perSecond: number;
  readonly gatewayMs: number;
  readonly subgraphsMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of the machine that others used meanwhile. */
  readonly others: number;
}

/** What one gateway did under one kind of load. */
export interface Figures extends Round {
  /** How far the rounds' CPU lies apart, as a share of their median. */
  readonly spread: number;
}

export type Results = ReadonlyMap<Contestant, Readonly<Record<Mode, Figures>>>;

const WARM_UP_SECONDS = 2;
/** Answers of every gateway that are compared with those of the floor before anything is measured. */
const COMPARED = [0, 7, 4_711, 9_990];
const REPEATED = 7;
/** Every so many varying requests one answer is compared in full. */
const LOOK_EVERY = 97;
const LOOKS = 30;

interface Running {
  readonly contestant: Contestant;
  readonly process: BenchProcess;
  readonly port: number;
}

/** Runs all gateways on the same subgraphs, rounds interleaved. */
export function benchGateways(options: GatewayBenchOptions): Promise<Results> {
  const { only } = options;
  const rivals = installRivals(options.dataDir, options.say);
  if (rivals === undefined) options.say('Hive Gateway does not take part.');
  return onThrowAwayPostgres(false, async ({ url }) => {
    const backends = await startBackends(url);
    const load = await BenchProcess.start('load', 'gateway/load.main', {});
    const running: Running[] = [];
    try {
      for (const contestant of contestants(backends, rivals)) {
        const { key } = contestant;
        const takesPart = only.length === 0 || key === 'floor' || only.includes(key);
        if (takesPart) running.push(await start(contestant));
      }
      const [floor] = running;
      if (floor === undefined) throw new Error('nobody takes part');
      for (const one of running) await mustAgree(one, floor);
      return await new Bench(options, backends, load, running, floor).run();
    } finally {
      const all = [...running.map(({ process }) => process), load, ...backends.processes];
      await Promise.all(all.map((process) => process.stop()));
    }
  });
}

async function start(contestant: Contestant): Promise<Running> {
  const { title, program, options } = contestant;
  const process = await BenchProcess.start(title, program, options);
  const port = await process.call<number>('start');
  process.mustOwn(port);
  return { contestant, process, port };
}

async function mustAgree(one: Running, floor: Running): Promise<void> {
  for (const offset of COMPARED) {
    const [given, right] = await Promise.all([ask(one.port, offset), ask(floor.port, offset)]);
    if (given !== right) throw new Error(`${one.contestant.title} answers ${given.slice(0, 300)}`);
  }
}

async function ask(port: number, offset: number): Promise<string> {
  const { body } = await request(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { offset } }),
  });
  return canonical(await body.text());
}

class Bench {
  /** Varying offsets never come twice, whoever is asked. */
  private nextOffset = 10_000;

  constructor(
    private readonly options: GatewayBenchOptions,
    private readonly backends: Backends,
    private readonly load: BenchProcess,
    private readonly running: readonly Running[],
    private readonly floor: Running,
  ) {}

  async run(): Promise<Results> {
    const { rounds, seconds, say, profiles } = this.options;
    for (const one of this.running) {
      for (const mode of MODES) await this.stretch(one, mode, WARM_UP_SECONDS);
    }
    const all = new Map<string, Round[]>();
    for (let round = 1; round <= rounds; round++) {
      say(`Round ${round} of ${rounds} …`);
      for (const mode of MODES) {
        for (const one of this.running) {
          const key = `${one.contestant.key} ${mode}`;
          const figures = await this.measured(one, mode, seconds);
          all.set(key, [...(all.get(key) ?? []), figures]);
        }
      }
    }
    if (profiles !== undefined) await this.profile(profiles);
    const of = (one: Running, mode: Mode): Figures =>
      middle(all.get(`${one.contestant.key} ${mode}`) ?? []);
    return new Map(
      this.running.map((one) => [
        one.contestant,
        { repeated: of(one, 'repeated'), varying: of(one, 'varying') },
      ]),
    );
  }

  private async measured(one: Running, mode: Mode, seconds: number): Promise<Round> {
    const quiet = new Quiet();
    const before = { gateway: one.process.cpuMs, subgraphs: this.subgraphsMs() };
    const result = await this.stretch(one, mode, seconds);
    return {
      perSecond: result.requests / result.seconds,
      gatewayMs: (one.process.cpuMs - before.gateway) / result.requests,
      subgraphsMs: (this.subgraphsMs() - before.subgraphs) / result.requests,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      others: quiet.others(),
    };
  }

  private async stretch(
    { port, process }: Running,
    mode: Mode,
    seconds: number,
  ): Promise<LoadResult> {
    process.mustOwn(port);
    const from = mode === 'repeated' ? REPEATED : (this.nextOffset += 1_000_000);
    const looked =
      mode === 'repeated' ? [from] : Array.from({ length: LOOKS }, (_, i) => from + i * LOOK_EVERY);
    const expected = await Promise.all(
      looked.map(async (offset) => [offset, await ask(this.floor.port, offset)] as const),
    );
    const load: Load = {
      port,
      query: QUERY,
      offset: mode,
      from,
      clients: this.options.clients,
      seconds,
      expected: Object.fromEntries(expected),
    };
    const result = await this.load.call<LoadResult>('run', load);
    if (result.compared === 0) throw new Error('no answer was looked at');
    return result;
  }

  private subgraphsMs(): number {
    return this.backends.processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  /** Where our gateways spend their time. */
  private async profile(folder: string): Promise<void> {
    const { say, seconds } = this.options;
    for (const one of this.running.filter(({ contestant }) =>
      contestant.program.includes('tradegraph'),
    )) {
      const file = join(folder, `gateway-${one.contestant.key}.cpuprofile`);
      const { functions, parts } = await one.process.profiled(file, () =>
        this.stretch(one, 'varying', seconds),
      );
      say(`${one.contestant.title}: ${file}`);
      for (const { share, where } of [...parts.slice(0, 25), ...functions]) {
        say(`  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`);
      }
    }
  }
}

function middle(rounds: readonly Round[]): Figures {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const cpu = rounds.map(({ gatewayMs, subgraphsMs }) => gatewayMs + subgraphsMs);
  return {
    perSecond: of(({ perSecond }) => perSecond),
    gatewayMs: of(({ gatewayMs }) => gatewayMs),
    subgraphsMs: of(({ subgraphsMs }) => subgraphsMs),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    others: Math.max(...rounds.map(({ others }) => others)),
    spread: (Math.max(...cpu) - Math.min(...cpu)) / median(cpu),
  };
}
