import type { GraphQLFormattedError } from 'graphql';
import { gatewayErrors } from '../gateway.errors';

/** Codes that reach a client; everything else is a fault of ours and says nothing but its correlation id. */
const PUBLIC = new Set<string>([
  ...Object.keys(gatewayErrors),
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);
/** Errors about the document, where line and column help. */
const LOCATED = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** What a client may know of an error: never a service's name, an address, a plan or a stack. */
export function maskError(
  { message, path, locations, extensions }: GraphQLFormattedError,
  correlationId: string,
): GraphQLFormattedError {
  const given = extensions?.['code'];
  const known = typeof given === 'string' && PUBLIC.has(given) && given !== 'INTERNAL';
  const code = known ? given : 'INTERNAL';
  const { retryAfterMs, cursor } = extensions ?? {};
  return {
    message: known ? message : gatewayErrors.INTERNAL,
    ...(locations !== undefined && LOCATED.has(code) && { locations }),
    ...(path !== undefined && { path }),
    extensions: {
      code,
      correlationId,
      ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
      ...(typeof cursor === 'string' && { cursor }),
    },
  };
}

/** True when an error was not meant for clients, so that somebody has to look at it. */
export const isFault = ({ extensions }: GraphQLFormattedError): boolean => {
  const code = extensions?.['code'];
  return typeof code !== 'string' || !PUBLIC.has(code);
};
