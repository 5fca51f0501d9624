import { gatewayErrors } from '../gateway.errors';

/** Codes of the GraphQL server, which are not ours to list. */
const PIPELINE = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
];
const KNOWN = new Set<unknown>([...Object.keys(gatewayErrors), ...PIPELINE]);

/** A code as a label: a metric has as many series as its labels have values, so what subgraphs invent is one value. */
export function boundedCode(code: unknown): string {
  if (code === undefined) return 'OK';
  return typeof code === 'string' && KNOWN.has(code) ? code : 'OTHER';
}
