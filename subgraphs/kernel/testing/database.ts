import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { type Clock, systemClock } from '../clock/clock';
import { Database } from '../db/database';

/** Set by jest's global set-up: the server for tests and the database that all migrations have run on. */
const admin = (): string => required('TEST_DATABASE_ADMIN');
const template = (): string => required('TEST_DATABASE_TEMPLATE');

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A fresh copy of the template: all tables of all subgraphs, no rows. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await run(admin(), `create database ${name} template ${template()}`);
  return {
    url: new URL(`/${name}`, admin()).href,
    drop: async () => {
      await run(admin(), `drop database ${name} with (force)`);
    },
  };
}

/** A subgraph's database on a fresh clone, acting as its own role as in production. */
export async function openTestDatabase(
  schema: string,
  clock: Clock = systemClock,
): Promise<{ db: Database; url: string; close: () => Promise<void> }> {
  const clone = await cloneDatabase();
  const db = await Database.open({ url: clone.url, schema, role: `tradegraph_${schema}`, clock });
  return {
    db,
    url: clone.url,
    close: async () => {
      await db.close();
      await clone.drop();
    },
  };
}

/** Runs SQL as the server's superuser, for looking and breaking from outside. */
export async function run(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run through jest's db project`);
  return value;
}
