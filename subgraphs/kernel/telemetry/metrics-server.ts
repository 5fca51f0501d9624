import { type Server, createServer } from 'node:http';
import { Registry, collectDefaultMetrics } from 'prom-client';

/** Figures of the process itself: memory, event loop delay, collections of garbage. One a process: they never end. */
export function processMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 10 });
  return registry;
}

/**
 * `GET /metrics` for Prometheus. It listens on a port of its own, away from clients: the figures say how busy a shop is
 * and which parts of it fail.
 */
export function metricsServer(registries: readonly Registry[]): Server {
  const all = Registry.merge([...registries]);
  return createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    all.metrics().then(
      (text) => response.writeHead(200, { 'content-type': all.contentType }).end(text),
      // A gauge that asks the database fails with it; the scraper notes that there was no answer.
      () => response.writeHead(503).end(),
    );
  });
}
