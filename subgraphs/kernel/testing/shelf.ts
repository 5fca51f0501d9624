import { type Clock, systemClock } from '../clock/clock';
import { Database } from '../db/database';
import { type Migrations, migrate } from '../db/migrate';
import { cloneDatabase } from './database';

/** A tiny subgraph's schema to try the kernel on: two of them can stand side by side. */
export const shelf = (schema: 'shelf' | 'drawer'): Migrations => ({
  schema,
  role: `tradegraph_${schema}`,
  steps: [
    {
      at: 1_750_000_000_000,
      name: 'Things',
      sql: `
        create table thing (name text primary key, amount bigint not null default 0);
        create table sealed (name text primary key);
        comment on table sealed is 'functions only';
        create function seal_thing(_name text) returns void language sql security definer
          as 'insert into ${schema}.sealed values (_name)'`,
    },
  ],
});

export interface Shelves {
  readonly url: string;
  /** A pool acting as the role of `shelf` or `drawer`. */
  open(schema: 'shelf' | 'drawer', clock?: Clock, poolSize?: number): Promise<Database>;
  /** Closes what was opened and drops the database. */
  close(): Promise<void>;
}

/** A database of one's own with both tiny schemas. */
export async function openShelves(): Promise<Shelves> {
  const clone = await cloneDatabase();
  await migrate(clone.url, shelf('shelf'));
  await migrate(clone.url, shelf('drawer'));
  const opened: Database[] = [];
  return {
    url: clone.url,
    open: async (schema, clock = systemClock, poolSize = 8) => {
      const role = `tradegraph_${schema}`;
      const db = await Database.open({ url: clone.url, schema, role, clock, poolSize });
      opened.push(db);
      return db;
    },
    close: async () => {
      await Promise.all(opened.map((db) => db.close()));
      await clone.drop();
    },
  };
}
