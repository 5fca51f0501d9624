import { Counter, Histogram, type Registry } from 'prom-client';
import type { EndedOperation, RequestMeter } from '../http/request-meter';
import type { PlanMeter } from '../executor/planning/plan-meter';
import { boundedCode } from './bounded-code';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** Operations, their planning, and executions that several callers share. */
export class RequestMetrics implements RequestMeter, PlanMeter {
  private readonly ended: Counter;
  private readonly durations: Histogram;
  private readonly plans: Counter;
  private readonly planning: Histogram;
  private readonly shared: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.ended = new Counter({
      name: 'tradegraph_requests_total',
      help: 'Operations by kind, transport and the code of their first error (OK without one).',
      labelNames: ['kind', 'transport', 'outcome'],
      registers,
    });
    this.durations = new Histogram({
      name: 'tradegraph_request_duration_seconds',
      help: 'From the arrival of an operation to its answer.',
      labelNames: ['kind', 'transport'],
      buckets: SECONDS,
      registers,
    });
    this.plans = new Counter({
      name: 'tradegraph_plan_lookups_total',
      help: 'Operations that were found compiled (hit), or had to be planned (miss).',
      labelNames: ['result'],
      registers,
    });
    this.planning = new Histogram({
      name: 'tradegraph_planning_duration_seconds',
      help: 'Planning of one operation, with the wait for the planner.',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    });
    this.shared = new Counter({
      name: 'tradegraph_shared_queries_total',
      help: 'Queries that were answered by an equal one in flight.',
      registers,
    });
  }

  operation({ kind, transport, code, ms }: EndedOperation): void {
    const labels = { kind: kind ?? 'unread', transport };
    this.ended.inc({ ...labels, outcome: boundedCode(code) });
    this.durations.observe(labels, ms / 1_000);
  }

  planLookup(result: 'hit' | 'miss'): void {
    this.plans.inc({ result });
  }

  planned(outcome: 'planned' | 'refused', ms: number): void {
    this.planning.observe({ outcome }, ms / 1_000);
  }

  sharedQuery(): void {
    this.shared.inc();
  }
}
