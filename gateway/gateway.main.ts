import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ApolloServer } from '@apollo/server';
import { printSchema } from 'graphql';
import { StatementSigner } from '#kernel/auth/statement';
import { type DoorSet, openDoors } from './executor/doors';
import { ExecutorGateway } from './executor/apollo-gateway';
import { workerPlanners } from './executor/planning/worker-planner';
import { SupergraphHolder } from './executor/supergraph-holder';
import type { CallContext } from './gateway.context';
import { DoorAccountDirectory } from './http/account.adapter';
import { DoorKeyDirectory } from './http/api-key.adapter';
import { CallerService } from './http/caller.service';
import type { Limits } from './http/limits/limits';
import { makeGraphqlServer, runner } from './http/graphql-server';
import type { Readiness } from './http/health';
import { GRAPHQL_PATH, httpApp } from './http/http-app';
import { OperationTeller } from './http/operation-teller';
import { ordinaryRequests } from './http/ordinary-requests';
import { originCheck } from './http/origin';
import { playground, readOperations } from './playground/playground';
import type { LiveHub } from './subscriptions/live-hub';
import type { Transports } from './subscriptions/transports/transports';
import { type Health, openHealth } from './gateway.health';
import { openHub, openTransports } from './gateway.live';
import type { GatewayOptions } from './gateway.options';
import { openLimits } from './http/limits/open-limits';

export interface RunningGateway {
  readonly server: Server;
  readonly port: number;
  /** Takes a newer supergraph without dropping clients. Refused with the reason when it cannot be loaded. */
  replaceSupergraph(sdl: string): Promise<void>;
  /** From now on `/readyz` says 503; requests end, sockets close with 1012 and streams end, then everything stops. */
  close(): Promise<void>;
}

const IDLE_MS = 30_000;

/** What stands behind every transport: the executor, who calls, what they may ask, and what is followed live. */
async function openPipeline(options: GatewayOptions) {
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
  const limits = openLimits(options, supergraph);
  const teller = new OperationTeller(log, options.metrics?.requests, options.tracing);
  const graphql = makeGraphqlServer(
    new ExecutorGateway(supergraph, {
      shared: () => options.metrics?.requests.sharedQuery(),
      admitNew: ({ payer }) => {
        limits.planNew(payer);
      },
    }),
    {
      log,
      hideSchemaDetails: options.hideSchemaDetails ?? false,
      limits,
      teller,
    },
  );
  const keys = new DoorKeyDirectory(doors.byName.get('merchant-services'));
  const accounts = new DoorAccountDirectory(doors.byName.get('marketplace'));
  const callers = new CallerService({ accountKey: options.accountKey, keys, accounts, clock, log });
  const hub = openHub(options, supergraph, callers);
  return { doors, supergraph, limits, graphql, callers, hub, teller };
}

/** Starts the one public door. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { log } = options;
  const pipeline = await openPipeline(options);
  const { doors, supergraph, limits, graphql, hub } = pipeline;
  await graphql.start();
  hub.start();
  const operations = options.operationsFolder ?? join(process.cwd(), 'schema/operations');
  const isAllowedOrigin = originCheck(options.allowedOrigins);
  const run = runner(graphql, pipeline.teller.tracing);
  const transports = openTransports(options, { ...pipeline, run, isAllowedOrigin });
  const health = openHealth(options, { hub, doors });
  const { readiness } = health;
  const app = httpApp({
    ...pipeline,
    readiness,
    receivers: doors.receivers,
    fileKeepers: doors.fileKeepers,
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
  const ordinary = ordinaryRequests({ ...pipeline, path: GRAPHQL_PATH, isAllowedOrigin, log });
  const server = createServer((request, response) => {
    if (!ordinary(request, response)) app(request, response);
  });
  transports.serveSockets(server, GRAPHQL_PATH);
  const examples = readOperations(operations).map(({ query: source }) => ({
    source,
    operationName: undefined,
  }));
  void supergraph.current.warm(examples).then(health.examplesArePlanned);
  const port = await listen(server, options.port, options.host ?? '127.0.0.1');
  return {
    server,
    port,
    replaceSupergraph: (sdl) => supergraph.replace(sdl),
    close: closer({ server, readiness, health, transports, hub, graphql, doors, limits }),
  };
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
  readonly health: Health;
  readonly transports: Transports;
  readonly hub: LiveHub;
  readonly graphql: ApolloServer<CallContext>;
  readonly doors: DoorSet;
  readonly limits: Limits;
}): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const { server, readiness, health, transports, hub, graphql, doors, limits } = parts;
    readiness.drain();
    health.close();
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
    limits.close();
  };
  return () => (closing ??= close());
}
