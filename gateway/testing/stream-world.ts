import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { buildSchema } from 'graphql';
import { makeViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import { until } from '#kernel/testing/until';
import { gatewayError } from '../gateway.errors';
import { correlated } from '../http/correlation';
import { maskError } from '../http/masking';
import { OperationTeller } from '../http/operation-teller';
import { liveFields } from '../subscriptions/live-field';
import type { LivePlan } from '../subscriptions/live-plan';
import type { LiveMessage, Outlet } from '../subscriptions/outlet';
import { ConnectionCaps } from '../subscriptions/transports/connection-caps';
import { Entrance } from '../subscriptions/transports/entrance';
import { LiveStreams } from '../subscriptions/transports/live-streams';
import { serveMultipart } from '../subscriptions/transports/multipart';
import type { Pipeline } from '../subscriptions/transports/pipeline';
import { badRequest } from '../subscriptions/transports/request-params';
import { serveSse } from '../subscriptions/transports/sse';
import { TRANSPORT_LIMITS } from '../subscriptions/transports/transport-limits';
import { StreamReader } from './stream-reader';

const schema = buildSchema(`
  type Query { echo(text: String!): String }
  type Mutation { write: String }
  type ThingUpdate { kind: String! cursor: String! }
  type Subscription { thingUpdated(id: ID!, after: String): ThingUpdate }
`);
const fields = liveFields(
  `type Subscription { thingUpdated(id: ID!): String
     @live(topics: ["thing:{id}"], query: "thing", delivery: "LOSSLESS") }`,
);
const LIMITS = {
  ...TRANSPORT_LIMITS,
  connectionsPerAccount: 3,
  connectionsPerNetwork: 5,
  sseHeartbeatMs: 30,
  multipartHeartbeatMs: 30,
  drainMs: 50,
  goodbyeMs: 200,
};

/** Somebody who follows, seen from the hub. */
export interface Follower {
  readonly plan: LivePlan;
  readonly outlet: Outlet;
  closed: boolean;
}
type Headers = Readonly<Record<string, string>>;
export const SSE = { accept: 'text/event-stream' };
export const PARTS = {
  accept: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json',
};
export const LIVE =
  'subscription ($id: ID!, $after: String) { thingUpdated(id: $id, after: $after) { kind } }';

/** A request to follow a thing. The thing `card` is refused, and `fault` brings a fault of ours about. */
export const live = (id: string, after?: string): object => ({
  query: LIVE,
  variables: { id, after },
});

/** The transports over plain HTTP with a hub that does what a test says. `Authorization` names the account. */
export class StreamWorld {
  readonly followers: Follower[] = [];
  readonly ran: string[] = [];
  /** When credentials end that are shown from now on. */
  expiresAt: Date | undefined;
  readonly pipeline: Pipeline = {
    hub: {
      subscribe: (plan, _caller, outlet) => {
        const follower = { plan, outlet, closed: false };
        this.followers.push(follower);
        return { close: () => void (follower.closed = true) };
      },
    },
    schema: () => ({ schema, fields, maxTokens: 2_000, generation: 'one', perUser: new Set() }),
    identify: (authorization = 'acc_one', correlationId) => {
      if (authorization === 'bad') return Promise.reject(gatewayError('UNAUTHENTICATED'));
      const viewer = makeViewer({ kind: 'USER', accountId: authorization, correlationId });
      const { expiresAt } = this;
      return Promise.resolve({ viewer, ...(expiresAt !== undefined && { expiresAt }) });
    },
    resolve: (request) => {
      if (request.query === '') throw badRequest('`query` has to be a text.');
      return request;
    },
    run: ({ query }, _caller, transport) => {
      this.ran.push(`${transport} ${query}`);
      return Promise.resolve({ data: { echo: 'line\nbreak' } });
    },
    guard: ({ given }) => {
      if (given['id'] === 'card') throw gatewayError('SENSITIVE_DATA_REFUSED');
      if (given['id'] === 'fault') throw new Error('select * from secret');
      return Promise.resolve(undefined);
    },
    mask: (error, { correlationId }) => maskError(error.toJSON(), correlationId),
    clock: systemClock,
    log: silentLogger(),
    teller: new OperationTeller(silentLogger()),
  };
  readonly streams = new LiveStreams(this.pipeline, LIMITS);
  readonly entrance: Entrance;
  private readonly caps = new ConnectionCaps(LIMITS);
  private readonly readers: StreamReader[] = [];
  private readonly server: Server;

  private constructor() {
    this.entrance = new Entrance({
      caps: this.caps,
      isAllowedOrigin: ({ headers }) => headers.origin !== 'https://bad.example',
      networkOf: ({ socket }) => socket.remoteAddress ?? '',
    });
    const app = express();
    app.use((_request, _response, next) => {
      correlated('test-correlation', next);
    });
    app.use(express.json());
    app.use('/graphql/stream', serveSse(this));
    app.use('/graphql', serveMultipart(this), (_request, response) => {
      response.json({ plain: true });
    });
    this.server = createServer(app);
  }

  static async open(): Promise<StreamWorld> {
    const world = new StreamWorld();
    await new Promise<void>((resolve) => world.server.listen(0, '127.0.0.1', resolve));
    return world;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async call(
    path: string,
    headers: Headers,
    given: { readonly body?: unknown; readonly method?: string } = {},
  ): Promise<StreamReader> {
    const { port } = this.server.address() as AddressInfo;
    const reader = await StreamReader.open({ port, path, headers, ...given });
    this.readers.push(reader);
    return reader;
  }

  sse(body: unknown, headers: Headers = {}): Promise<StreamReader> {
    return this.call('/graphql/stream', { ...SSE, ...headers }, { body });
  }

  parts(body: unknown, headers: Headers = {}): Promise<StreamReader> {
    return this.call('/graphql', { ...PARTS, ...headers }, { body });
  }

  /** The newest follower, once there is one. */
  follower(): Promise<Follower> {
    return until(() => this.followers.at(-1), 'a follower');
  }

  /** Fails unless everything that was opened is gone. */
  async close(): Promise<void> {
    for (const reader of this.readers) reader.leave();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await until(() => this.caps.size === 0 && this.streams.size === 0, 'all places to be free');
    if (this.followers.some(({ closed }) => !closed)) throw new Error('somebody still follows');
  }
}

/** The n-th message of a live field. */
export const message = (n: number): LiveMessage => ({
  json: JSON.stringify({ data: { thingUpdated: { kind: n } }, extensions: { cursor: `c${n}` } }),
  cursor: `c${n}`,
});
