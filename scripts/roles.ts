import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { publicHalf } from '#kernel/auth/keys';
import { StatementVerifier } from '#kernel/auth/statement';
import { systemClock } from '#kernel/clock/clock';
import { httpDoor } from '#kernel/server/http-door';
import { startWorker } from '#kernel/server/worker';
import { SubgraphMetrics } from '#kernel/telemetry/subgraph.metrics';
import type { DoorPlace } from '../gateway/executor/doors';
import { startGateway } from '../gateway/gateway.main';
import type { GatewayOptions } from '../gateway/gateway.options';
import { Manifests } from '../gateway/http/persisted/manifest';
import { GatewayMetrics } from '../gateway/telemetry/gateway.metrics';
import { serveMetrics } from './metrics-port';
import { SUBGRAPHS, type SubgraphName } from './migrations';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './seed/demo.accounts';
import { portOf, type Settings } from './settings';
import { StartProblem } from './start-problem';
import { readSupergraph, watchSupergraph } from './supergraph-file';
import { type PartsOptions, SystemParts } from './system-parts';

/** Demo data: whether it is wanted, and whether it is there. */
export interface Demo {
  readonly wanted: boolean;
  seeded: boolean;
}

/** What `/readyz` calls it. */
const EVENT_LOG = 'event log';

/** Starts what the role says; returns the port it listens on. `/readyz` waits for the demo data. */
export async function startRole(options: PartsOptions, demo: Demo): Promise<number> {
  const { role } = options.settings;
  const parts = await SystemParts.open(options);
  const metrics = new GatewayMetrics();
  switch (role) {
    case 'all':
      await serveMetrics(options, [metrics.registry, await workerMetrics(parts)]);
      await startWorkers(parts, options);
      return startGatewayRole(parts, options, demo, metrics);
    case 'gateway':
      await serveMetrics(options, [metrics.registry]);
      return startGatewayRole(parts, options, demo, metrics);
    case 'worker':
      await serveMetrics(options, [await workerMetrics(parts)]);
      await startWorkers(parts, options);
      return startHealth(parts, options);
    case 'marketplace':
    case 'payments':
    case 'fulfillment':
    case 'merchant-services':
      return startSubgraphRole(parts, options, role);
  }
}

/** What waits in each subgraph, and how far behind its reactions are. */
async function workerMetrics(parts: SystemParts): Promise<Registry> {
  const metrics = new SubgraphMetrics(
    await Promise.all(SUBGRAPHS.map((name) => parts.subgraph(name))),
  );
  metrics.watchInboxes(await parts.logs());
  return metrics.registry;
}

/** Reactions, timers and background loops of all subgraphs. */
async function startWorkers(parts: SystemParts, { life }: PartsOptions): Promise<void> {
  const logs = await parts.logs();
  for (const name of SUBGRAPHS) {
    await parts.relay(name);
    const subgraph = await parts.subgraph(name);
    const others = logs.filter(({ source }) => source !== name);
    await life.start(
      `worker of ${name}`,
      () =>
        Promise.resolve(
          startWorker(subgraph, others, parts.arrivals, parts.logger(`worker ${name}`)),
        ),
      (stop) => stop(),
    );
  }
}

/** One subgraph behind its internal HTTP door. */
async function startSubgraphRole(
  parts: SystemParts,
  options: PartsOptions,
  name: SubgraphName,
): Promise<number> {
  const { secrets } = options;
  const subgraph = await parts.subgraph(name);
  await parts.relay(name); // besides the worker's: facts come as long as one of both lives
  await serveMetrics(options, [new SubgraphMetrics([subgraph]).registry]);
  const key = publicHalf(secrets.statementKey);
  const server = httpDoor({
    subgraph,
    verifier: new StatementVerifier(key, name, systemClock),
    channelSecret: secrets.channelSecret,
    clock: systemClock,
    log: parts.logger(name),
    tracing: parts.tracing,
  });
  return serve(server, name, options);
}

