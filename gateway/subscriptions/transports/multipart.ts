import type { Request, RequestHandler, Response } from 'express';
import { GraphQLError } from 'graphql';
import { correlationId } from '../../http/correlation';
import { clientLeft } from '../../http/incoming-call';
import { sendRefusal } from '../../http/refusal';
import type { LiveRequest } from '../live-plan';
import { refuseForgeable } from './csrf';
import { type Pipeline, admit, expected, isSubscription, operationOf } from './pipeline';
import { paramsOfBody } from './request-params';
import type { Framing } from './stream-outlet';
import { type StreamTransport, letIn } from './stream-transport';

/** How a client says that it takes a subscription as parts of one response. */
const ACCEPTED = /multipart\/mixed\s*;[^,]*\bsubscriptionSpec\s*=\s*"?1\.0"?\s*(?:[;,]|$)/i;
const DELIMITER = '\r\n--graphql';

/** A part and the delimiter behind it, which tells the client that the part is whole. */
const part = (json: string): string =>
  `\r\ncontent-type: application/json\r\n\r\n${json}${DELIMITER}`;
const CLOSE = '--\r\n';
const fatal = (errors: readonly unknown[]): string =>
  `${part(JSON.stringify({ payload: null, errors }))}${CLOSE}`;

const FRAMING: Framing = {
  headers: {
    'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
    'cache-control': 'no-cache, no-transform',
    // nginx would collect parts until a buffer is full.
    'x-accel-buffering': 'no',
  },
  opening: DELIMITER,
  heartbeat: part('{}'),
  message: (json) => part(`{"payload":${json}}`),
  error: fatal,
  complete: CLOSE,
  // These clients do not come back by themselves: the error tells them why and from where.
  interruption: fatal,
};

/** Apollo's multipart protocol for subscriptions by POST. Everything else is left to the next handler. */
export function serveMultipart(transport: StreamTransport): RequestHandler {
  const { pipeline } = transport;
  return (request, response, next) => {
    const params = subscriptionIn(request, pipeline);
    if (params === undefined) {
      next();
      return;
    }
    serve(transport, request, response, params).catch((error: unknown) => {
      sendRefusal(response, expected(error, pipeline.log, { correlationId: correlationId() }));
    });
  };
}

/** What cannot be read is none either: the next handler refuses it as it refuses all such requests. */
function subscriptionIn(request: Request, { resolve, schema }: Pipeline): LiveRequest | undefined {
  if (request.method !== 'POST' || !ACCEPTED.test(request.headers.accept ?? '')) return undefined;
  try {
    const params = resolve(paramsOfBody(request.body), request);
    return isSubscription(operationOf(params, schema()).operation) ? params : undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

async function serve(
  transport: StreamTransport,
  request: Request,
  response: Response,
  params: LiveRequest,
): Promise<void> {
  const { pipeline, streams } = transport;
  const gone = clientLeft(response);
  const caller = await letIn(transport, request, response, () => {
    refuseForgeable(request.headers);
  });
  // A refusal up to here is an ordinary answer with its status; later it is the last part.
  const admitted = await admit(pipeline, params, { caller, transport: 'multipart', request });
  if (admitted.kind === 'once') throw new Error('a subscription is not run once');
  if (gone.aborted) return;
  const outlet = streams.outlet(response, FRAMING, streams.limits.multipartHeartbeatMs, caller);
  try {
    streams.follow(response, outlet, admitted.plan, caller, 'multipart');
  } catch (error) {
    outlet.end(expected(error, pipeline.log, caller.viewer));
  }
}
