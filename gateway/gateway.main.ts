import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ApolloServer } from '@apollo/server';
import { printSchema } from 'graphql';
import type { JWK } from 'jose';
import { StatementSigner } from '#kernel/auth/statement';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import type { Doorbell } from '#kernel/events/doorbell';
import type { EventLog } from '#kernel/events/event-log';
import type { Logger } from '#kernel/server/log';
import type { Tracing } from '#kernel/telemetry/tracing';
import { type DoorPlace, type DoorSet, openDoors } from './executor/doors';
import type { FetchLimits } from './executor/sources/subgraph-source';
import { ExecutorGateway } from './executor/apollo-gateway';
import type { OpenPlanner } from './executor/planning/planner';
import { workerPlanners } from './executor/planning/worker-planner';
import { SupergraphHolder } from './executor/supergraph-holder';
import { type CallContext, callContext } from './gateway.context';
import { DoorKeyDirectory } from './http/api-key.adapter';
import { CallerService, isExpiry } from './http/caller.service';
import { refuseCardNumbers } from './http/card-guard';
import { correlationIdFrom } from './http/correlation';
import { MAX_TOKENS, refuseLargeDocuments } from './http/document-limits';
import { makeGraphqlServer, runner } from './http/graphql-server';
import { type ReadyCheck, Readiness } from './http/health';
import { GRAPHQL_PATH, httpApp } from './http/http-app';
import { liveRunner } from './http/live-runner';
import { isFault, maskError } from './http/masking';
import { ordinaryRequests } from './http/ordinary-requests';
import { type DemoAccount, playground, readOperations } from './playground/playground';
import { LiveHub } from './subscriptions/live-hub';
import { liveSchemaOf } from './subscriptions/live-schema';
import { type SocketServer, serveSockets } from './subscriptions/socket-server';
import type { GatewayMetrics } from './telemetry/gateway.metrics';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly doors: readonly DoorPlace[];
  /** Private Ed25519 key that statements to subgraphs are signed with. */
  readonly signingKey: JWK;
  /** HMAC secret of calls to subgraphs. */
  readonly channelSecret: string;
  /** Public key that marketplace signs account tokens with. */
  readonly accountKey: JWK;
  /** The same for all gateways: cursors of one are good at another. */
  readonly cursorSecret: string;
  /** The outboxes that feed live fields, and what rings when there may be news. */
  readonly logs: readonly EventLog[];
  readonly doorbell: Doorbell;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where everything is counted; nobody reads it when it is not given. */
  readonly metrics?: GatewayMetrics;
  readonly tracing?: Tracing;
  readonly demoAccounts?: readonly DemoAccount[];
  /** Example operations for the playground; `schema/operations` by default. */
  readonly operationsFolder?: string;
  /** The built playground; `dist/playground` by default. */
  readonly playgroundFolder?: string;
  /** Says "Did you mean …?" no more; for graphs whose schema is not public. */
  readonly hideSchemaDetails?: boolean;
  readonly fetchLimits?: FetchLimits;
  /** How operations are planned; in a thread of their own by default. */
  readonly openPlanner?: OpenPlanner;
  /** What else must be done before `/readyz` sends clients here, e.g. the demo data. */
  readonly alsoReady?: ReadyCheck;
}

export interface RunningGateway {
  readonly server: Server;
  readonly port: number;
  /** Takes a newer supergraph without dropping clients. Refused with the reason when it cannot be loaded. */
  replaceSupergraph(sdl: string): Promise<void>;
  /** From now on `/readyz` says 503; requests end, sockets close with 1012, then everything stops. */
  close(): Promise<void>;
}

const MAX_LAG_MS = 30_000;
const IDLE_MS = 30_000;

