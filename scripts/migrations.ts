import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Migrations } from '#kernel/db/migrate';

/** The subgraphs, in the order in which they are migrated and started. */
export const SUBGRAPHS = ['marketplace', 'payments', 'fulfillment', 'merchant-services'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** One subgraph with what its `<name>.migrations.ts` exports. */
export interface NamedMigrations {
  readonly name: SubgraphName;
  readonly migrations: Migrations;
}

/** The migrations of every subgraph. */
export async function allMigrations(): Promise<NamedMigrations[]> {
  const found: NamedMigrations[] = [];
  for (const name of SUBGRAPHS) {
    const file = join(__dirname, '..', 'subgraphs', name, `${name}.migrations`);
    if (!existsSync(`${file}.ts`) && !existsSync(`${file}.js`)) continue;
    const exported = (await import(file)) as Record<string, unknown>;
    const migrations = Object.values(exported).find(isMigrations);
    if (migrations) found.push({ name, migrations });
  }
  return found;
}

function isMigrations(value: unknown): value is Migrations {
  return typeof value === 'object' && value !== null && 'schema' in value && 'steps' in value;
}
