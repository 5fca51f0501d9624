import type { Migrations } from '#kernel/db/migrate';
import { FULFILLMENT } from './migrations/0001-fulfillment';
import { TRACKING } from './migrations/0002-tracking';
import { CARRIERS } from './migrations/0003-carriers';
import { PERFORMANCE } from './migrations/0004-performance';

export const fulfillmentMigrations: Migrations = {
  schema: 'fulfillment',
  role: 'tradegraph_fulfillment',
  steps: [
    { at: 1_790_000_000_001, name: 'Fulfillment', sql: FULFILLMENT },
    { at: 1_790_000_000_002, name: 'Tracking', sql: TRACKING },
    { at: 1_790_000_000_003, name: 'Carriers', sql: CARRIERS },
    { at: 1_790_000_000_004, name: 'Performance', sql: PERFORMANCE },
  ],
};
