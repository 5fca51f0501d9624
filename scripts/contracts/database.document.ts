import type { Client } from 'pg';

const COLUMNS = `
  select c.oid::int as "tableId", a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as fallback, a.attidentity as identity,
    a.attgenerated as generated, co.collname as "collation"
  from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_collation co on co.oid = a.attcollation and co.collname <> 'default'
  where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
  order by a.attnum`;
const TABLES = `
  select c.oid::int as id, c.relname as name, obj_description(c.oid, 'pg_class') as about,
    array_to_string(c.reloptions, ', ') as options, pg_get_partkeydef(c.oid) as "partitionKey"
  from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p')
  order by c.relname collate "C"`;
// A not-null constraint says what the column already says.
const CONSTRAINTS = `
  select conrelid::int as "tableId", conname as name, pg_get_constraintdef(oid, true) as text
  from pg_constraint where connamespace = $1::regnamespace and contype <> 'n' and conrelid <> 0
  order by contype desc, conname collate "C"`;
const INDEXES = `
  select i.indrelid::int as "tableId", pg_get_indexdef(i.indexrelid) as text
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where c.relnamespace = $1::regnamespace
    and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  order by c.relname collate "C"`;
const TRIGGERS = `
  select t.tgrelid::int as "tableId", pg_get_triggerdef(t.oid, true) as text
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where c.relnamespace = $1::regnamespace and not t.tgisinternal order by t.tgname collate "C"`;
const TYPES = `
  select format_type(t.oid, null) as name, string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) as labels
  from pg_type t join pg_enum e on e.enumtypid = t.oid
  where t.typnamespace = $1::regnamespace group by t.oid order by 1`;
const VIEWS = `
  select c.relname as name, c.relkind as kind, pg_get_viewdef(c.oid, true) as text
  from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('v', 'm') order by c.relname collate "C"`;
const FUNCTIONS = `
  select pg_get_functiondef(p.oid) as text from pg_proc p
  where p.pronamespace = $1::regnamespace and p.prokind in ('f', 'p')
    and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;

interface Column {
  tableId: number;
  name: string;
  type: string;
  required: boolean;
  fallback: string | null;
  identity: string;
  generated: string;
  collation: string | null;
}
interface Table {
  id: number;
  name: string;
  about: string | null;
  options: string | null;
  partitionKey: string | null;
}
interface OnTable {
  tableId: number;
  name: string;
  text: string;
}

/** schema/database/<schema>.sql: what a freshly migrated schema holds, from the catalog, in a stable order. */
export async function databaseDocument(client: Client, schema: string): Promise<string> {
  const rows = async <R>(text: string): Promise<R[]> =>
    (await client.query(text, [schema])).rows as R[];
  await client.query(`set search_path = ${schema}, public`);
  const types = await rows<{ name: string; labels: string }>(TYPES);
  const columns = await rows<Column>(COLUMNS);
  const constraints = await rows<OnTable>(CONSTRAINTS);
  const others = [...(await rows<OnTable>(INDEXES)), ...(await rows<OnTable>(TRIGGERS))];
  const tables = (await rows<Table>(TABLES)).map((table) =>
    tableText(
      table,
      columns.filter(({ tableId }) => tableId === table.id),
      constraints.filter(({ tableId }) => tableId === table.id),
      others.filter(({ tableId }) => tableId === table.id),
    ),
  );
  const views = (await rows<{ name: string; kind: string; text: string }>(VIEWS)).map(
    ({ name, kind, text }) =>
      `create ${kind === 'm' ? 'materialized ' : ''}view ${quoted(name)} as\n${text.trim()}`,
  );
  const functions = (await rows<{ text: string }>(FUNCTIONS)).map(({ text }) => `${text.trim()};`);
  const head = `-- Schema ${schema}, as all its migrations leave it. Generated: change a migration, never this file.`;
  const typeTexts = types.map(({ name, labels }) => `create type ${name} as enum (${labels});`);
  return `${[head, ...typeTexts, ...tables, ...views, ...functions].join('\n\n')}\n`;
}

function tableText(
  table: Table,
  columns: readonly Column[],
  constraints: readonly OnTable[],
  others: readonly OnTable[],
): string {
  const lines = [
    ...columns.map(columnText),
    ...constraints.map(({ name, text }) => `constraint ${quoted(name)} ${text}`),
  ];
  const name = quoted(table.name);
  const partition = table.partitionKey === null ? '' : ` partition by ${table.partitionKey}`;
  const options = table.options === null || table.options === '' ? '' : ` with (${table.options})`;
  return [
    `create table ${name} (\n  ${lines.join(',\n  ')}\n)${partition}${options};`,
    ...(table.about === null
      ? []
      : [`comment on table ${name} is '${table.about.replaceAll("'", "''")}';`]),
    ...others.map(({ text }) => `${text};`),
  ].join('\n');
}

function columnText(column: Column): string {
  const { name, type, required, fallback, identity, generated } = column;
  const parts = [quoted(name), type];
  if (column.collation !== null) parts.push(`collate "${column.collation}"`);
  if (required) parts.push('not null');
  if (identity === 'a') parts.push('generated always as identity');
  if (identity === 'd') parts.push('generated by default as identity');
  if (generated === 's') parts.push(`generated always as (${fallback ?? ''}) stored`);
  else if (generated === 'v') parts.push(`generated always as (${fallback ?? ''}) virtual`);
  else if (fallback !== null) parts.push(`default ${fallback}`);
  return parts.join(' ');
}

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`);
