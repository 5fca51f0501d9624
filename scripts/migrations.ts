import type { Migrations } from '#kernel/db/migrate';
import { fulfillmentMigrations } from '../subgraphs/fulfillment/fulfillment.migrations';
import { marketplaceMigrations } from '../subgraphs/marketplace/marketplace.migrations';
import { merchantServicesMigrations } from '../subgraphs/merchant-services/merchant-services.migrations';
import { paymentsMigrations } from '../subgraphs/payments/payments.migrations';

/** The subgraphs, in the order in which they are migrated and started. */
export const SUBGRAPHS = ['marketplace', 'payments', 'fulfillment', 'merchant-services'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** One subgraph with its migrations. */
export interface NamedMigrations {
  readonly name: SubgraphName;
  readonly migrations: Migrations;
}

const MIGRATIONS: Readonly<Record<SubgraphName, Migrations>> = {
  marketplace: marketplaceMigrations,
  payments: paymentsMigrations,
  fulfillment: fulfillmentMigrations,
  'merchant-services': merchantServicesMigrations,
};

/** PostgreSQL schema of a subgraph. */
export const schemaOf = (name: SubgraphName): string => MIGRATIONS[name].schema;

/** The migrations of every subgraph, in order. */
export const allMigrations = (): Promise<NamedMigrations[]> =>
  Promise.resolve(SUBGRAPHS.map((name) => ({ name, migrations: MIGRATIONS[name] })));
