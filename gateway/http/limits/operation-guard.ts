import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  getVariableValues,
} from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import { refuseCardNumbers } from '../card-guard';
import type { OperationCosts } from '../cost/operation-costs';
import { Bill } from './bill';
import { type IntrospectionPolicy, asksForSchema, refuseSchema } from './introspection-policy';
import { type NeededScopes, refuseWithoutScopes } from './root-scopes';
import { type Payer, type TokenBuckets, UNKNOWN } from './token-buckets';

export interface GuardTools {
  readonly scopes: NeededScopes;
  readonly costs: OperationCosts;
  readonly buckets: TokenBuckets;
  readonly introspection: IntrospectionPolicy;
  /** One operation may cost this much. */
  readonly costLimit: number;
}

/** A valid operation of a document that passed `refuseLargeDocuments`. */
export interface GuardedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As they were sent. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

export interface GuardedCaller {
  readonly viewer: Viewer;
  readonly payer?: Payer | undefined;
}

/**
 * What every operation passes between validation and planning, on every transport: card numbers, introspection,
 * scopes, cost. Returns the bill that is to be paid before it runs. There is none when the variables do not fit: that is refused where
 * they are used, and costs nothing. Card numbers come first, because that refusal repeats the values.
 */
export function guardOperation(
  { schema, document, operation, variables }: GuardedOperation,
  { viewer, payer = UNKNOWN }: GuardedCaller,
  { scopes, costs, buckets, introspection, costLimit: limit }: GuardTools,
): Bill | undefined {
  refuseCardNumbers(document, variables);
  if (introspection !== 'public' && asksForSchema(document, operation)) {
    refuseSchema(introspection, viewer);
  }
  const { coerced } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables ?? {},
    { maxErrors: 1 },
  );
  if (coerced === undefined) return undefined;
  refuseWithoutScopes(scopes, { schema, document, operation, variables: coerced }, viewer);
  const cost = costs.of(schema, document, operation);
  return new Bill({ cost, variables: coerced, payer, buckets, limit });
}
