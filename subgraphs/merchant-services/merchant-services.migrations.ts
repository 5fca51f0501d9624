import type { Migrations } from '#kernel/db/migrate';
import { MERCHANTS } from './migrations/0001-merchants';

export const merchantServicesMigrations: Migrations = {
  schema: 'merchant_services',
  role: 'tradegraph_merchant_services',
  steps: [{ at: 1_790_000_000_001, name: 'Merchants', sql: MERCHANTS }],
};
