import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { CallContext } from '../gateway.context';
import { retryAfter, waitOf } from '../gateway.errors';
import type { CallerService } from './caller.service';
import { correlationId } from './correlation';
import { contextOf } from './incoming-call';
import type { Limits } from './limits/limits';
import type { OperationTeller } from './operation-teller';
import type { SentDocument } from './persisted/operation-documents';

export interface OperationEntry {
  readonly graphql: ApolloServer<CallContext>;
  readonly callers: CallerService;
  readonly limits: Limits;
  readonly teller: OperationTeller;
}

/** What carries an operation in an HTTP request. */
export interface SentRequest {
  readonly method: string;
  /** The URL's parameters, with `?`; they carry the operation of a GET. */
  readonly search: string;
  /** The parsed JSON; it carries the operation of a POST. */
  readonly body: unknown;
}

/**
 * Answers an operation that came as one plain request with one whole answer. All of it is one span, from who calls to
 * what is sent, in the trace of the client when it has one.
 */
export function answerOperation(
  entry: OperationEntry,
  request: IncomingMessage,
  response: ServerResponse,
  sent: SentRequest,
): Promise<void> {
  const { traceparent } = request.headers;
  const work = {
    kind: 'SERVER' as const,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  };
  return entry.teller.tracing.span('graphql', work, () => answer(entry, request, response, sent));
}

async function answer(
  entry: OperationEntry,
  request: IncomingMessage,
  response: ServerResponse,
  sent: SentRequest,
): Promise<void> {
  const headers = new HeaderMap();
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, String(value));
  }
  const httpGraphQLRequest = { ...sent, headers };
  const answered = await entry.graphql.executeHTTPGraphQLRequest({
    httpGraphQLRequest,
    // The server reads what is sent only after it knows the caller, so the document can be found in between.
    context: () =>
      letIn(entry, request, response, () => {
        const found = (from: SentDocument) => entry.limits.document(from, request);
        httpGraphQLRequest.body = withDocument(sent.body, found);
        if (sent.method === 'GET') httpGraphQLRequest.search = inUrl(sent.search, found);
      }),
  });
  if (answered.body.kind !== 'complete') throw new Error('incremental delivery is not offered');
  for (const [name, value] of answered.headers) response.setHeader(name, value);
  const bytes = Buffer.from(answered.body.string);
  response.setHeader('content-length', bytes.length);
  response.statusCode = answered.status ?? 200;
  response.end(bytes);
}

/** Who calls, once the document is found too. A refusal is told here: the server begins only behind this. */
async function letIn(
  entry: OperationEntry,
  request: IncomingMessage,
  response: ServerResponse,
  findDocument: () => void,
): Promise<CallContext> {
  const { teller } = entry;
  const arrivedAt = performance.now();
  let context: CallContext | undefined;
  try {
    context = await teller.tracing.span('identify', {}, () => contextOf(entry, request, response));
    findDocument();
    return context;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    askToWait(error, response);
    teller.ended({
      name: undefined,
      kind: undefined,
      hash: undefined,
      transport: 'http',
      caller: context?.viewer.kind,
      correlationId: correlationId(),
      errors: [error],
      status: (error.extensions['http'] as { readonly status?: number } | undefined)?.status,
      ms: performance.now() - arrivedAt,
    });
    throw error;
  }
}

function askToWait(refusal: GraphQLError, response: ServerResponse): void {
  const wait = waitOf(refusal);
  if (wait !== undefined) response.setHeader('retry-after', retryAfter(wait));
}

type Find = (sent: SentDocument) => string | undefined;

/** What is malformed stays as it is: the server refuses it. */
function withDocument(body: unknown, find: Find): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { query, extensions } = body as SentDocument;
  if (query != null && typeof query !== 'string') return body;
  if (extensions != null && typeof extensions !== 'object') return body;
  const found = find(body);
  if (found === undefined) return body;
  if (extensions == null) return query === found ? body : { ...body, query: found };
  return { ...body, query: found, extensions: withoutPersisted(extensions) };
}

function withoutPersisted(extensions: object): unknown {
  const { persistedQuery: _found, ...rest } = extensions as Readonly<Record<string, unknown>>;
  return rest;
}

/** Only a request that names its document is written anew; all others are measured and left as they are. */
function inUrl(search: string, find: Find): string {
  const params = new URLSearchParams(search);
  const extensions = jsonIn(params.get('extensions'));
  const query = params.get('query');
  const documentId = params.get('documentId') ?? params.get('id') ?? undefined;
  const found = find({ query, extensions, documentId });
  if (found === undefined || (found === query && extensions === undefined)) return search;
  params.set('query', found);
  if (extensions !== undefined) {
    params.set('extensions', JSON.stringify(withoutPersisted(extensions)));
  }
  return `?${params.toString()}`;
}

function jsonIn(text: string | null): object | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // the server refuses it
  }
}
