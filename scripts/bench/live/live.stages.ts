import { join } from 'node:path';
import type { Memory } from '../bench.program';
import { Quiet } from '../machine';
import { median, quantile } from '../process-figures';
import type { LiveBenchOptions } from './live.bench';
import { type LiveHouse, TARGETS, WINDOW } from './live.house';
import type { Target } from './subscribers.main';

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

/** All subscribers, and nothing to tell them. */
export interface Idle {
  /** Share of one core. */
  readonly cpu: number;
  /** Checks of rights a second, one fetch each. */
  readonly checksPerSecond: number;
}

export interface LiveResults {
  readonly empty: Readonly<Record<Target, Memory>>;
  readonly stages: readonly Stage[];
  readonly singles: Readonly<Record<Target, Singles>>;
  readonly idle: Readonly<Record<Target, Idle>>;
  /** Our gateway's heap with the first stage's subscribers. */
  readonly heapAfter: { readonly early: Memory; readonly late: Memory };
}

const STAGES = [0.1, 0.5, 1];
/** Deliveries of one round: with more subscribers there are fewer events. */
const DELIVERIES = 100_000;
const MAX_EVENTS = 100;
const SINGLES = 15;
const PAUSE_MS = 50;
const IDLE_MS = 10_000;
const EARLY_EVENTS = 100;
const LATE_EVENTS = 1_000;

/** Runs the stages: ever more subscribers, both servers in turns. */
export class LiveStages {
  constructor(
    private readonly options: LiveBenchOptions,
    private readonly house: LiveHouse,
  ) {}

  async run(): Promise<LiveResults> {
    const { subscribers, say } = this.options;
    const empty = await this.house.memory();
    const stages: Stage[] = [];
    let heapAfter: LiveResults['heapAfter'] | undefined;
    for (const share of STAGES) {
      const count = Math.round(subscribers * share);
      say(`${count} subscribers at each server …`);
      await this.house.seat(count);
      stages.push(await this.stage(count));
      heapAfter ??= await this.heapAfterEvents();
    }
    if (heapAfter === undefined) throw new Error('there are no stages');
    const singles = { ours: await this.singles('ours'), plain: await this.singles('plain') };
    const idle = await this.idle();
    await this.profile();
    return { empty, stages, singles, idle, heapAfter };
  }

  private async stage(subscribers: number): Promise<Stage> {
    const { rounds } = this.options;
    const events = Math.min(MAX_EVENTS, Math.max(WINDOW, Math.round(DELIVERIES / subscribers)));
    const idle = await this.house.memory();
    for (const target of TARGETS) await this.house.pour(target, WINDOW); // warm-up
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
    const before = this.house.server(target).cpuMs;
    const began = performance.now();
    const { messages } = await this.house.pour(target, events);
    const seconds = (performance.now() - began) / 1000;
    if (messages !== events * subscribers) throw new Error(`${messages} messages, not all`);
    const cpuUs = (this.house.server(target).cpuMs - before) * 1000;
    return { perSecond: messages / seconds, cpuUsPerDelivery: cpuUs / messages };
  }

  private async singles(target: Target): Promise<Singles> {
    const before = { cpuMs: this.house.server(target).cpuMs, asked: await this.house.asked() };
    const commits: (readonly [number, number])[] = [];
    for (let i = 0; i < SINGLES; i++) {
      commits.push(await this.house.tell(target));
      await this.house.reached(target, this.house.told[target]);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    const cpuMs = this.house.server(target).cpuMs - before.cpuMs;
    const asked = await this.house.asked();
    const { latenciesMs, messages, exact } = await this.house.collect(target, commits);
    if (exact !== SINGLES * this.house.seated) {
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

  private async idle(): Promise<LiveResults['idle']> {
    const cpu = (): Record<Target, number> => ({
      ours: this.house.server('ours').cpuMs,
      plain: this.house.server('plain').cpuMs,
    });
    const before = { cpu: cpu(), asked: await this.house.asked() };
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const after = { cpu: cpu(), asked: await this.house.asked() };
    const checks = after.asked.others - before.asked.others;
    const share = (target: Target): number => (after.cpu[target] - before.cpu[target]) / IDLE_MS;
    return {
      ours: { cpu: share('ours'), checksPerSecond: (checks * 1000) / IDLE_MS },
      plain: { cpu: share('plain'), checksPerSecond: 0 },
    };
  }

  /** Our gateway must hold after 1,000 events what it held after 100. */
  private async heapAfterEvents(): Promise<LiveResults['heapAfter']> {
    await this.house.pour('ours', EARLY_EVENTS);
    const early = await this.house.server('ours').memory();
    await this.house.pour('ours', LATE_EVENTS - EARLY_EVENTS);
    return { early, late: await this.house.server('ours').memory() };
  }

  private async profile(): Promise<void> {
    const { profiles, say } = this.options;
    if (profiles === undefined) return;
    const file = join(profiles, 'live.cpuprofile');
    const { parts, functions } = await this.house
      .server('ours')
      .profiled(file, () => this.house.pour('ours', 2 * WINDOW));
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
