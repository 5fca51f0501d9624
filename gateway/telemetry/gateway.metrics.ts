import { Registry } from 'prom-client';
import { FetchMetrics } from './fetch.metrics';
import { LiveMetrics } from './live.metrics';
import { RequestMetrics } from './request.metrics';

/**
 * What one gateway counts, for Prometheus. No label holds an id, a name that a client chose or anything else without an
 * end: each metric has a bounded number of series.
 */
export class GatewayMetrics {
  readonly registry = new Registry();
  readonly requests = new RequestMetrics(this.registry);
  readonly fetches = new FetchMetrics(this.registry);
  readonly live = new LiveMetrics(this.registry);
}
