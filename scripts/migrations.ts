import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Migrations } from '#kernel/db/migrate';

/** The subgraphs, in the order in which they are migrated and started. */
export const SUBGRAPHS = ['marketplace', 'payments', 'fulfillment', 'merchant-services'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** The migrations of every subgraph: what their `<name>.migrations.ts` export. */
export async function allMigrations(): Promise<Migrations[]> {
  const found: Migrations[] = [];
  for (const name of SUBGRAPHS) {
    const file = join(__dirname, '..', 'subgraphs', name, `${name}.migrations`);
    if (!existsSync(`${file}.ts`) && !existsSync(`${file}.js`)) continue;
    const exported = (await import(file)) as Record<string, unknown>;
    found.push(...Object.values(exported).filter(isMigrations));
  }
  return found;
}

function isMigrations(value: unknown): value is Migrations {
  return typeof value === 'object' && value !== null && 'schema' in value && 'steps' in value;
}
