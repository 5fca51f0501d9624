import type { Migrations } from '#kernel/db/migrate';
import { CATALOGUE_TABLES } from './migrations/0001-catalogue';
import { ORDER_TABLES } from './migrations/0002-orders';
import { ORDER_CONTRACTS } from './migrations/0003-contracts';
import { ORDER_DISPUTES } from './migrations/0004-disputes';

/** Marketplace's tables, oldest first; forward only. */
export const marketplaceMigrations: Migrations = {
  schema: 'marketplace',
  role: 'tradegraph_marketplace',
  steps: [
    { at: 1_795_600_000_001, name: 'Catalogue', sql: CATALOGUE_TABLES },
    { at: 1_795_600_000_002, name: 'Orders', sql: ORDER_TABLES },
    { at: 1_795_600_000_003, name: 'OrderContracts', sql: ORDER_CONTRACTS },
    { at: 1_795_600_000_004, name: 'OrderDisputes', sql: ORDER_DISPUTES },
  ],
};
