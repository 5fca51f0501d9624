import { join } from 'node:path';
import type { BenchProcess } from '../bench.process';
import type { Memory } from '../bench.program';
import { Quiet } from '../machine';
import { median, quantile } from '../process-figures';
import { type Received, sharedNow } from './audience';
import type { LiveBenchOptions } from './live.bench';
import type { Asked } from './live-subgraph.main';
import type { ParcelStore } from './parcel.store';
import type { Seats, Target } from './subscribers.main';

/** How one server delivered while events were told as fast as it took them. */
export interface Throughput {
  readonly perSecond: number;
  readonly cpuUsPerDelivery: number;
  /** How far the rounds' CPU lies apart, as a share of their median. */
  readonly spread: number;
}

/** One event at a time to everybody. */
export interface Singles {
  readonly cpuMsPerEvent: number;
  readonly cpuUsPerDelivery: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Per event; only our gateway asks anybody. */
  readonly executions: number;
  readonly fetches: number;
}

export interface Stage {
  readonly subscribers: number;
  readonly throughput: Readonly<Record<Target, Throughput>>;
  readonly idle: Readonly<Record<Target, Memory>>;
  /** Share of the machine that others used meanwhile, at most. */
  readonly others: number;
}

export interface LiveResults {
  readonly empty: Readonly<Record<Target, Memory>>;
  readonly stages: readonly Stage[];
  readonly singles: Readonly<Record<Target, Singles>>;
  /** Our gateway's heap with the first stage's subscribers. */
  readonly heapAfter: { readonly early: Memory; readonly late: Memory };
}

interface Parts {
  readonly gateway: BenchProcess;
  readonly subgraphs: readonly BenchProcess[];
  readonly plain: BenchProcess;
  readonly audience: readonly BenchProcess[];
  readonly store: ParcelStore;
}

interface Served extends Parts {
  readonly ports: Readonly<Record<Target, number>>;
}

const TARGETS: readonly Target[] = ['ours', 'plain'];
const STAGES = [0.1, 0.5, 1];
/** Deliveries of one round: with more subscribers there are fewer events. */
const DELIVERIES = 100_000;
const MAX_EVENTS = 100;
/** Events that are under way at once in a throughput round. */
const WINDOW = 8;
const SINGLES = 15;
const PAUSE_MS = 50;
const EARLY_EVENTS = 100;
const LATE_EVENTS = 1_000;

/** Runs the stages: ever more subscribers, both servers in turns. */
export class LiveStages {
  /** Version of the parcel that each server has told last. */
  private readonly told: Record<Target, number> = { ours: 0, plain: 0 };
  private seated = 0;

  constructor(
    private readonly options: LiveBenchOptions,
    private readonly parts: Served,
  ) {}

  /** Starts both servers. */
  static async serve(parts: Parts): Promise<Served> {
    const { gateway, plain } = parts;
    const [ours, others] = await Promise.all([
      gateway.call<number>('start'),
      plain.call<number>('start'),
    ]);
    gateway.mustOwn(ours);
    plain.mustOwn(others);
    return { ...parts, ports: { ours, plain: others } };
  }

  async run(): Promise<LiveResults> {
    const { subscribers, say } = this.options;
    const empty = await this.memory();
    const stages: Stage[] = [];
    let heapAfter: LiveResults['heapAfter'] | undefined;
    for (const share of STAGES) {
      const count = Math.round(subscribers * share);
      say(`${count} subscribers at each server …`);
      await this.seat(count);
      stages.push(await this.stage(count));
      heapAfter ??= await this.heapAfterEvents();
    }
    if (heapAfter === undefined) throw new Error('there are no stages');
    const singles = { ours: await this.singles('ours'), plain: await this.singles('plain') };
    await this.profile();
    return { empty, stages, singles, heapAfter };
  }

  private server(target: Target): BenchProcess {
    return target === 'ours' ? this.parts.gateway : this.parts.plain;
  }

  private async memory(): Promise<Record<Target, Memory>> {
    const [ours, plain] = await Promise.all(TARGETS.map((target) => this.server(target).memory()));
    if (ours === undefined || plain === undefined) throw new Error('two servers were asked');
    return { ours, plain };
  }

  private async seat(upTo: number): Promise<void> {
    const { audience, ports } = this.parts;
    const each = Math.ceil((upTo - this.seated) / audience.length);
    for (const target of TARGETS) {
      await Promise.all(
        audience.map((process, i) => {
          const first = Math.min(this.seated + i * each, upTo);
          const count = Math.min(each, upTo - first);
          const seats: Seats = { target, port: ports[target], first, count };
          return process.call('connect', seats);
        }),
      );
    }
    this.seated = upTo;
  }

