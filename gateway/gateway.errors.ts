import { GraphQLError } from 'graphql';

/** Codes that the gateway itself answers with, in `errors[].extensions.code`. */
export const gatewayErrors = {
  UNAUTHENTICATED: 'Sign in, or send a valid API key.',
  FORBIDDEN: 'There is nothing here that you may see.',
  QUERY_TOO_COMPLEX: 'The document is too deep or too wide.',
  MAX_COST_EXCEEDED: 'The operation can cost more than one may: ask for shorter pages.',
  PERSISTED_QUERY_NOT_FOUND: 'PersistedQueryNotFound',
  OPERATION_NOT_ALLOWED: 'Only operations that were registered for this server are run.',
  PLANNING_LIMIT:
    'This operation is too hard to plan: make it smaller. With `retryAfterMs` there were too many new ones: come back.',
  THROTTLED: 'Too many at once; try again later.',
  OVERLOADED: 'Too much to do at the moment; try again.',
  SENSITIVE_DATA_REFUSED: 'Card numbers must never be sent here: send a token.',
  SUBGRAPH_UNAVAILABLE: 'A part of the graph cannot be reached; try again.',
  SUBGRAPH_TIMEOUT: 'A part of the graph did not answer in time.',
  SUBSCRIPTION_TRANSPORT_REQUIRED:
    'Subscriptions run over WebSocket (graphql-transport-ws) at /graphql, as Server-Sent Events (graphql-sse) ' +
    'at /graphql/stream, or as multipart/mixed with subscriptionSpec=1.0 at /graphql.',
  SUBSCRIPTION_REVOKED: 'You may no longer follow this.',
  SUBSCRIPTION_LIMIT: 'Too many live fields on one connection.',
  SUBSCRIPTION_LAGGED: 'Messages were taken too slowly: subscribe again with the cursor.',
  SUBSCRIPTION_SCHEMA_RELOAD:
    'The schema changed: check the document and subscribe again with the cursor.',
  SERVICE_RESTART: 'This server is stopping: subscribe again with the last cursor.',
  CURSOR_INVALID: 'The cursor was not made for this subscription.',
  CURSOR_EXPIRED: 'The cursor is too old: subscribe again without it.',
  INTERNAL: 'Internal error',
} as const;

/** Marks an error whose code and message a subgraph has chosen for clients. It stays inside. */
export const EXPECTED = 'expected';

export type GatewayErrorCode = keyof typeof gatewayErrors;

/** HTTP status of refusals that end the whole request. */
const STATUS: Partial<Record<GatewayErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  QUERY_TOO_COMPLEX: 400,
  MAX_COST_EXCEEDED: 400,
  // Clients then send the document; a status that says error would keep some of them from it.
  PERSISTED_QUERY_NOT_FOUND: 200,
  OPERATION_NOT_ALLOWED: 403,
  PLANNING_LIMIT: 400,
  THROTTLED: 429,
  OVERLOADED: 503,
  SENSITIVE_DATA_REFUSED: 400,
  SUBGRAPH_UNAVAILABLE: 503,
  SUBGRAPH_TIMEOUT: 504,
  SUBSCRIPTION_TRANSPORT_REQUIRED: 400,
  SERVICE_RESTART: 503,
};

export interface ErrorDetail {
  readonly message?: string;
  readonly extensions?: Record<string, unknown>;
  /** HTTP status of the refusal when it is not the code's usual one. */
  readonly status?: number;
}

/** An error that a client may read as it is. */
export function gatewayError(code: GatewayErrorCode, detail: ErrorDetail = {}): GraphQLError {
  const status = detail.status ?? STATUS[code];
  return new GraphQLError(detail.message ?? gatewayErrors[code], {
    extensions: { ...detail.extensions, code, ...(status !== undefined && { http: { status } }) },
  });
}

/** Milliseconds after which a refused operation may be sent again as it is; nothing of it has run. */
export function waitOf(refusal: {
  readonly extensions?: Readonly<Record<string, unknown>>;
}): number | undefined {
  const { retryAfterMs } = refusal.extensions ?? {};
  return typeof retryAfterMs === 'number' ? retryAfterMs : undefined;
}

/** The same as the value of `Retry-After`, for clients that do not read bodies of refusals. */
export const retryAfter = (waitMs: number): string => Math.ceil(waitMs / 1_000).toString();
