import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from '#kernel/server/log';
import type { SupergraphHolder } from '../executor/supergraph-holder';
import type { CallContext } from '../gateway.context';
import type { OperationRequest, RunOperation } from './graphql-server';
import { isFault, maskError } from './masking';

/**
 * Runs the queries of live fields. Their subscriptions passed the checks of all operations, so these go straight to the
 * executor.
 */
export function liveRunner(supergraph: SupergraphHolder, log: Logger): RunOperation {
  return async (request: OperationRequest, context: CallContext) => {
    const { query: source, variables = {}, operationName } = request;
    const { correlationId } = context.viewer;
    const masked = (error: GraphQLFormattedError): GraphQLFormattedError => {
      if (isFault(error)) log.error({ err: error, correlationId }, 'fault in a live query');
      return maskError(error, correlationId);
    };
    const operation = await supergraph.current.prepare({ source, operationName });
    const { errors, ...answer } = await operation.run({ ...variables }, context);
    return {
      ...answer,
      ...(errors !== undefined && { errors: errors.map((error) => masked(error.toJSON())) }),
    };
  };
}
