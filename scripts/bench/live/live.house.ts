import type { BenchProcess } from '../bench.process';
import type { Memory } from '../bench.program';
import { type Received, sharedNow } from './audience';
import type { Asked } from './live-subgraph.main';
import type { ParcelStore } from './parcel.store';
import type { Seats, Target } from './subscribers.main';

/** The processes of a run. */
export interface Parts {
  readonly gateway: BenchProcess;
  readonly subgraphs: readonly BenchProcess[];
  readonly plain: BenchProcess;
  readonly audience: readonly BenchProcess[];
  readonly store: ParcelStore;
}

export const TARGETS: readonly Target[] = ['ours', 'plain'];
/** Events that are under way at once when there are many. */
export const WINDOW = 8;

/** Both servers with their audience. */
export class LiveHouse {
  /** Version of the parcel that each server has told last. */
  readonly told: Record<Target, number> = { ours: 0, plain: 0 };
  /** Subscribers at each server. */
  seated = 0;

  private constructor(
    private readonly parts: Parts,
    private readonly ports: Readonly<Record<Target, number>>,
  ) {}

  /** Starts both servers. */
  static async open(parts: Parts): Promise<LiveHouse> {
    const { gateway, plain } = parts;
    const [ours, others] = await Promise.all([
      gateway.call<number>('start'),
      plain.call<number>('start'),
    ]);
    gateway.mustOwn(ours);
    plain.mustOwn(others);
    return new LiveHouse(parts, { ours, plain: others });
  }

  server(target: Target): BenchProcess {
    return target === 'ours' ? this.parts.gateway : this.parts.plain;
  }

  /** What both hold after a garbage collection. */
  async memory(): Promise<Record<Target, Memory>> {
    const [ours, plain] = await Promise.all(TARGETS.map((target) => this.server(target).memory()));
    if (ours === undefined || plain === undefined) throw new Error('two servers were asked');
    return { ours, plain };
  }

  /** Connects more subscribers to each server. */
  async seat(upTo: number): Promise<void> {
    const { audience } = this.parts;
    const each = Math.ceil((upTo - this.seated) / audience.length);
    for (const target of TARGETS) {
      await Promise.all(
        audience.map((process, i) => {
          const first = Math.min(this.seated + i * each, upTo);
          const count = Math.min(each, upTo - first);
          const seats: Seats = { target, port: this.ports[target], first, count };
          return process.call('connect', seats);
        }),
      );
    }
    this.seated = upTo;
  }

  /** Tells so many events, some under way at once, and waits until everybody has all of them. */
  async pour(target: Target, events: number): Promise<Received> {
    const commits: (readonly [number, number])[] = [];
    for (let i = 0; i < events; i++) {
      commits.push(await this.tell(target));
      if (i >= WINDOW) await this.reached(target, this.told[target] - WINDOW);
    }
    await this.reached(target, this.told[target]);
    return this.collect(target, commits);
  }

  /** One event: which version it makes, and when it was committed. */
  async tell(target: Target): Promise<readonly [version: number, at: number]> {
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

  /** Waits until everybody has this version. */
  async reached(target: Target, version: number): Promise<void> {
    await Promise.all(
      this.parts.audience.map((process) => process.call('reached', { target, version })),
    );
  }

  /** What everybody got of these. */
  async collect(
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

  /** What came to the subgraphs. */
  async asked(): Promise<Asked> {
    const all = await Promise.all(
      this.parts.subgraphs.map((process) => process.call<Asked>('asked')),
    );
    return {
      fetches: all.reduce((sum, { fetches }) => sum + fetches, 0),
      executions: all.reduce((sum, { executions }) => sum + executions, 0),
      others: all.reduce((sum, { others }) => sum + others, 0),
    };
  }
}
