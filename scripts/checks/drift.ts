import type { Client } from 'pg';
import { DataSource, type EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { entitiesOf } from '../contracts/subgraph.exports';
import { onMigratedDatabase } from '../contracts/throw-away-database';
import { allMigrations } from '../migrations';
import { READ_AS, withoutEntity } from './drift.exempt';
import { runCheck } from './report';

/** One column, as an entity declares it or as the database has it. */
export interface ColumnShape {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly primary: boolean;
}

const COLUMNS = `
  select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as nullable, a.attnum = any (coalesce(k.conkey, '{}')) as "primary"
  from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
  where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p')`;

/** Where entities and database differ, in both directions; tables without an entity must be on the list. */
export function driftFindings(
  schema: string,
  declared: readonly ColumnShape[],
  actual: readonly ColumnShape[],
  exempt: ReadonlySet<string>,
): string[] {
  const findings: string[] = [];
  const keyOf = ({ table, column }: ColumnShape): string => `${schema}.${table}.${column}`;
  const inDatabase = new Map(actual.map((column) => [keyOf(column), column]));
  const inEntities = new Map(declared.map((column) => [keyOf(column), column]));
  for (const [key, column] of inEntities) {
    const found = inDatabase.get(key);
    if (found === undefined) findings.push(`${key} is in an entity but not in the database`);
    else findings.push(...differences(key, column, found));
  }
  const withEntity = new Set(declared.map(({ table }) => table));
  for (const [key, { table }] of inDatabase) {
    if (withEntity.has(table) && !inEntities.has(key)) {
      findings.push(`${key} is in the database but not in its entity`);
    }
  }
  const tables = new Set(actual.map(({ table }) => table));
  for (const table of tables) {
    if (withEntity.has(table) === exempt.has(table)) {
      findings.push(
        exempt.has(table)
          ? `${schema}.${table} has an entity, so it is not exempt`
          : `${schema}.${table} has no entity`,
      );
    }
  }
  return findings;
}

function differences(key: string, entity: ColumnShape, database: ColumnShape): string[] {
  return (['type', 'nullable', 'primary'] as const)
    .filter((what) => entity[what] !== database[what])
    .map(
      (what) =>
        `${key}: ${what} is ${entity[what]} in the entity, ${database[what]} in the database`,
    );
}

/** The columns that entities declare, with types named as PostgreSQL names them. */
function declaredColumns(source: DataSource, metadatas: readonly EntityMetadata[]): ColumnShape[] {
  return metadatas.flatMap((metadata) =>
    metadata.columns.map((column) => ({
      table: metadata.tableName,
      column: column.databaseName,
      type: typeOf(source, metadata.tableName, column),
      nullable: column.isNullable,
      primary: column.isPrimary,
    })),
  );
}

/** A declared type as PostgreSQL's catalog writes it. */
function typeOf({ driver }: DataSource, table: string, column: ColumnMetadata): string {
  const known = READ_AS[`${table}.${column.databaseName}`];
  if (known !== undefined) return known;
  const length = column.length === '' ? '' : `(${column.length})`;
  return `${driver.normalizeType(column)}${length}${column.isArray ? '[]' : ''}`;
}

async function findIn(client: Client, url: string): Promise<string[]> {
  const findings: string[] = [];
  for (const { name, migrations } of await allMigrations()) {
    const { schema } = migrations;
    const entities = await entitiesOf(name);
    const source = await new DataSource({
      type: 'postgres',
      url,
      schema,
      entities,
      installExtensions: false,
    }).initialize();
    try {
      const declared = declaredColumns(source, source.entityMetadatas);
      const actual = (await client.query(COLUMNS, [schema])).rows as ColumnShape[];
      findings.push(...driftFindings(schema, declared, actual, new Set(withoutEntity(schema))));
    } finally {
      await source.destroy();
    }
  }
  return findings.sort();
}

if (require.main === module) runCheck('drift', () => onMigratedDatabase(findIn));
