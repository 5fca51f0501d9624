import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { type CostModel, costModel } from './cost-model';
import { type OperationCost, compileCost } from './compile-cost';

/** Costs of operations under the supergraphs in use, each compiled once and kept as long as its document. */
export class OperationCosts {
  private readonly models = new WeakMap<GraphQLSchema, CostModel>();
  private readonly compiled = new WeakMap<
    GraphQLSchema,
    WeakMap<OperationDefinitionNode, OperationCost>
  >();

  /** `sdlOf` tells the supergraph that a schema of clients belongs to. */
  constructor(private readonly sdlOf: (schema: GraphQLSchema) => string) {}

  /** Reads the supergraph now, so that no request waits for that. */
  prepare(schema: GraphQLSchema): CostModel {
    const known = this.models.get(schema) ?? costModel(this.sdlOf(schema));
    this.models.set(schema, known);
    return known;
  }

  of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): OperationCost {
    const bySchema =
      this.compiled.get(schema) ?? new WeakMap<OperationDefinitionNode, OperationCost>();
    this.compiled.set(schema, bySchema);
    const known =
      bySchema.get(operation) ?? compileCost(this.prepare(schema), schema, document, operation);
    bySchema.set(operation, known);
    return known;
  }
}
