import type { Migrations } from '#kernel/db/migrate';
import { LEDGER } from './migrations/0001-ledger';
import { PAYMENTS } from './migrations/0002-payments';
import { INVARIANTS } from './migrations/0003-invariants';

/** Everything that payments keeps, oldest first. */
export const paymentsMigrations: Migrations = {
  schema: 'payments',
  role: 'tradegraph_payments',
  steps: [
    { at: 1_764_000_000_001, name: 'Ledger', sql: LEDGER },
    { at: 1_764_000_000_002, name: 'Payments', sql: PAYMENTS },
    { at: 1_764_000_000_003, name: 'Invariants', sql: INVARIANTS },
  ],
};
