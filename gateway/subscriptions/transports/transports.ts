import type { IncomingMessage, Server } from 'node:http';
import type { RequestHandler } from 'express';
import type { OriginCheck } from '../../http/origin';
import { ConnectionCaps } from './connection-caps';
import { Entrance } from './entrance';
import { LiveStreams } from './live-streams';
import { serveMultipart } from './multipart';
import type { Pipeline } from './pipeline';
import { type SocketServer, serveSockets } from './socket-server';
import { serveSse } from './sse';
import { TRANSPORT_LIMITS, type TransportLimits } from './transport-limits';

export interface TransportsOptions {
  readonly pipeline: Pipeline;
  readonly isAllowedOrigin: OriginCheck;
  /** Whom a connection is counted as before it says who it is. */
  readonly networkOf: (request: IncomingMessage) => string;
  readonly limits?: Partial<TransportLimits> | undefined;
}

/** All that brings subscriptions to clients, with one count of connections and one end. */
export class Transports {
  readonly sse: RequestHandler;
  readonly multipart: RequestHandler;
  private readonly limits: TransportLimits;
  private readonly entrance: Entrance;
  private readonly streams: LiveStreams;
  private sockets: SocketServer | undefined;

  constructor(private readonly options: TransportsOptions) {
    const { pipeline } = options;
    this.limits = { ...TRANSPORT_LIMITS, ...options.limits };
    this.entrance = new Entrance({ ...options, caps: new ConnectionCaps(this.limits) });
    this.streams = new LiveStreams(pipeline, this.limits);
    const transport = { pipeline, entrance: this.entrance, streams: this.streams };
    this.sse = serveSse(transport);
    this.multipart = serveMultipart(transport);
  }

  /** Takes sockets at this path. */
  serveSockets(server: Server, path: string): void {
    const { pipeline } = this.options;
    const { entrance, limits } = this;
    this.sockets = serveSockets({ server, path, pipeline, entrance, limits });
  }

  /** From now on nobody gets in, and who is in is let go, spread out. */
  async drain(): Promise<void> {
    this.entrance.close();
    await Promise.all([this.sockets?.drain(), this.streams.drain()]);
  }
}
