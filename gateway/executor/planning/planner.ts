import type { QueryPlan } from '@apollo/query-planner';
import { gatewayError } from '../../gateway.errors';
import { PlanMaker, type PlanRequest } from './plan-maker';

/** Plans operations. What cannot be planned within the limits is refused with PLANNING_LIMIT. */
export interface Planner {
  plan(request: PlanRequest): Promise<QueryPlan>;
  close(): Promise<void>;
}

/** Makes the planner of a supergraph. */
export type OpenPlanner = (sdl: string) => Promise<Planner>;

/** Plans in this thread. */
export const openInlinePlanner: OpenPlanner = (sdl) => {
  const maker = new PlanMaker(sdl);
  return Promise.resolve({
    plan: async (request) => {
      await Promise.resolve();
      try {
        return maker.make(request);
      } catch (error) {
        throw planningLimit(error);
      }
    },
    close: () => Promise.resolve(),
  });
};

export const planningLimit = (cause?: unknown): Error =>
  Object.assign(gatewayError('PLANNING_LIMIT'), { cause });
