import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '#kernel/server/log';
import { type CallContext, callContext } from '../gateway.context';
import type { CallerService } from './caller.service';
import type { Limits } from './limits/limits';
import { correlated, correlationId, correlationIdFrom } from './correlation';

export const CORRELATION = 'x-correlation-id';

/** Names a call, drops headers that only the gateway itself may send on, and goes on with it. */
export function beginCall(
  request: IncomingMessage,
  response: ServerResponse,
  go: () => void,
): void {
  const { headers } = request;
  for (const name in headers) {
    if (name.startsWith('tradegraph-')) Reflect.deleteProperty(headers, name);
  }
  const id = correlationIdFrom(headers[CORRELATION]);
  response.setHeader(CORRELATION, id);
  response.setHeader('x-content-type-options', 'nosniff');
  correlated(id, go);
}

/** Any page may read the answer: credentials are a header that only the page itself can add, never a cookie. */
export function openToPages(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', `${CORRELATION}, retry-after`);
}

/** Who calls over plain HTTP, until when, and whether they still wait. Throws UNAUTHENTICATED. */
export async function contextOf(
  { callers, limits }: { readonly callers: CallerService; readonly limits: Limits },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<CallContext> {
  const arrivedAt = performance.now();
  const left = clientLeft(response);
  const { authorization } = request.headers;
  const caller = await callers.identify(authorization, correlationId(), limits.network(request));
  const payer = limits.payer(caller, request);
  return { ...callContext(caller.viewer, 'http', left), payer, arrivedAt };
}

/** Aborted when the connection closes before the answer is sent: nobody waits for the subgraphs any more. */
export function clientLeft(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Answers a request whose body is too large, cut off or not JSON; or one that failed by a fault of ours. */
export function answerBroken(error: unknown, response: ServerResponse, log: Logger): void {
  const { status, statusCode } = error as { status?: number; statusCode?: number };
  const given = status ?? statusCode ?? 500;
  const ours = given < 400 || given > 499;
  if (ours) log.error({ err: error, correlationId: correlationId() }, 'fault over HTTP');
  const body = {
    errors: [
      {
        message: ours ? 'Internal error' : (MESSAGES[given] ?? 'The request is not well formed.'),
        extensions: { code: ours ? 'INTERNAL' : 'BAD_REQUEST', correlationId: correlationId() },
      },
    ],
  };
  response.writeHead(ours ? 500 : given, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

const MESSAGES: Readonly<Record<number, string>> = {
  413: 'The request is too large.',
  415: 'The content type or encoding is not supported.',
};
