import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { correlationIdFrom } from '../../http/correlation';
import { refusalOf } from '../../http/refusal';
import type { ConnectionPlace } from './connection-caps';
import type { Entrance } from './entrance';
import { MessageRate } from './message-rate';
import { type Pipeline, expected } from './pipeline';
import { type Connection, socketProtocol } from './socket-protocol';
import { allGone, letGo } from './spread';
import type { TransportLimits } from './transport-limits';

const SERVICE_RESTART = 1012;
const INTERNAL_ERROR = 1011;
/** Why its subscriptions ended, when we closed a socket. */
const CLOSED_WITH: Readonly<Record<number, string>> = {
  [SERVICE_RESTART]: 'SERVICE_RESTART',
  4403: 'UNAUTHENTICATED',
  4429: 'THROTTLED',
};
/** Fatal for the graphql-ws client: one that sends this much would only go on with it. */
const TOO_MANY = 4429;

export interface SocketServerOptions {
  readonly server: Server;
  readonly path: string;
  readonly pipeline: Pipeline;
  readonly entrance: Entrance;
  readonly limits: TransportLimits;
}

export interface SocketServer {
  /** Closes all sockets, spread out, so that their clients do not all come back at once. */
  drain(): Promise<void>;
}

/** graphql-transport-ws on an HTTP server: live fields, and any query or mutation. */
export function serveSockets(options: SocketServerOptions): SocketServer {
  const { server, path, limits } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    autoPong: false, // answered below, as long as there are not too many
    handleProtocols,
  });
  const protocol = makeServer(socketProtocol(options));
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    if ((request.url ?? '').split('?')[0] !== path) {
      refuse(stream, '404 Not Found');
      return;
    }
    const place = placeFor(options, request, stream);
    if (place === undefined) return;
    stream.once('close', () => {
      place.leave();
    });
    sockets.handleUpgrade(request, stream, head, (socket) => {
      serve(protocol, options, { socket, request, place, live: new Set() });
    });
  });
  return {
    drain: async () => {
      await letGo(sockets.clients, limits, (socket) => {
        socket.close(SERVICE_RESTART, 'Service restart');
      });
      await allGone(sockets.clients, limits.goodbyeMs);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** Undefined when the upgrade was refused. Pages cannot read why, but other programs and logs can. */
function placeFor(
  { entrance, pipeline }: SocketServerOptions,
  request: IncomingMessage,
  stream: Duplex,
): ConnectionPlace | undefined {
  const correlationId = correlationIdFrom(request.headers['x-correlation-id']);
  try {
    return entrance.enter(request);
  } catch (error) {
    const { status, headers, body } = refusalOf(
      expected(error, pipeline.log, { correlationId }),
      correlationId,
    );
    refuse(stream, `${status} Refused`, headers, body);
    return undefined;
  }
}

function refuse(
  stream: Duplex,
  status: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): void {
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(body).toString(),
  }).map(([name, value]) => `${name}: ${value}`);
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Ties one socket to the protocol. `send` ends when the bytes have left, so a slow reader is answered slowly. */
function serve(
  protocol: ReturnType<typeof makeServer<Record<string, unknown>, Connection>>,
  { limits, pipeline: { log, watch } }: SocketServerOptions,
  connection: Connection,
): void {
  const { socket } = connection;
  watch?.socketOpened();
  socket.on('error', (error) => {
    log.debug({ err: error }, 'a socket failed'); // ws closes it with the right code
  });
  const isOneTooMany = rateOf(socket, limits);
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
          if (isOneTooMany()) return;
          receive(data.toString()).catch((error: unknown) => {
            log.warn({ err: error }, 'a socket message could not be handled');
            socket.close(INTERNAL_ERROR, 'Internal error');
          });
        });
      },
    },
    connection,
  );
  const stopPings = keepAlive(socket, limits);
  socket.once('close', (code, reason) => {
    stopPings();
    watch?.socketClosed();
    connection.closedWith = CLOSED_WITH[code];
    void closed(code, reason.toString());
    // The protocol does not know of operations that were still being admitted.
    for (const outlet of [...connection.live]) outlet.end();
  });
}

/** Counts what a socket sends; true when the message at hand must not be looked at. */
function rateOf(socket: WebSocket, limits: TransportLimits): () => boolean {
  const { messagesPerSecond, messageBurst, goodbyeMs } = limits;
  const rate = new MessageRate(messagesPerSecond, messageBurst, performance.now());
  const isOneTooMany = (): boolean => {
    if (socket.readyState !== socket.OPEN) return true;
    if (rate.takes(performance.now())) return false;
    socket.close(TOO_MANY, 'Too many messages');
    // One that floods may never read that.
    const late = setTimeout(() => {
      socket.terminate();
    }, goodbyeMs);
    socket.once('close', () => {
      clearTimeout(late);
    });
    return true;
  };
  socket.on('ping', (data) => {
    if (!isOneTooMany()) socket.pong(data);
  });
  socket.on('pong', isOneTooMany);
  return isOneTooMany;
}

/** A peer that does not answer a ping before the next is gone. */
function keepAlive(socket: WebSocket, { pingMs }: TransportLimits): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, pingMs);
  return () => {
    clearInterval(timer);
  };
}
