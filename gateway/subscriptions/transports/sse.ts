import type { Request, RequestHandler, Response } from 'express';
import { GraphQLError, OperationTypeNode, getOperationAST } from 'graphql';
import { correlationId } from '../../http/correlation';
import { clientLeft } from '../../http/incoming-call';
import { sendRefusal } from '../../http/refusal';
import type { LivePlan, LiveRequest } from '../live-plan';
import { refuseForgeable } from './csrf';
import { type Admitted, admit, expected } from './pipeline';
import { badRequest, paramsOfBody, paramsOfUrl } from './request-params';
import type { Framing } from './stream-outlet';
import { type StreamTransport, letIn } from './stream-transport';

const TYPE = 'text/event-stream';
const COMPLETE = 'event: complete\ndata:\n\n';

const FRAMING: Framing = {
  headers: {
    'content-type': `${TYPE}; charset=utf-8`,
    'cache-control': 'no-cache, no-transform',
    // nginx would collect messages until a buffer is full.
    'x-accel-buffering': 'no',
  },
  // Some browsers tell a page that its stream is open only with the first bytes.
  opening: ':\n\n',
  heartbeat: ':\n\n',
  message: (json, cursor) =>
    `${cursor === undefined ? '' : `id: ${cursor}\n`}event: next\ndata: ${json}\n\n`,
  error: (errors) => `event: next\ndata: ${JSON.stringify({ errors })}\n\n${COMPLETE}`,
  complete: COMPLETE,
  // Clients connect again by themselves when a stream ends without `complete`.
  interruption: () => '',
};

/**
 * Any operation as Server-Sent Events: the graphql-sse protocol in its distinct connections mode. Its other mode keeps
 * reservations in one process, so behind a load balancer the next request of a client would not find them.
 */
export function serveSse(transport: StreamTransport): RequestHandler {
  const { log } = transport.pipeline;
  return (request, response) => {
    serve(transport, request, response).catch((error: unknown) => {
      const known = expected(error, log, { correlationId: correlationId() });
      sendRefusal(response, known);
    });
  };
}

async function serve(
  transport: StreamTransport,
  request: Request,
  response: Response,
): Promise<void> {
  const { pipeline, streams } = transport;
  const gone = clientLeft(response);
  const caller = await letIn(transport, request, response, () => {
    checkHttp(request, response);
  });
  const isGet = request.method === 'GET';
  const params = isGet ? paramsOfUrl(request.url) : paramsOfBody(request.body);
  const admitted = await admit(pipeline, params, { caller, transport: 'sse', request }).catch(
    asRefusal,
  );
  if (isGet && writes(admitted, params)) throw notAllowed(response, 'POST');
  if (gone.aborted) return;
  const outlet = streams.outlet(response, FRAMING, streams.limits.sseHeartbeatMs, caller);
  // From here on a refusal is a message: a browser's EventSource cannot read the body of any other answer.
  try {
    if (admitted instanceof GraphQLError) outlet.end(admitted);
    else if (admitted.kind === 'once') outlet.answer(JSON.stringify(await admitted.run(gone)));
    else streams.follow(response, outlet, resumed(admitted.plan, request), caller, 'sse');
  } catch (error) {
    outlet.end(expected(error, pipeline.log, caller.viewer));
  }
}

/** What is wrong with the request whatever its operation. */
function checkHttp(request: Request, response: Response): void {
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw notAllowed(response, 'GET, POST');
  }
  if (request.accepts(TYPE) === false) throw badRequest(`Answers are ${TYPE}.`, 406);
  refuseForgeable(request.headers);
  if (request.method === 'POST' && request.is('application/json') === false) {
    throw badRequest('The content type has to be application/json.', 415);
  }
}

function notAllowed(response: Response, methods: string): GraphQLError {
  response.setHeader('allow', methods);
  return badRequest(`Send it by ${methods.replace(', ', ' or ')}.`, 405);
}

const asRefusal = (error: unknown): GraphQLError => {
  if (error instanceof GraphQLError) return error;
  throw error;
};

/** A link that somebody follows must not change anything. */
const writes = (admitted: Admitted | GraphQLError, { operationName }: LiveRequest): boolean =>
  !(admitted instanceof GraphQLError) &&
  getOperationAST(admitted.document, operationName)?.operation === OperationTypeNode.MUTATION;

/** A browser that connects again sends the same address, and the id of the last event beside it. */
function resumed(plan: LivePlan, { headers }: Request): LivePlan {
  const last = headers['last-event-id'];
  return typeof last === 'string' && last !== '' ? { ...plan, after: last } : plan;
}
