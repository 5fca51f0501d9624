import type { GraphQLFormattedError } from 'graphql';
import { EXPECTED, gatewayErrors } from '../gateway.errors';

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
  const given = publicCode(extensions);
  const known = given !== undefined && given !== 'INTERNAL';
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
export const isFault = ({ extensions }: GraphQLFormattedError): boolean =>
  publicCode(extensions) === undefined;

function publicCode(extensions: GraphQLFormattedError['extensions']): string | undefined {
  const code = extensions?.['code'];
  if (typeof code !== 'string') return undefined;
  const told = extensions?.[EXPECTED] === true && /^[A-Z][A-Z0-9_]{2,60}$/.test(code);
  return told || PUBLIC.has(code) ? code : undefined;
}
