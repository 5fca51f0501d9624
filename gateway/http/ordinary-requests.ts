import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Logger } from '#kernel/server/log';
import type { CallContext } from '../gateway.context';
import type { CallerService } from './caller.service';
import { answerBroken, beginCall, contextOf, openToPages } from './incoming-call';
import type { OriginCheck } from './origin';

/** Bytes of a request's body. */
export const MAX_BODY = 256 * 1024;

export interface OrdinaryOptions {
  readonly path: string;
  readonly graphql: ApolloServer<CallContext>;
  readonly callers: CallerService;
  readonly isAllowedOrigin: OriginCheck;
  readonly log: Logger;
}

/** Takes a request, or returns false with nothing of it read. */
export type TakeRequest = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Answers operations that come as JSON by POST, which nearly all do, before the web framework is asked: its routing and
 * body parsing cost as much as all else that the gateway does for a small query.
 */
export function ordinaryRequests(options: OrdinaryOptions): TakeRequest {
  return (request, response) => {
    if (!isOrdinary(request, options.path) || !options.isAllowedOrigin(request)) return false;
    beginCall(request, response, () => {
      openToPages(response);
      read(request)
        .then((text) => answer(options, request, response, parsed(text)))
        .catch((error: unknown) => {
          if (response.headersSent) response.destroy();
          else answerBroken(error, response, options.log);
        });
    });
    return true;
  };
}

/** One uncompressed JSON text of a known, allowed length; one whole JSON answer wanted. */
function isOrdinary({ method, url, headers }: IncomingMessage, path: string): boolean {
  const { accept = '*/*' } = headers;
  return (
    method === 'POST' &&
    url === path &&
    Number(headers['content-length'] ?? NaN) <= MAX_BODY &&
    headers['content-encoding'] === undefined &&
    /^application\/json(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? '') &&
    (accept === '*/*' || accept === 'application/json')
  );
}

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString());
    });
    request.once('error', reject);
    request.once('aborted', () => {
      reject(new BadBody());
    });
  });
}

class BadBody extends Error {
  readonly status = 400;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadBody();
  }
}

async function answer(
  { graphql, callers }: OrdinaryOptions,
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
): Promise<void> {
  const headers = new HeaderMap();
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, String(value));
  }
  const answered = await graphql.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: () => contextOf(callers, request, response),
  });
  if (answered.body.kind !== 'complete') throw new Error('incremental delivery is not offered');
  for (const [name, value] of answered.headers) response.setHeader(name, value);
  const bytes = Buffer.from(answered.body.string);
  response.setHeader('content-length', bytes.length);
  response.statusCode = answered.status ?? 200;
  response.end(bytes);
}