/** Starts the one public door. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { clock, log } = options;
  const signer = new StatementSigner(options.signingKey, clock);
  const doors = openDoors(options.doors, {
    signer,
    channelSecret: options.channelSecret,
    clock,
    log,
    limits: options.fetchLimits,
  });
  const supergraph = await SupergraphHolder.open(options.supergraphSdl, {
    sources: doors.sources,
    openPlanner: options.openPlanner ?? workerPlanners(),
    log,
  });
  const graphql = makeGraphqlServer(
    new ExecutorGateway(supergraph),
    log,
    options.hideSchemaDetails ?? false,
  );
  const keys = new DoorKeyDirectory(doors.byName.get('merchant-services'));
  const callers = new CallerService({ accountKey: options.accountKey, keys, clock, log });
  const runLive = liveRunner(supergraph, log);
  const hub = new LiveHub({
    ...options,
    run: ({ query, variables, operationName }, viewer, grants) =>
      runLive({ query, variables, operationName }, { ...callContext(viewer, 'live'), grants }),
    heard: (fact) => {
      callers.heard(fact);
    },
  });
  supergraph.onChange((generation) => {
    hub.onGeneration(liveSchemaOf(generation, MAX_TOKENS));
  });
  await graphql.start();
  hub.start();
  const operations = options.operationsFolder ?? join(process.cwd(), 'schema/operations');
  const readiness = new Readiness(checks(hub, doors, options.alsoReady));
  const app = httpApp({
    graphql,
    callers,
    readiness,
    receivers: doors.receivers,
    playground: playground({
      folder: options.playgroundFolder ?? join(process.cwd(), 'dist/playground'),
      operations,
      demoAccounts: options.demoAccounts ?? [],
      supergraphSdl: () => supergraph.current.sdl,
    }),
    schemaSdl: () => printSchema(supergraph.current.schema),
    log,
  });
  const ordinary = ordinaryRequests({ path: GRAPHQL_PATH, graphql, callers, log });
  const server = createServer((request, response) => {
    if (!ordinary(request, response)) app(request, response);
  });
  const sockets = openSockets(server, { hub, supergraph, callers, graphql, clock, log });
  const examples = readOperations(operations).map(({ query: source }) => ({
    source,
    operationName: undefined,
  }));
  void supergraph.current.warm(examples); // a first click should not wait for planning
  const port = await listen(server, options.port, options.host ?? '127.0.0.1');
  return {
    server,
    port,
    replaceSupergraph: (sdl) => supergraph.replace(sdl),
    close: closer({ server, readiness, sockets, hub, graphql, doors }),
  };
}

function openSockets(
  server: Server,
  parts: {
    readonly hub: LiveHub;
    readonly supergraph: SupergraphHolder;
    readonly callers: CallerService;
    readonly graphql: ApolloServer<CallContext>;
    readonly clock: Clock;
    readonly log: Logger;
  },
): SocketServer {
  const { hub, supergraph, callers, graphql, clock, log } = parts;
  const run = runner(graphql);
  return serveSockets({
    server,
    path: GRAPHQL_PATH,
    hub,
    schema: () => liveSchemaOf(supergraph.current, MAX_TOKENS),
    identify: (authorization, { headers }) =>
      callers.identify(authorization, correlationIdFrom(headers['x-correlation-id'])),
    isExpiry,
    operationViewer: ({ correlationId: _ofTheSocket, ...who }: Viewer) =>
      makeViewer({ ...who, correlationId: correlationIdFrom(undefined) }),
    run: ({ query, variables, operationName }, viewer) =>
      run(
        { query, variables: variables ?? {}, operationName: operationName ?? undefined },
        callContext(viewer, 'socket'),
      ),
    guard: ({ document, operation, given }) => {
      refuseLargeDocuments(document, operation);
      refuseCardNumbers(document, given);
    },
    mask: (error, { correlationId }) => {
      const formatted = error.toJSON();
      if (isFault(formatted)) log.error({ err: error, correlationId }, 'fault on a socket');
      return maskError(formatted, correlationId);
    },
    clock,
    log,
  });
}

function checks(hub: LiveHub, doors: DoorSet, also?: ReadyCheck): ReadyCheck[] {
  return [
    ...(also ? [also] : []),
    ...hub.tails.map((tail) => ({
      name: `log tail ${tail.source}`,
      kind: 'needed' as const,
      check: () => tail.lagMs() < MAX_LAG_MS,
    })),
    ...[...doors.ready].map(([name, check]) => ({ name, kind: 'subgraph' as const, check })),
  ];
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function closer(parts: {
  readonly server: Server;
  readonly readiness: Readiness;
  readonly sockets: SocketServer;
  readonly hub: LiveHub;
  readonly graphql: ApolloServer<CallContext>;
  readonly doors: DoorSet;
}): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const { server, readiness, sockets, hub, graphql, doors } = parts;
    readiness.drain();
    await sockets.drain();
    const ended = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    server.closeIdleConnections();
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, IDLE_MS);
    await ended;
    clearTimeout(timer);
    await hub.stop();
    await graphql.stop();
    await doors.close();
  };
  return () => (closing ??= close());
}
