import type { Registry } from 'prom-client';
import { metricsServer, processMetrics } from '#kernel/telemetry/metrics-server';
import { codeOf, StartProblem } from './start-problem';
import type { PartsOptions } from './system-parts';

/** Serves a process's metrics on the private port, when one was asked for. */
export async function serveMetrics(
  { life, settings }: PartsOptions,
  registries: readonly Registry[],
): Promise<void> {
  const { metricsPort: port, metricsHost: host } = settings;
  if (port === undefined) return;
  const server = metricsServer([processMetrics(), ...registries]);
  await life.start(
    'metrics',
    () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', (thrown) => {
          const why = codeOf(thrown) ?? thrown.message;
          reject(new StartProblem(`METRICS_PORT=${String(port)} on ${host}: ${why}.`));
        });
        server.listen(port, host, resolve);
      }),
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
}
