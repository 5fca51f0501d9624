import { createHash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { MINUTE } from '#kernel/clock/clock';
import type { Logger } from '#kernel/server/log';
import type { Tracing } from '#kernel/telemetry/tracing';
import { Generation } from './generation';
import { type PlanMeter, measured } from './planning/plan-meter';
import type { OpenPlanner } from './planning/planner';
import type { FetchSource } from './sources/fetch-source';

/** Operations that are planned before a new supergraph takes over. */
const WARMED = 200;
/** Requests that began under an older supergraph end within this time. */
const RETIRED_MS = MINUTE;

export interface HolderTools {
  readonly sources: ReadonlyMap<string, FetchSource>;
  readonly openPlanner: OpenPlanner;
  readonly log: Logger;
  readonly tracing?: Tracing | undefined;
  readonly meter?: PlanMeter | undefined;
}

type Listener = (generation: Generation) => void;

/** The supergraph in use, and its replacement by a newer one while requests and subscriptions go on. */
export class SupergraphHolder {
  private readonly listeners = new Set<Listener>();
  private readonly bySchema = new WeakMap<GraphQLSchema, Generation>();
  private readonly retiring = new Map<Generation, NodeJS.Timeout>();
  private loading: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly tools: HolderTools,
    private newest: Generation,
  ) {
    this.bySchema.set(newest.schema, newest);
  }

  static async open(sdl: string, tools: HolderTools): Promise<SupergraphHolder> {
    return new SupergraphHolder(tools, await load(sdl, tools));
  }

  get current(): Generation {
    return this.newest;
  }

  /** The one that clients' schema belongs to: a request ends with the supergraph that it began with. */
  of(schema: GraphQLSchema): Generation {
    return this.bySchema.get(schema) ?? this.newest;
  }

  /** Calls back with each later supergraph. Returns how to stop that. */
  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes a newer supergraph. One that cannot be loaded is refused with its reason; the old one stays. */
  replace(sdl: string): Promise<void> {
    const next = this.loading.then(() => this.take(sdl));
    this.loading = next.catch(() => undefined);
    return next;
  }

  async close(): Promise<void> {
    await this.loading;
    const all = [this.newest, ...this.retiring.keys()];
    for (const timer of this.retiring.values()) clearTimeout(timer);
    await Promise.all(all.map((generation) => generation.close()));
  }

  private async take(sdl: string): Promise<void> {
    const old = this.newest;
    if (createHash('sha256').update(sdl).digest('hex') === old.hash) return;
    const generation = await load(sdl, this.tools);
    await generation.warm(old.mostUsed(WARMED));
    this.bySchema.set(generation.schema, generation);
    this.newest = generation;
    this.retiring.set(old, setTimeout(() => this.retire(old), RETIRED_MS).unref());
    for (const listener of this.listeners) listener(generation);
    this.tools.log.info(
      { supergraph: generation.hash.slice(0, 12) },
      'a newer supergraph is in use',
    );
  }

  private retire(generation: Generation): void {
    this.retiring.delete(generation);
    void generation.close();
  }
}

async function load(sdl: string, tools: HolderTools): Promise<Generation> {
  const { sources, openPlanner, tracing, meter } = tools;
  const planner = await openPlanner(sdl);
  try {
    return new Generation(sdl, sources, measured(planner, tracing, meter), meter);
  } catch (error) {
    await planner.close();
    throw error;
  }
}