/** `/healthz` and `/readyz` of a process that answers nothing else. */
async function startHealth(parts: SystemParts, options: PartsOptions): Promise<number> {
  const subgraphs = await Promise.all(SUBGRAPHS.map((name) => parts.subgraph(name)));
  const unready = async (): Promise<string[]> => {
    const asked = subgraphs.map(({ name, db }) =>
      db.query('select 1 as one').then(
        () => undefined,
        () => name,
      ),
    );
    const missing = (await Promise.all(asked)).filter((name) => name !== undefined);
    return parts.logIsReachable ? missing : [...missing, EVENT_LOG];
  };
  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.url === '/healthz') answer(200, { alive: true });
    else if (request.url !== '/readyz') answer(404, { error: 'NOT_FOUND' });
    else {
      void unready().then((notReady) => {
        answer(notReady.length === 0 ? 200 : 503, { notReady });
      });
    }
  });
  return serve(server, 'worker', options);
}

async function serve(server: Server, name: string, options: PartsOptions): Promise<number> {
  const { life, settings } = options;
  await life.start(
    name,
    () => listen(server, settings),
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

function listen(server: Server, settings: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new StartProblem(`Port ${String(portOf(settings))}: ${error.message}`));
    });
    server.listen(portOf(settings), settings.host, () => {
      resolve();
    });
  });
}

/** What one caller may ask, as the settings say it. */
function limitsOf(settings: Settings): Pick<GatewayOptions, 'limits' | 'persisted'> {
  const isProduction = settings.nodeEnv === 'production';
  const { persistedOperations: path, persistedMode: mode } = settings;
  return {
    limits: {
      costLimit: settings.costLimit,
      bucket: {
        size: settings.costBudget,
        restorePerSecond: settings.costRestore,
        gateways: settings.gateways,
      },
      introspection: settings.introspection ?? (isProduction ? 'signed-in' : 'public'),
    },
    persisted: { mode, manifests: path === undefined ? undefined : readManifests(path) },
  };
}

function readManifests(path: string): Manifests {
  try {
    return Manifests.read(path);
  } catch (error) {
    throw new StartProblem(`PERSISTED_OPERATIONS cannot be used: ${(error as Error).message}.`);
  }
}

async function startGatewayRole(
  parts: SystemParts,
  options: PartsOptions,
  demo: Demo,
  metrics: GatewayMetrics,
): Promise<number> {
  const { life, settings, secrets } = options;
  const doors = await doorPlaces(parts, settings);
  const logs = await parts.logs();
  const gateway = await life.start(
    'gateway',
    () =>
      startGateway({
        supergraphSdl: readSupergraph(settings.supergraph),
        doors,
        signingKey: secrets.statementKey,
        channelSecret: secrets.channelSecret,
        accountKey: publicHalf(secrets.marketplaceKey),
        cursorSecret: secrets.cursorSecret,
        logs,
        doorbell: parts.arrivals,
        port: portOf(settings),
        host: settings.host,
        allowedOrigins: settings.allowedOrigins,
        trustedProxies: settings.trustProxy,
        ...limitsOf(settings),
        clock: systemClock,
        log: parts.logger('gateway'),
        metrics,
        tracing: parts.tracing,
        demoAccounts: demo.wanted ? demoAccounts() : [],
        alsoReady: [
          { name: 'demo data', kind: 'needed', check: () => demo.seeded || !demo.wanted },
          { name: EVENT_LOG, kind: 'event log', check: () => parts.logIsReachable },
        ],
      }),
    (running) => running.close(),
  );
  await life.start(
    'supergraph file',
    () => {
      const take = (sdl: string): Promise<void> => gateway.replaceSupergraph(sdl);
      return Promise.resolve(watchSupergraph(settings.supergraph, take, parts.logger('gateway')));
    },
    (stop) => {
      stop();
      return Promise.resolve();
    },
  );
  return gateway.port;
}

/** In one process the gateway calls the subgraphs directly; else over HTTP. */
async function doorPlaces(parts: SystemParts, settings: Settings): Promise<DoorPlace[]> {
  if (settings.role === 'all') {
    return Promise.all(SUBGRAPHS.map(async (name) => ({ subgraph: await parts.subgraph(name) })));
  }
  return [
    { name: 'marketplace', url: settings.marketplaceUrl },
    { name: 'payments', url: settings.paymentsUrl },
    { name: 'fulfillment', url: settings.fulfillmentUrl },
    { name: 'merchant-services', url: settings.merchantServicesUrl },
  ];
}

const demoAccounts = () =>
  DEMO_ACCOUNTS.map(({ role, email }) => ({ label: role, email, password: DEMO_PASSWORD }));
