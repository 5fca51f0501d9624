import type { IncomingMessage } from 'node:http';
import { type FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Context, ServerOptions } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { gatewayError } from '../../gateway.errors';
import { type Caller, isExpiry } from '../../http/caller.service';
import { correlationIdFrom } from '../../http/correlation';
import type { LivePlan, LiveRequest } from '../live-plan';
import type { ConnectionPlace } from './connection-caps';
import type { Entrance } from './entrance';
import { type Pipeline, admit, expected } from './pipeline';
import { SocketOutlet } from './socket-outlet';
import { begun } from './subscription-watch';
import type { TransportLimits } from './transport-limits';

const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Fatal for the graphql-ws client. */
const UNAUTHORIZED = 4401;
/** The client tries again with fresh connection parameters. */
const FORBIDDEN = 4403;
/** The client tries again later. */
const TRY_AGAIN_LATER = 1013;

/** One socket. */
export interface Connection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly place: ConnectionPlace;
  /** Its live fields. */
  readonly live: Set<SocketOutlet>;
  /** The code that it was closed with by our doing. */
  closedWith?: string | undefined;
  /** Who opened it, once it has greeted. */
  caller?: Caller;
}
type SocketContext = Context<Record<string, unknown>, Connection>;

export interface SocketProtocolOptions {
  readonly pipeline: Pipeline;
  readonly entrance: Entrance;
  readonly limits: TransportLimits;
}

/** What graphql-ws asks for along the way; it keeps the protocol itself. */
export function socketProtocol(
  options: SocketProtocolOptions,
): ServerOptions<Record<string, unknown>, Connection> {
  const { pipeline, limits } = options;
  return {
    connectionInitWaitTimeout: limits.initMs,
    onConnect: (context) => connect(options, context),
    onSubscribe: (context, id, payload) => subscribe(options, context, id, payload),
    // The pipeline has made the answers ready to be sent.
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: ({ extra }, _id, _payload, errors) =>
      errors.map((error) => pipeline.mask(error, callerOf(extra).viewer)),
    execute: ({ contextValue }) => (contextValue as Prepared)(),
    subscribe: ({ contextValue }) => (contextValue as Prepared)(),
  } as ServerOptions<Record<string, unknown>, Connection>;
}

type Prepared = () => unknown;

async function connect(
  { pipeline, entrance }: SocketProtocolOptions,
  { connectionParams, extra }: SocketContext,
): Promise<boolean> {
  const { socket, request, place } = extra;
  const correlationId = correlationIdFrom(request.headers['x-correlation-id']);
  try {
    const caller = await pipeline.identify(
      authorization(connectionParams, request),
      correlationId,
      request,
    );
    entrance.belongTo(place, caller.viewer);
    extra.caller = caller;
  } catch (error) {
    const known = expected(error, pipeline.log, { correlationId });
    if (known.extensions['code'] !== 'UNAUTHENTICATED')
      socket.close(TRY_AGAIN_LATER, known.message);
    else socket.close(isExpiry(known) ? FORBIDDEN : UNAUTHORIZED, known.message);
    return false;
  }
  closeAtExpiry(socket, extra.caller, pipeline);
  return true;
}

function closeAtExpiry(socket: WebSocket, { expiresAt }: Caller, { clock }: Pipeline): void {
  if (expiresAt === undefined) return;
  const left = expiresAt.getTime() - clock.now().getTime();
  const timer = setTimeout(
    () => {
      socket.close(FORBIDDEN, 'The token has expired');
    },
    Math.min(Math.max(left, 0), LONGEST_TIMER_MS),
  );
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

/** `authorization` in the connection parameters (any case, also under `headers`), else the upgrade's header. */
function authorization(
  params: Readonly<Record<string, unknown>> | undefined,
  request: IncomingMessage,
): string | undefined {
  const { headers = {}, ...direct } = params ?? {};
  for (const from of [direct, headers as Record<string, unknown>]) {
    const [, value] =
      Object.entries(from).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
    // What is no text is refused like any bad credential, not taken for none.
    if (value != null) return typeof value === 'string' ? value : 'no text';
  }
  return request.headers.authorization;
}

/** Prepares an operation; what it returns instead of one are errors for the client. */
async function subscribe(
  { pipeline, limits }: SocketProtocolOptions,
  { extra }: SocketContext,
  id: string,
  request: LiveRequest,
): Promise<object> {
  const caller = ofOneOperation(callerOf(extra));
  try {
    await caller.recheck?.(); // the socket may have been open for long
    const { schema } = pipeline.schema();
    const admitted = await admit(pipeline, request, {
      caller,
      transport: 'socket',
      request: extra.request,
    });
    const { document, kind } = admitted;
    const args = { schema, document, operationName: request.operationName ?? undefined };
    if (kind === 'once') return { ...args, contextValue: () => admitted.run() };
    if (extra.live.size >= limits.liveFields) throw gatewayError('SUBSCRIPTION_LIMIT');
    const { stream } = begin(pipeline, extra, id, admitted.plan, caller);
    return { ...args, contextValue: () => stream };
  } catch (error) {
    return [expected(error, pipeline.log, caller.viewer)];
  }
}

/** Follows from now on, so that each field of a burst is counted. */
function begin(
  pipeline: Pipeline,
  connection: Connection,
  id: string,
  plan: LivePlan,
  caller: Caller,
): SocketOutlet {
  const { socket, live } = connection;
  const ended = begun(pipeline, 'socket', plan, caller.viewer);
  const outlet = new SocketOutlet(socket, connection.request.socket, id, (error) => {
    live.delete(outlet);
    subscription.close();
    ended(error instanceof GraphQLError ? error.extensions['code'] : connection.closedWith);
  });
  live.add(outlet);
  const subscription = pipeline.hub.subscribe(plan, caller, outlet);
  if (socket.readyState !== socket.OPEN) outlet.end(); // it was closed while the field was being admitted
  return outlet;
}

/** Each operation on a socket has a correlation id of its own. */
const ofOneOperation = (caller: Caller): Caller => {
  const { correlationId: _ofTheSocket, ...who }: Viewer = caller.viewer;
  return { ...caller, viewer: makeViewer({ ...who, correlationId: correlationIdFrom(undefined) }) };
};

function callerOf({ caller }: Connection): Caller {
  if (caller === undefined) throw new Error('an operation before the connection was acknowledged');
  return caller;
}
