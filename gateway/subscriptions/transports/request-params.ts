import { GraphQLError } from 'graphql';
import type { LiveRequest } from '../live-plan';

/** The operation in a JSON body, as GraphQL over HTTP has it. Throws BAD_REQUEST. */
export function paramsOfBody(body: unknown): LiveRequest {
  if (!isObject(body)) throw badRequest('Send a JSON object with `query`.');
  const { query, variables, operationName, extensions, documentId, id } = body;
  return checked({ query, variables, operationName, extensions, documentId: documentId ?? id });
}

/** The same in the parameters of a URL. Throws BAD_REQUEST. */
export function paramsOfUrl(url: string): LiveRequest {
  const given = new URL(url, 'http://gateway').searchParams;
  return checked({
    query: given.get('query'),
    operationName: given.get('operationName'),
    variables: fromJson('variables', given.get('variables')),
    extensions: fromJson('extensions', given.get('extensions')),
    documentId: given.get('documentId'),
  });
}

function checked({
  query,
  variables,
  operationName,
  extensions,
  documentId,
}: Record<
  'query' | 'variables' | 'operationName' | 'extensions' | 'documentId',
  unknown
>): LiveRequest {
  const isNamed = documentId != null || extensions != null;
  if (typeof query !== 'string' && !(query == null && isNamed)) {
    throw badRequest('`query` has to be a text.');
  }
  if (query === '' && !isNamed) throw badRequest('`query` is empty.');
  if (documentId != null && typeof documentId !== 'string') {
    throw badRequest('`documentId` has to be a text.');
  }
  if (operationName != null && typeof operationName !== 'string') {
    throw badRequest('`operationName` has to be a text.');
  }
  if (variables != null && !isObject(variables)) {
    throw badRequest('`variables` has to be an object.');
  }
  if (extensions != null && !isObject(extensions)) {
    throw badRequest('`extensions` has to be an object.');
  }
  return { query: query ?? '', variables, operationName, extensions, documentId };
}

function fromJson(name: string, text: string | null): unknown {
  if (text === null || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`\`${name}\` is not JSON.`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A request that cannot be read as one. */
export const badRequest = (message: string, status = 400): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });
