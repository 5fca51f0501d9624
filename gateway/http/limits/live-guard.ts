import type { GraphQLError } from 'graphql';
import type { SupergraphHolder } from '../../executor/supergraph-holder';
import { waitOf } from '../../gateway.errors';
import type { LivePlan } from '../../subscriptions/live-plan';
import type { Pipeline } from '../../subscriptions/transports/pipeline';
import type { Limits } from './limits';

/** What a subscription passes before it begins: the checks of all operations, its cost, and its planning. */
export const liveGuard =
  (limits: Limits, supergraph: SupergraphHolder): Pipeline['guard'] =>
  async (plan, caller) => {
    const { document, operation, given: variables } = plan;
    const { schema } = supergraph.current;
    const bill = limits.guard({ schema, document, operation, variables }, caller);
    bill?.pay();
    try {
      await planAhead(plan, supergraph, () => {
        limits.planNew(caller.payer);
      });
    } catch (error) {
      if (waitOf(error as GraphQLError) !== undefined) bill?.cancel();
      throw error;
    }
    return bill?.requested;
  };

/**
 * Plans what a subscription will ask while it can still be refused. It counts as one new operation, and those who follow
 * already are planned for again after a reload without being asked.
 */
async function planAhead(
  plan: LivePlan,
  { current }: SupergraphHolder,
  admit: () => void,
): Promise<void> {
  let admitted = false;
  const once = (): void => {
    if (!admitted) admit();
    admitted = true;
  };
  for (const { query: source, operationName } of plan.after === undefined
    ? [plan]
    : [plan.access, plan]) {
    await current.prepare({ source, operationName }, once);
  }
}
