import { type Tracing, noTracing } from '#kernel/telemetry/tracing';
import type { Planner } from './planner';

/** Is told how operations come to their plans. */
export interface PlanMeter {
  /** An operation was found compiled, or has to be planned first. */
  planLookup(result: 'hit' | 'miss'): void;
  planned(outcome: 'planned' | 'refused', ms: number): void;
}

/** A planner whose work is timed and traced. */
export function measured(
  planner: Planner,
  tracing: Tracing = noTracing,
  meter?: PlanMeter,
): Planner {
  return {
    plan: async (request) => {
      const began = performance.now();
      let outcome: 'planned' | 'refused' = 'refused';
      try {
        const plan = await tracing.span('plan', {}, () => planner.plan(request));
        outcome = 'planned';
        return plan;
      } finally {
        meter?.planned(outcome, performance.now() - began);
      }
    },
    close: () => planner.close(),
  };
}
