import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ApolloServer } from '@apollo/server';
import { printSchema } from 'graphql';
import type { JWK } from 'jose';
import { StatementSigner } from '#kernel/auth/statement';
import type { Clock } from '#kernel/clock/clock';
import type { Doorbell } from '#kernel/events/doorbell';
import type { EventLog } from '#kernel/events/event-log';
import type { Logger } from '#kernel/server/log';
import { type Tracing, noTracing } from '#kernel/telemetry/tracing';
import { type DoorPlace, type DoorSet, openDoors } from './executor/doors';
import type { FetchLimits } from './executor/sources/subgraph-source';
import { ExecutorGateway } from './executor/apollo-gateway';
import type { OpenPlanner } from './executor/planning/planner';
import { workerPlanners } from './executor/planning/worker-planner';
import { SupergraphHolder } from './executor/supergraph-holder';
import { type CallContext, callContext } from './gateway.context';
import { DoorKeyDirectory } from './http/api-key.adapter';
import { CallerService } from './http/caller.service';
import { refuseCardNumbers } from './http/card-guard';
import { clientNetwork } from './http/client-network';
import { MAX_TOKENS, refuseLargeDocuments } from './http/limits/document-size';
import { type RunOperation, makeGraphqlServer, runner } from './http/graphql-server';
import { type ReadyCheck, Readiness } from './http/health';
import { GRAPHQL_PATH, httpApp } from './http/http-app';
import { liveRunner } from './http/live-runner';
import { isFault, maskError } from './http/masking';
import { ordinaryRequests } from './http/ordinary-requests';
import { type OriginCheck, originCheck } from './http/origin';
import { type DemoAccount, playground, readOperations } from './playground/playground';
import { LiveHub } from './subscriptions/live-hub';
import { liveSchemaOf } from './subscriptions/live-schema';
import type { TransportLimits } from './subscriptions/transports/transport-limits';
import { Transports } from './subscriptions/transports/transports';
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
  readonly transportLimits?: Partial<TransportLimits>;
  /** Origins of pages that may call; any by default. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** How many proxies in front of this one append to `X-Forwarded-For`; 0 by default. */
  readonly trustedProxies?: number;
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
  /** From now on `/readyz` says 503; requests end, sockets close with 1012 and streams end, then everything stops. */
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
    meter: options.metrics?.fetches,
    tracing: options.tracing,
  });
  const supergraph = await SupergraphHolder.open(options.supergraphSdl, {
    sources: doors.sources,
    openPlanner: options.openPlanner ?? workerPlanners(),
    log,
    meter: options.metrics?.requests,
    tracing: options.tracing,
  });
  const graphql = makeGraphqlServer(
    new ExecutorGateway(supergraph, {
      tracing: options.tracing,
      shared: () => options.metrics?.requests.sharedQuery(),
    }),
    log,
    options.hideSchemaDetails ?? false,
    options.metrics?.requests,
  );
  const keys = new DoorKeyDirectory(doors.byName.get('merchant-services'));
  const callers = new CallerService({ accountKey: options.accountKey, keys, clock, log });
  const hub = openHub(options, supergraph, callers);
  await graphql.start();
  hub.start();
  const operations = options.operationsFolder ?? join(process.cwd(), 'schema/operations');
  const isAllowedOrigin = originCheck(options.allowedOrigins);
  const run = runner(graphql);
  const transports = openTransports(options, { hub, supergraph, callers, run, isAllowedOrigin });
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
    isAllowedOrigin,
    sse: transports.sse,
    multipart: transports.multipart,
    log,
  });
  const ordinary = ordinaryRequests({ path: GRAPHQL_PATH, graphql, callers, isAllowedOrigin, log });
  const server = createServer((request, response) => {
    if (!ordinary(request, response)) app(request, response);
  });
  transports.serveSockets(server, GRAPHQL_PATH);
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
    close: closer({ server, readiness, transports, hub, graphql, doors }),
  };
}

/** The hub runs queries on the supergraph in use, and its groups follow to the next one. */
function openHub(
  options: GatewayOptions,
  supergraph: SupergraphHolder,
  callers: CallerService,
): LiveHub {
  const { log, tracing = noTracing } = options;
  const run = liveRunner(supergraph, log);
  const hub = new LiveHub({
    ...options,
    run: ({ query, variables, operationName }, viewer, grants) =>
      tracing.span('deliver', { causedBy: viewer.correlationId }, () =>
        run({ query, variables, operationName }, { ...callContext(viewer, 'live'), grants }),
      ),
    heard: (fact) => {
      callers.heard(fact);
    },
    watch: options.metrics?.live,
  });
  options.metrics?.live.watch(hub, hub.tails);
  supergraph.onChange((generation) => {
    hub.onGeneration(liveSchemaOf(generation, MAX_TOKENS));
  });
  return hub;
}

/** Every transport hands its operations to the same pipeline. */
function openTransports(
  options: GatewayOptions,
  parts: {
    readonly hub: LiveHub;
    readonly supergraph: SupergraphHolder;
    readonly callers: CallerService;
    readonly run: RunOperation;
    readonly isAllowedOrigin: OriginCheck;
  },
): Transports {
  const { hub, supergraph, callers, run, isAllowedOrigin } = parts;
  const { clock, log, trustedProxies = 0 } = options;
  return new Transports({
    pipeline: {
      hub,
      schema: () => liveSchemaOf(supergraph.current, MAX_TOKENS),
      identify: (authorization, id) => callers.identify(authorization, id),
      run: ({ query, variables, operationName }, viewer, transport, signal) =>
        run(
          { query, variables: variables ?? {}, operationName: operationName ?? undefined },
          callContext(viewer, transport, signal),
        ),
      guard: ({ document, operation, given }) => {
        refuseLargeDocuments(document);
        refuseCardNumbers(document, given);
      },
      mask: (error, { correlationId }) => {
        const formatted = error.toJSON();
        if (isFault(formatted)) log.error({ err: error, correlationId }, 'fault on a live stream');
        return maskError(formatted, correlationId);
      },
      clock,
      log,
      watch: options.metrics?.live,
      meter: options.metrics?.requests,
    },
    isAllowedOrigin,
    networkOf: (request) => clientNetwork(request, trustedProxies),
    limits: options.transportLimits,
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
  readonly transports: Transports;
  readonly hub: LiveHub;
  readonly graphql: ApolloServer<CallContext>;
  readonly doors: DoorSet;
}): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const { server, readiness, transports, hub, graphql, doors } = parts;
    readiness.drain();
    await transports.drain();
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
