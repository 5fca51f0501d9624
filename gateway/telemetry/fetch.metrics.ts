import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** How a fetch ended: the subgraph answered, could not be reached, was late, or was spared by its breaker. */
export type FetchOutcome = 'answered' | 'unavailable' | 'timeout' | 'spared' | 'left';

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

const STATES: readonly BreakerState[] = ['CLOSED', 'OPEN', 'HALF_OPEN'];
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10];

/** Calls to subgraphs. The subgraphs are few and fixed by the supergraph, so their names are good labels. */
export class FetchMetrics {
  private readonly ended: Counter;
  private readonly durations: Histogram;
  private readonly coalescedFetches: Counter;
  private readonly breakers = new Map<string, () => BreakerState>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.ended = new Counter({
      name: 'tradegraph_subgraph_fetches_total',
      help: 'Calls to a subgraph by how they ended.',
      labelNames: ['subgraph', 'outcome'],
      registers,
    });
    this.durations = new Histogram({
      name: 'tradegraph_subgraph_fetch_duration_seconds',
      help: 'Calls to a subgraph from begin to end.',
      labelNames: ['subgraph'],
      buckets: SECONDS,
      registers,
    });
    this.coalescedFetches = new Counter({
      name: 'tradegraph_coalesced_fetches_total',
      help: 'Fetches that joined an equal one or were sent together with it.',
      labelNames: ['subgraph'],
      registers,
    });
    const { breakers } = this;
    new Gauge({
      name: 'tradegraph_breaker_state',
      help: '1 for the state that the breaker before a subgraph is in, 0 for the others.',
      labelNames: ['subgraph', 'state'],
      registers,
      collect() {
        for (const [subgraph, stateOf] of breakers) {
          const now = stateOf();
          for (const state of STATES) this.set({ subgraph, state }, state === now ? 1 : 0);
        }
      },
    });
  }

  fetched(subgraph: string, outcome: FetchOutcome, ms: number): void {
    this.ended.inc({ subgraph, outcome });
    this.durations.observe({ subgraph }, ms / 1_000);
  }

  coalesced(subgraph: string): void {
    this.coalescedFetches.inc({ subgraph });
  }

  /** Reads a breaker whenever somebody asks for the metrics. */
  watchBreaker(subgraph: string, state: () => BreakerState): void {
    this.breakers.set(subgraph, state);
  }
}
