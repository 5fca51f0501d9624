import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { KERNEL_TABLES } from '#kernel/db/kernel.tables';
import { migrate } from '#kernel/db/migrate';
import { allMigrations, type NamedMigrations } from '../migrations';
import { startTestServer } from './test-server';

const KEPT_TEMPLATES = 8;

/**
 * jest's global set-up: a server (the one of TEST_DATABASE_ADMIN, else a throw-away one) and on it
 * a template with all migrations of all subgraphs, which every test file clones. Workers find both
 * through TEST_DATABASE_ADMIN and TEST_DATABASE_TEMPLATE.
 */
export default async function setUp(): Promise<void> {
  if (process.env['TEST_DATABASE_TEMPLATE'] !== undefined) return; // a second project of this run
  const admin = (process.env['TEST_DATABASE_ADMIN'] ??= await startTestServer());
  process.env['TEST_DATABASE_TEMPLATE'] = await templateFor(admin, await allMigrations());
}

/** The name says which migrations it holds, so checkouts that share a server never mix. */
async function templateFor(admin: string, all: readonly NamedMigrations[]): Promise<string> {
  const name = `tradegraph_template_${digest(all)}`;
  const client = new Client({ connectionString: admin });
  await client.connect();
  try {
    // Held until this connection ends: of several runs at once the first builds, the others wait.
    await client.query(`select pg_advisory_lock(hashtext('tradegraph template'))`);
    if (await isComplete(client, name)) return name;
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
    const url = new URL(`/${name}`, admin).href;
    for (const { migrations } of all) await migrate(url, migrations);
    await client.query(`comment on database ${name} is 'complete'`);
    // A connection left open to it would block every clone.
    await client.query(`alter database ${name} allow_connections false`);
    await dropOldTemplates(client);
    return name;
  } finally {
    await client.end();
  }
}

function digest(all: readonly NamedMigrations[]): string {
  const code = ['migrate', 'kernel.tables'].map((file) =>
    readFileSync(join(__dirname, '../../subgraphs/kernel/db', `${file}.ts`), 'utf8'),
  );
  const hash = createHash('sha256').update(JSON.stringify([KERNEL_TABLES, all, code]));
  return hash.digest('hex').slice(0, 16);
}

async function isComplete(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ comment: string | null }>(
    `select shobj_description(oid, 'pg_database') as comment from pg_database where datname = $1`,
    [name],
  );
  return rows[0]?.comment === 'complete';
}

async function dropOldTemplates(client: Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where datname ~ '^tradegraph_template_'
     order by oid desc offset $1`,
    [KEPT_TEMPLATES],
  );
  for (const { datname } of rows) {
    // One that is being cloned right now cannot be dropped; the next run will.
    await client.query(`drop database if exists ${datname}`).catch(() => undefined);
  }
}