  private async stage(subscribers: number): Promise<Stage> {
    const { rounds } = this.options;
    const events = Math.min(MAX_EVENTS, Math.max(WINDOW, Math.round(DELIVERIES / subscribers)));
    const idle = await this.memory();
    for (const target of TARGETS) await this.pour(target, WINDOW); // warm-up
    const quiet = new Quiet();
    const measured: Record<Target, Omit<Throughput, 'spread'>[]> = { ours: [], plain: [] };
    for (let round = 0; round < rounds; round++) {
      for (const target of TARGETS) {
        measured[target].push(await this.throughput(target, events, subscribers));
      }
    }
    const throughput = { ours: middle(measured.ours), plain: middle(measured.plain) };
    return { subscribers, throughput, idle, others: quiet.others() };
  }

  private async throughput(
    target: Target,
    events: number,
    subscribers: number,
  ): Promise<Omit<Throughput, 'spread'>> {
    const before = this.server(target).cpuMs;
    const began = performance.now();
    const { messages } = await this.pour(target, events);
    const seconds = (performance.now() - began) / 1000;
    if (messages !== events * subscribers) throw new Error(`${messages} messages, not all`);
    const cpuUs = (this.server(target).cpuMs - before) * 1000;
    return { perSecond: messages / seconds, cpuUsPerDelivery: cpuUs / messages };
  }

  /** Tells so many events, some under way at once, and waits until everybody has all of them. */
  private async pour(target: Target, events: number): Promise<Received> {
    const commits: (readonly [number, number])[] = [];
    for (let i = 0; i < events; i++) {
      commits.push(await this.tell(target));
      if (i >= WINDOW) await this.reached(target, this.told[target] - WINDOW);
    }
    await this.reached(target, this.told[target]);
    return this.collect(target, commits);
  }

  /** One event: which version it makes, and when it was committed. */
  private async tell(target: Target): Promise<readonly [version: number, at: number]> {
    const { store, plain } = this.parts;
    if (target === 'ours') {
      await store.move();
      const at = sharedNow();
      this.told.ours = store.version;
      return [store.version, at];
    }
    const at = sharedNow();
    await plain.call('publish', store.id);
    this.told.plain += 1;
    return [this.told.plain, at];
  }

  private async reached(target: Target, version: number): Promise<void> {
    await Promise.all(
      this.parts.audience.map((process) => process.call('reached', { target, version })),
    );
  }

  private async collect(
    target: Target,
    commits: readonly (readonly [number, number])[],
  ): Promise<Received> {
    const all = await Promise.all(
      this.parts.audience.map((process) => process.call<Received>('collect', { target, commits })),
    );
    return {
      latenciesMs: all.flatMap(({ latenciesMs }) => latenciesMs),
      messages: all.reduce((sum, { messages }) => sum + messages, 0),
      exact: all.reduce((sum, { exact }) => sum + exact, 0),
    };
  }

  private async singles(target: Target): Promise<Singles> {
    const before = { cpuMs: this.server(target).cpuMs, asked: await this.asked() };
    const commits: (readonly [number, number])[] = [];
    for (let i = 0; i < SINGLES; i++) {
      commits.push(await this.tell(target));
      await this.reached(target, this.told[target]);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    const cpuMs = this.server(target).cpuMs - before.cpuMs;
    const asked = await this.asked();
    const { latenciesMs, messages, exact } = await this.collect(target, commits);
    if (exact !== SINGLES * this.seated) {
      throw new Error(`${exact} of ${messages} messages show what their event made`);
    }
    return {
      cpuMsPerEvent: cpuMs / SINGLES,
      cpuUsPerDelivery: (cpuMs * 1000) / messages,
      p50Ms: median(latenciesMs),
      p99Ms: quantile(latenciesMs, 0.99),
      executions: (asked.executions - before.asked.executions) / SINGLES,
      fetches: (asked.fetches - before.asked.fetches) / SINGLES,
    };
  }

  private async asked(): Promise<Asked> {
    const all = await Promise.all(
      this.parts.subgraphs.map((process) => process.call<Asked>('asked')),
    );
    return {
      fetches: all.reduce((sum, { fetches }) => sum + fetches, 0),
      executions: all.reduce((sum, { executions }) => sum + executions, 0),
    };
  }

  /** Our gateway must hold after 1,000 events what it held after 100. */
  private async heapAfterEvents(): Promise<LiveResults['heapAfter']> {
    await this.pour('ours', EARLY_EVENTS);
    const early = await this.parts.gateway.memory();
    await this.pour('ours', LATE_EVENTS - EARLY_EVENTS);
    return { early, late: await this.parts.gateway.memory() };
  }

  private async profile(): Promise<void> {
    const { profiles, say } = this.options;
    if (profiles === undefined) return;
    const file = join(profiles, 'live.cpuprofile');
    const { parts, functions } = await this.parts.gateway.profiled(file, () =>
      this.pour('ours', 2 * WINDOW),
    );
    say(`our gateway while it delivers: ${file}`);
    for (const { share, where } of [...parts.slice(0, 20), ...functions]) {
      say(`  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`);
    }
  }
}

function middle(rounds: readonly Omit<Throughput, 'spread'>[]): Throughput {
  const cpu = rounds.map(({ cpuUsPerDelivery }) => cpuUsPerDelivery);
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    cpuUsPerDelivery: median(cpu),
    spread: (Math.max(...cpu) - Math.min(...cpu)) / median(cpu),
  };
}
