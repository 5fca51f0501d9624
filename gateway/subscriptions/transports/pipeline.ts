import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
  OperationTypeNode,
  getOperationAST,
} from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import type { Logger } from '#kernel/server/log';
import type { CallContext } from '../../gateway.context';
import { gatewayError } from '../../gateway.errors';
import type { Caller } from '../../http/caller.service';
import { documentOf } from '../live-operation';
import { type LivePlan, type LiveRequest, type LiveSchema, planLive } from '../live-plan';
import type { Outlet } from '../outlet';
import type { OperationTeller } from '../../http/operation-teller';
import type { SubscriptionWatch } from './subscription-watch';

type Transport = CallContext['transport'];

/** Where subscriptions come from. */
export interface LiveSource {
  subscribe(plan: LivePlan, caller: Caller, outlet: Outlet): { close(): void };
}

/** What every transport hands its operations to. */
export interface Pipeline {
  readonly hub: LiveSource;
  readonly schema: () => LiveSchema;
  /** Who an `Authorization` value belongs to; throws UNAUTHENTICATED. */
  readonly identify: (
    authorization: string | undefined,
    correlationId: string,
    request: IncomingMessage,
  ) => Promise<Caller>;
  /** The request with the document that it names or sends. Throws when there is none, or none that may be run. */
  readonly resolve: (request: LiveRequest, from: IncomingMessage) => LiveRequest;
  /** Runs a query or mutation; the answer is masked. */
  readonly run: (
    request: LiveRequest,
    caller: Caller,
    transport: Transport,
    signal?: AbortSignal,
  ) => Promise<FormattedExecutionResult>;
  /** What a subscription's document has to pass, as queries do. Says what it costs. */
  readonly guard: (plan: LivePlan, caller: Caller) => Promise<number | undefined>;
  /** What a client may know of an error. */
  readonly mask: (
    error: GraphQLError,
    viewer: Pick<Viewer, 'correlationId'>,
  ) => GraphQLFormattedError;
  readonly clock: Clock;
  readonly log: Logger;
  readonly watch?: SubscriptionWatch | undefined;
  readonly teller: OperationTeller;
}

/** Whose operation it is, and how it came. */
export interface Arrival {
  readonly caller: Caller;
  readonly transport: Transport;
  readonly request: IncomingMessage;
}

/** An operation that may run: once, or for as long as somebody listens. */
export type Admitted =
  | { readonly kind: 'once'; readonly document: DocumentNode; readonly run: RunOnce }
  | { readonly kind: 'live'; readonly document: DocumentNode; readonly plan: LivePlan };
type RunOnce = (signal?: AbortSignal) => Promise<FormattedExecutionResult>;

/** The operation that a request asks for; undefined when its name fits none. Throws GRAPHQL_PARSE_FAILED. */
export function operationOf(
  { query, operationName }: LiveRequest,
  schema: LiveSchema,
): { readonly document: DocumentNode; readonly operation: OperationDefinitionNode | undefined } {
  const document = documentOf(query, schema);
  return { document, operation: getOperationAST(document, operationName) ?? undefined };
}

export const isSubscription = (operation: OperationDefinitionNode | undefined): boolean =>
  operation?.operation === OperationTypeNode.SUBSCRIPTION;

/**
 * The way in of every operation that does not come as a plain request: a subscription is checked, planned and
 * guarded here, whatever brought it; a query or mutation passes the same checks when it runs.
 */
export async function admit(
  pipeline: Pipeline,
  given: LiveRequest,
  { caller, transport, request: from }: Arrival,
): Promise<Admitted> {
  const { viewer } = caller;
  const tell = telling(pipeline.teller, viewer, transport);
  let query: string | undefined;
  try {
    const request = pipeline.resolve(given, from);
    ({ query } = request);
    const schema = pipeline.schema();
    const { document, operation } = operationOf(request, schema);
    if (operation === undefined) throw await unresolved(pipeline, request, caller, transport);
    if (!isSubscription(operation)) {
      const run: RunOnce = (signal) => pipeline.run(request, caller, transport, signal);
      return { kind: 'once', document, run };
    }
    const plan = planLive(request, schema);
    const requested = await pipeline.guard(plan, caller);
    tell({ name: plan.operationName, query, requested });
    return { kind: 'live', document, plan };
  } catch (error) {
    const known = expected(error, pipeline.log, viewer);
    tell({ query, error: known });
    throw known;
  }
}

/** The refusal of a document without the operation: run for it, because that knows all reasons and their order. */
async function unresolved(
  { run }: Pipeline,
  request: LiveRequest,
  caller: Caller,
  transport: Transport,
): Promise<GraphQLError> {
  const [error] = (await run(request, caller, transport)).errors ?? [];
  if (error === undefined) throw new Error('a document without the operation was run');
  return new GraphQLError(error.message, { extensions: error.extensions });
}

/** A refusal as it is; anything else is a fault of ours, and is told to the log only. */
export function expected(
  error: unknown,
  log: Logger,
  { correlationId }: Pick<Viewer, 'correlationId'>,
): GraphQLError {
  if (error instanceof GraphQLError) return error;
  log.error({ err: error, correlationId }, 'fault while an operation was taken in');
  return gatewayError('INTERNAL');
}

interface Taken {
  readonly name?: string | undefined;
  readonly query: string | undefined;
  /** What it can cost. */
  readonly requested?: number | undefined;
  readonly error?: GraphQLError;
}

/** Tells of each subscription when it begins or is refused, as the server tells of each query. */
function telling(
  teller: OperationTeller,
  { kind: caller, correlationId }: Viewer,
  transport: Transport,
): (taken: Taken) => void {
  const began = performance.now();
  return ({ name, query, requested, error }) => {
    teller.ended({
      name,
      kind: 'subscription',
      hash: query && createHash('sha256').update(query).digest('hex'),
      transport,
      caller,
      correlationId,
      errors: error && [error],
      cost: requested === undefined ? undefined : { requested },
      ms: performance.now() - began,
    });
  };
}
