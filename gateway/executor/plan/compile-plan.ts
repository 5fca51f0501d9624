import type { PlanNode, QueryPlan, ResponsePath } from '@apollo/query-planner';
import type { OperationDefinitionNode } from 'graphql';
import { valueFromASTUntyped } from 'graphql';
import type { Step } from './execution';
import { compileFetch } from './fetch-step';
import { own } from './json';
import type { TypeConditions } from './type-conditions';

/** The plan holds something that this executor does not know. */
class UnknownPlanNode extends Error {}

const NOTHING: Step = () => Promise.resolve();

/** Turns a plan into closures, once per operation. Throws when it holds what this executor does not know. */
export function compilePlan(
  { node }: QueryPlan,
  operation: OperationDefinitionNode,
  types: TypeConditions,
): Step {
  if (node === undefined) return NOTHING;
  if (node.kind === 'Subscription') throw new UnknownPlanNode(node.kind);
  return new PlanCompiler(operation, types).compile(node, []);
}

class PlanCompiler {
  constructor(
    private readonly operation: OperationDefinitionNode,
    private readonly types: TypeConditions,
  ) {}

  compile(node: PlanNode, path: ResponsePath): Step {
    switch (node.kind) {
      case 'Fetch':
        return compileFetch(node, path, this.types);
      case 'Flatten':
        return this.compile(node.node, [...path, ...node.path]);
      case 'Sequence':
        return inSequence(node.nodes.map((one) => this.compile(one, path)));
      case 'Parallel':
        return inParallel(node.nodes.map((one) => this.compile(one, path)));
      case 'Condition': {
        const { condition, ifClause, elseClause } = node;
        const yes = ifClause === undefined ? NOTHING : this.compile(ifClause, path);
        const no = elseClause === undefined ? NOTHING : this.compile(elseClause, path);
        const byDefault = this.defaultOf(condition);
        return (run) => ((own(run.variables, condition) ?? byDefault) === true ? yes : no)(run);
      }
      case 'Defer': // never planned: @defer is not part of the schema of clients
        throw new UnknownPlanNode(node.kind);
    }
  }

  private defaultOf(name: string): unknown {
    const definition = this.operation.variableDefinitions?.find(
      ({ variable }) => variable.name.value === name,
    );
    return definition?.defaultValue && valueFromASTUntyped(definition.defaultValue);
  }
}

function inSequence(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function inParallel(steps: readonly Step[]): Step {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}
