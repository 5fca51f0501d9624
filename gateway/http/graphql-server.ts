import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type HeaderMap,
} from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { type FormattedExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import type { Logger } from '#kernel/server/log';
import type { Tracing } from '#kernel/telemetry/tracing';
import type { ExecutorGateway } from '../executor/apollo-gateway';
import type { CallContext } from '../gateway.context';
import { gatewayError, retryAfter, waitOf } from '../gateway.errors';
import { correlated, correlationId } from './correlation';
import type { Bill } from './limits/bill';
import { MAX_TOKENS } from './limits/document-size';
import type { Limits } from './limits/limits';
import { isFault, maskError } from './masking';
import type { OperationTeller } from './operation-teller';

/** An operation as a client sends it. */
export interface OperationRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/** Runs an operation through the whole pipeline; the answer is masked. */
export type RunOperation = (
  request: OperationRequest,
  context: CallContext,
) => Promise<FormattedExecutionResult>;

export interface GraphqlServerOptions {
  readonly log: Logger;
  readonly hideSchemaDetails: boolean;
  readonly limits: Limits;
  readonly teller: OperationTeller;
}

/** The one pipeline that every transport passes: parse, validate, guards, plan, execute, mask. */
export function makeGraphqlServer(
  gateway: ExecutorGateway,
  options: GraphqlServerOptions,
): ApolloServer<CallContext> {
  const { log, hideSchemaDetails } = options;
  return new ApolloServer<CallContext>({
    gateway,
    logger: log,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: hideSchemaDetails,
    introspection: true,
    persistedQueries: false, // documents are found before, for all transports
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    formatError: (formatted, error) => {
      if (isFault(formatted)) {
        log.error({ err: error, correlationId: correlationId() }, 'fault in the pipeline');
      }
      return maskError(formatted, correlationId());
    },
    plugins: [ApolloServerPluginLandingPageDisabled(), guards(options)],
  });
}

/** Runs an operation that came over another transport than HTTP. */
export const runner =
  (server: ApolloServer<CallContext>, tracing: Tracing): RunOperation =>
  (request, context) =>
    correlated(context.viewer.correlationId, () =>
      tracing.span('graphql', { kind: 'SERVER' }, () => answerOf(server, request, context)),
    );

async function answerOf(
  server: ApolloServer<CallContext>,
  { query, variables, operationName }: OperationRequest,
  context: CallContext,
): Promise<FormattedExecutionResult> {
  const { body } = await server.executeOperation(
    {
      query,
      variables: { ...variables },
      ...(operationName !== undefined && { operationName }),
    },
    { contextValue: context },
  );
  if (body.kind !== 'single') throw new Error('incremental delivery is not offered');
  return body.singleResult;
}

function guards({ teller, limits }: GraphqlServerOptions): ApolloServerPlugin<CallContext> {
  return {
    requestDidStart: ({ contextValue }) => {
      const { viewer, transport, arrivedAt = performance.now() } = contextValue;
      let bill: Bill | undefined;
      return Promise.resolve({
        didResolveOperation: (request) => {
          bill = guard(request, limits);
          bill?.pay();
          // Now, because what comes of it may be delivered before its answer is sent.
          if (request.operation?.operation === OperationTypeNode.MUTATION) {
            teller.tracing.causes(viewer.correlationId);
          }
          return Promise.resolve();
        },
        willSendResponse: ({ request, response, operationName, operation, queryHash }) => {
          if (response.body.kind !== 'single') return Promise.resolve();
          const { singleResult } = response.body;
          if (isAnsweredWell(request.http?.headers, response.http.status, singleResult)) {
            response.http.status = 200;
          }
          // The hub has to tell a field that may not be seen from one that could not be completed.
          if (transport !== 'live') delete singleResult.extensions?.['valueCompletion'];
          if (Object.keys(singleResult.extensions ?? {}).length === 0)
            delete singleResult.extensions;
          if (bill !== undefined) {
            if ('data' in singleResult) bill.settle(singleResult.data);
            else if (waitOf(singleResult.errors?.[0] ?? {}) !== undefined) bill.cancel();
            singleResult.extensions = { ...singleResult.extensions, cost: bill.report() };
          }
          askToWait(response.http.headers, singleResult);
          teller.ended({
            name: operationName,
            kind: operation?.operation,
            hash: queryHash,
            transport,
            caller: viewer.kind,
            correlationId: viewer.correlationId,
            errors: singleResult.errors,
            status: transport === 'http' ? (response.http.status ?? 200) : undefined,
            cost: bill?.told,
            ms: performance.now() - arrivedAt,
          });
          return Promise.resolve();
        },
      });
    },
  };
}

function askToWait(headers: HeaderMap, { errors }: FormattedExecutionResult): void {
  const wait = waitOf(errors?.[0] ?? {});
  if (wait !== undefined) headers.set('retry-after', retryAfter(wait));
}

function guard(
  { schema, document, operation, request, contextValue }: GraphQLRequestContext<CallContext>,
  limits: Limits,
): Bill | undefined {
  if (document === undefined) return undefined; // refused already
  if (operation === undefined) throw unresolved();
  if (contextValue.transport === 'live') return undefined; // the subscription itself passed them
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    throw gatewayError('SUBSCRIPTION_TRANSPORT_REQUIRED');
  }
  const { variables } = request;
  return limits.guard({ schema, document, operation, variables }, contextValue);
}

/** Errors of a document that a server has read and understood. */
const OF_DOCUMENT = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

/**
 * A client that knows only `application/json` is told what is wrong with a document by an answer of status 200, as
 * GraphQL over HTTP asks: something between might have sent any other status.
 */
const isAnsweredWell = (
  headers: HeaderMap | undefined,
  status: number | undefined,
  { errors = [] }: FormattedExecutionResult,
): boolean =>
  status === 400 &&
  !(headers?.get('accept') ?? '').includes('application/graphql-response+json') &&
  errors.every(({ extensions }) => OF_DOCUMENT.has(extensions?.['code']));

/** The name fits no operation, or none is given and there are several: the planner would call this a fault of ours. */
const unresolved = (): GraphQLError =>
  new GraphQLError('`operationName` has to name one operation of the document.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
  });
