import type { Migrations } from '#kernel/db/migrate';
import { MERCHANTS } from './migrations/0001-merchants';
import { COST_BUDGET } from './migrations/0002-cost-budget';

export const merchantServicesMigrations: Migrations = {
  schema: 'merchant_services',
  role: 'tradegraph_merchant_services',
  steps: [
    { at: 1_790_000_000_001, name: 'Merchants', sql: MERCHANTS },
    { at: 1_790_000_000_002, name: 'CostBudget', sql: COST_BUDGET },
  ],
};
