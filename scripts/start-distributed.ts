import { resolve } from 'node:path';
import { checkReachable, type DatabaseUrls, databaseUrls } from './databases';
import { startEmbeddedDatabase } from './embedded-database';
import { type Lifecycle, runProgram } from './lifecycle';
import { SUBGRAPHS } from './migrations';
import { portIsFree } from './free-port';
import { RoleProcesses } from './role-processes';
import { loadSecrets, type Secrets, secretsAsEnv } from './secrets';
import { portOf, readSettings, type Settings, settingsHelp } from './settings';
import type { Role } from './settings.table';
import { type OutsideParties, startSimulators } from './simulators';
import { StartProblem } from './start-problem';
import { welcome } from './welcome';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

runProgram(async (life) => {
  const command = readSettings(process.argv.slice(2), process.env);
  if (command.kind === 'help') {
    say(settingsHelp());
    process.exit(0);
  }
  await startAll(life, command.settings);
});

/** Every role as its own process on this machine, with one database and both simulators. */
async function startAll(life: Lifecycle, settings: Settings): Promise<void> {
  const started = performance.now();
  const secrets = loadSecrets({
    env: process.env,
    dataDir: resolve(settings.dataDir),
    role: 'all',
    production: settings.nodeEnv === 'production',
  });
  const ports = rolePorts(settings);
  for (const [role, port] of ports) await refuseUsedPort(role, port, settings.host);
  const embedded =
    settings.databaseUrl === undefined
      ? await startEmbeddedDatabase(life, settings, say)
      : undefined;
  const urls = databaseUrls(settings, settings.databaseUrl ?? embedded);
  await checkReachable(urls);
  // The large parts are loaded only now: what is wrong with the settings is said at once.
  const { migrateAll } = await import('./migrate-all.js');
  await migrateAll(urls, SUBGRAPHS);
  const origin = `http://localhost:${String(portOf(settings, 'gateway'))}`;
  const outside = await startSimulators(life, settings, secrets, origin);
  const demo = settings.demo || (embedded !== undefined && settings.nodeEnv !== 'production');
  const env = environment({ ...settings, demo }, secrets, urls, outside);
  const others = [...ports.keys()].filter((role) => role !== 'gateway');
  const metrics = metricsPorts(settings, ['gateway', ...others]);
  const roles = new RoleProcesses(life, ports, (role) => ({
    ...env,
    METRICS_PORT: metrics.get(role) ?? '',
  }));
  // The gateway comes last and goes first: it must find, and never lose, what it calls.
  await Promise.all(others.map((role) => roles.start(role)));
  await roles.start('gateway');
  roles.obeyParent();
  say(welcome(origin, demo, (performance.now() - started) / 1000));
}

function rolePorts(settings: Settings): Map<Role, number> {
  const portIn = (url: string): number => Number(new URL(url).port);
  return new Map<Role, number>([
    ['marketplace', portIn(settings.marketplaceUrl)],
    ['payments', portIn(settings.paymentsUrl)],
    ['fulfillment', portIn(settings.fulfillmentUrl)],
    ['merchant-services', portIn(settings.merchantServicesUrl)],
    ['worker', portIn(settings.workerUrl)],
    ['gateway', portOf(settings, 'gateway')],
  ]);
}

/** Processes of one machine cannot share a port: they count up from the one that was given. */
function metricsPorts({ metricsPort }: Settings, roles: readonly Role[]): Map<Role, string> {
  if (metricsPort === undefined) return new Map();
  return new Map(
    roles.map((role, i) => [role, String(metricsPort === 0 ? 0 : metricsPort + i)] as const),
  );
}

async function refuseUsedPort(role: Role, port: number, host: string): Promise<void> {
  if (port > 0 && (await portIsFree(port, host, 3000))) return;
  const setting = role === 'gateway' ? 'PORT' : `${role.toUpperCase().replaceAll('-', '_')}_URL`;
  throw new StartProblem(`Port ${String(port)} of the ${role} is in use: set ${setting}.`);
}

function environment(
  settings: Settings,
  secrets: Secrets,
  urls: DatabaseUrls,
  outside: OutsideParties,
): Record<string, string> {
  return {
    ...secretsAsEnv(secrets),
    DATABASE_URL: settings.databaseUrl ?? urls.marketplace,
    MARKETPLACE_DATABASE_URL: urls.marketplace,
    PAYMENTS_DATABASE_URL: urls.payments,
    FULFILLMENT_DATABASE_URL: urls.fulfillment,
    MERCHANT_SERVICES_DATABASE_URL: urls['merchant-services'],
    MARKETPLACE_URL: settings.marketplaceUrl,
    PAYMENTS_URL: settings.paymentsUrl,
    FULFILLMENT_URL: settings.fulfillmentUrl,
    MERCHANT_SERVICES_URL: settings.merchantServicesUrl,
    EVENT_LOG: settings.eventLog ?? (settings.natsUrl === undefined ? 'postgres' : 'jetstream'),
    NATS_URL: settings.natsUrl ?? '',
    NATS_STREAM_MEGABYTES: String(settings.natsStreamMegabytes),
    LIVE_RETENTION_HOURS: String(settings.liveRetentionHours),
    HOST: settings.host,
    DATA_DIR: settings.dataDir,
    ALLOWED_ORIGINS: settings.allowedOrigins?.join(',') ?? '',
    TRUST_PROXY: String(settings.trustProxy),
    COST_LIMIT: String(settings.costLimit),
    COST_BUDGET: String(settings.costBudget),
    COST_RESTORE: String(settings.costRestore),
    GATEWAYS: String(settings.gateways),
    INTROSPECTION: settings.introspection ?? '',
    PERSISTED_OPERATIONS: settings.persistedOperations ?? '',
    PERSISTED_MODE: settings.persistedMode,
    LOG_LEVEL: settings.logLevel,
    METRICS_HOST: settings.metricsHost,
    OTEL_EXPORTER_OTLP_ENDPOINT: settings.otlpEndpoint ?? '',
    NODE_ENV: settings.nodeEnv,
    PSP_URL: outside.pspUrl,
    PSP_DIALECT: settings.pspDialect,
    CARRIER_URL: outside.carrierUrl,
    DEMO: String(settings.demo),
  };
}
