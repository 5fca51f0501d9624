import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { migrate } from '#kernel/db/migrate';
import { allMigrations } from '../migrations';
import { startTestServer, stopTestServer } from '../testing/test-server';

/** Runs something on a database on which all migrations have just run, and removes it again. */
export async function onMigratedDatabase<T>(
  run: (client: Client, url: string) => Promise<T>,
): Promise<T> {
  const admin = process.env['TEST_DATABASE_ADMIN'] ?? (await startTestServer());
  const name = `contracts_${randomUUID().replaceAll('-', '')}`;
  try {
    await command(admin, `create database ${name}`);
    const url = new URL(`/${name}`, admin).href;
    for (const { migrations } of await allMigrations()) await migrate(url, migrations);
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return await run(client, url);
    } finally {
      await client.end();
    }
  } finally {
    await command(admin, `drop database if exists ${name} with (force)`);
    await stopTestServer();
  }
}

async function command(admin: string, text: string): Promise<void> {
  const client = new Client({ connectionString: admin });
  await client.connect();
  await client.query(text).finally(() => client.end());
}
