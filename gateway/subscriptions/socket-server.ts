import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  OperationTypeNode,
  getOperationAST,
} from 'graphql';
import { type Context, type ServerOptions, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import type { Logger } from '#kernel/server/log';
import { gatewayError } from '../gateway.errors';
import type { LiveHub } from './live-hub';
import { type LivePlan, type LiveRequest, parsed, planLive } from './live-plan';
import type { LiveSchema } from './live-schema';
import { type LiveEnding, SocketOutlet } from './socket-outlet';

const INIT_MS = 3_000;
const PING_MS = 12_000;
const MAX_MESSAGE = 64 * 1024;
const MAX_LIVE = 50;
const DRAIN_MS = 10_000;
const DRAIN_STEP_MS = 10;
/** A client that does not answer the close is cut off after this long. */
const GOODBYE_MS = 2_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Fatal for the graphql-ws client. */
const UNAUTHORIZED = 4401;
/** The client tries again with fresh connection parameters. */
const FORBIDDEN = 4403;
const SERVICE_RESTART = 1012;

/** Who opened a socket, and until when. */
export interface SocketCaller {
  readonly viewer: Viewer;
  readonly expiresAt?: Date;
}

export interface SocketServerOptions {
  readonly server: Server;
  readonly path: string;
  readonly hub: LiveHub;
  readonly schema: () => LiveSchema;
  readonly identify: (
    authorization: string | undefined,
    request: IncomingMessage,
  ) => Promise<SocketCaller>;
  /** True when a refused credential was good once. */
  readonly isExpiry: (error: unknown) => boolean;
  /** The viewer of one operation on a socket. */
  readonly operationViewer: (viewer: Viewer) => Viewer;
  /** Runs queries and mutations that come over the socket. */
  readonly run: (request: LiveRequest, viewer: Viewer) => Promise<FormattedExecutionResult>;
  /** The checks that a document passes on every transport. */
  readonly guard: (plan: LivePlan) => void;
  readonly mask: (error: GraphQLError, viewer: Viewer) => GraphQLFormattedError;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Extra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  caller?: SocketCaller;
  live: number;
}
type SocketContext = Context<Record<string, unknown>, Extra>;

export interface SocketServer {
  /** Closes all sockets, spread out, so that their clients do not all come back at once. */
  drain(): Promise<void>;
}

/** graphql-transport-ws on an HTTP server: live fields, and any query or mutation. */
export function serveSockets(options: SocketServerOptions): SocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    handleProtocols,
  });
  const protocol = makeServer(protocolOptions(options));
  let draining = false;
  sockets.on('connection', (socket, request) => {
    open(protocol, socket, request, options.log);
  });
  options.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const [path] = (request.url ?? '').split('?');
    if (path !== options.path || draining) {
      socket.end(`HTTP/1.1 ${draining ? '503 Service Unavailable' : '404 Not Found'}\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      sockets.emit('connection', accepted, request);
    });
  });
  return {
    drain: async () => {
      draining = true;
      const step = Math.min(DRAIN_STEP_MS, DRAIN_MS / Math.max(sockets.clients.size, 1));
      for (const socket of sockets.clients) {
        socket.close(SERVICE_RESTART, 'Service restart');
        await pause(step);
      }
      const deadline = performance.now() + GOODBYE_MS;
      while (sockets.clients.size > 0 && performance.now() < deadline) await pause(DRAIN_STEP_MS);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Ties one socket to the protocol. `send` ends when the bytes have left, so a slow reader is pulled from slowly. */
function open(
  protocol: ReturnType<typeof makeServer<Record<string, unknown>, Extra>>,
  socket: WebSocket,
  request: IncomingMessage,
  log: Logger,
): void {
  socket.on('error', (error) => {
    log.debug({ err: error }, 'a socket failed'); // ws closes it with the right code
  });
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) resolve();
          else socket.send(data, (error) => (error ? reject(error) : resolve()));
        }),
      close: (code, reason) => {
        socket.close(code, reason);
      },
      onMessage: (receive) => {
        socket.on('message', (data: Buffer) => {
          receive(data.toString()).catch((error: unknown) => {
            log.warn({ err: error }, 'a socket message could not be handled');
            socket.close(1011, 'Internal error');
          });
        });
      },
    },
    { socket, request, live: 0 },
  );
  const stopPings = keepAlive(socket);
  socket.once('close', (code, reason) => {
    stopPings();
    void closed(code, reason.toString());
  });
}

/** A peer that does not answer a ping before the next is gone. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, PING_MS);
  return () => {
    clearInterval(timer);
  };
}

function protocolOptions(
  options: SocketServerOptions,
): ServerOptions<Record<string, unknown>, Extra> {
  return {
    connectionInitWaitTimeout: INIT_MS,
    onConnect: (context) => connect(options, context),
    onSubscribe: (context, id, payload) => subscribe(options, context, id, payload),
    // The pipeline has made the answers ready to be sent.
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: ({ extra }, _id, _payload, errors) =>
      errors.map((error) => options.mask(error, viewerOf(extra))),
    execute: ({ contextValue }) => (contextValue as Prepared)(),
    subscribe: ({ contextValue }) => (contextValue as Prepared)(),
  } as ServerOptions<Record<string, unknown>, Extra>;
}

type Prepared = () => unknown;

async function connect(
  { identify, isExpiry, clock }: SocketServerOptions,
  { connectionParams, extra }: SocketContext,
): Promise<boolean> {
  const { socket, request } = extra;
  try {
    extra.caller = await identify(authorization(connectionParams, request), request);
  } catch (error) {
    const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
    if (code !== 'UNAUTHENTICATED') socket.close(1013, 'Try again later');
    else socket.close(isExpiry(error) ? FORBIDDEN : UNAUTHORIZED, (error as Error).message);
    return false;
  }
  const { expiresAt } = extra.caller;
  if (expiresAt === undefined) return true;
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
  return true;
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
  options: SocketServerOptions,
  { extra }: SocketContext,
  id: string,
  payload: LiveRequest,
): Promise<object> {
  const viewer = options.operationViewer(viewerOf(extra));
  try {
    const { schema, maxTokens } = options.schema();
    const document = parsed(payload.query, maxTokens);
    const operation = getOperationAST(document, payload.operationName);
    const args = { schema, document, operationName: payload.operationName ?? undefined };
    if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) {
      return { ...args, contextValue: () => options.run(payload, viewer) };
    }
    const plan = planLive(payload, options.schema());
    options.guard(plan);
    if (extra.live >= MAX_LIVE) throw gatewayError('SUBSCRIPTION_LIMIT');
    const stream = begin(options.hub, extra, id, plan, viewer); // now, so that a burst is counted
    return { ...args, contextValue: () => stream };
  } catch (error) {
    const known = error instanceof GraphQLError ? error : gatewayError('INTERNAL');
    if (known !== error) options.log.error({ err: error }, 'fault while subscribing');
    return Promise.resolve([known]);
  }
}

function begin(hub: LiveHub, extra: Extra, id: string, plan: LivePlan, viewer: Viewer): LiveEnding {
  extra.live += 1;
  const outlet = new SocketOutlet(extra.socket, id, () => {
    subscription.close();
    extra.live -= 1;
  });
  const subscription = hub.subscribe(plan, { ...extra.caller, viewer }, outlet);
  return outlet.stream;
}

function viewerOf({ caller }: Extra): Viewer {
  if (caller === undefined) throw new Error('an operation before the connection was acknowledged');
  return caller.viewer;
}
