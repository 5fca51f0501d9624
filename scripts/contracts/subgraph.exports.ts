import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLSchema } from 'graphql';
import type { ErrorTable } from '#kernel/errors/refusal';
import type { SubgraphName } from '../migrations';

const root = join(__dirname, '..', '..');

/** What a module of a subgraph exports (`payments`, `errors` -> subgraphs/payments/payments.errors.ts). */
async function exportsOf(file: string): Promise<Record<string, unknown>> {
  if (!existsSync(join(root, `${file}.ts`)) && !existsSync(join(root, `${file}.js`))) {
    throw new Error(`${file}.ts is missing`);
  }
  return (await import(join(root, file))) as Record<string, unknown>;
}

/** Builds a subgraph's schema: its schema module exports one function that does. */
export async function schemaOf(name: SubgraphName): Promise<GraphQLSchema> {
  const file = `subgraphs/${name}/${name}.schema`;
  const build = Object.entries(await exportsOf(file)).find(
    ([key, value]) => key.endsWith('Schema') && typeof value === 'function',
  )?.[1] as (() => Promise<GraphQLSchema>) | undefined;
  const schema: unknown = await build?.();
  if (schema instanceof GraphQLSchema) return schema;
  throw new Error(`${file}.ts exports no function …Schema that builds a GraphQL schema`);
}

/** All error tables that a module exports, as one. */
export async function errorsOf(file: string): Promise<ErrorTable> {
  const tables = Object.values(await exportsOf(file)).filter(isErrorTable);
  return Object.assign({}, ...tables) as ErrorTable;
}

const isErrorTable = (value: unknown): value is ErrorTable =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(
    ([code, text]) => /^[A-Z_0-9]+$/.test(code) && typeof text === 'string',
  );

/** The entity classes that a subgraph lists. */
export async function entitiesOf(name: SubgraphName): Promise<(new () => object)[]> {
  const listed = Object.values(await exportsOf(`subgraphs/${name}/${name}.entities`)).find(
    Array.isArray,
  ) as (new () => object)[] | undefined;
  if (listed === undefined) throw new Error(`${name}.entities.ts exports no list`);
  return listed;
}
