import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { KERNEL_TABLES } from './kernel.tables';

/** A subgraph's migrations, oldest first. Forward only: a mistake is mended by a new one. */
export interface Migrations {
  readonly schema: string;
  /** Role that the running subgraph acts as. */
  readonly role: string;
  readonly steps: readonly Migration[];
}

export interface Migration {
  /** Milliseconds since 1970, rising: TypeORM orders by it. */
  readonly at: number;
  readonly name: string;
  /** SQL run with the subgraph's schema as search path. */
  readonly sql: string;
}

/** Role that may read every outbox and nothing else: live hubs and consumers of other subgraphs use it. */
export const LOG_READER_ROLE = 'tradegraph_log';

/**
 * Brings one subgraph's schema up to date. Idempotent; safe when several processes start at once (an advisory lock).
 * Needs an owner's URL; the subgraph itself later acts as its own role, which has no rights in other schemas.
 */
export async function migrate(url: string, { schema, role, steps }: Migrations): Promise<string[]> {
  const source = await new DataSource({
    type: 'postgres',
    url,
    schema,
    installExtensions: false,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    extra: { options: `-c search_path=${schema},public` },
    poolSize: 2,
    migrations: [kernelStep(schema), ...steps.map((step) => toTypeOrm(step, schema))],
  }).initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query(`select pg_advisory_lock(hashtext('tradegraph migrate'))`);
    await prepare(lock, schema, role);
    const ran = await source.runMigrations();
    await grant(lock, schema, role);
    return ran.map(({ name }) => name);
  } finally {
    await lock
      .query(`select pg_advisory_unlock(hashtext('tradegraph migrate'))`)
      .catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}

async function prepare(db: QueryRunner, schema: string, role: string): Promise<void> {
  for (const name of [role, LOG_READER_ROLE]) {
    await db.query(`do $$ begin
      create role ${name} nologin;
    exception when duplicate_object or unique_violation then null; end $$`);
  }
  await db.query(`create schema if not exists ${schema}`);
}

/** Tables that only functions may write are listed by the migration itself (`comment on table … is 'functions only'`). */
async function grant(db: QueryRunner, schema: string, role: string): Promise<void> {
  await db.query(`
    grant ${role}, ${LOG_READER_ROLE} to current_user;
    grant usage on schema ${schema} to ${role}, ${LOG_READER_ROLE};
    grant select on ${schema}.outbox, ${schema}."outboxEpoch" to ${LOG_READER_ROLE};
    grant usage on all sequences in schema ${schema} to ${role};
    do $$ declare t record; begin
      for t in select c.oid::regclass as name, obj_description(c.oid, 'pg_class') as about
        from pg_class c where c.relnamespace = '${schema}'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
      loop
        if t.about is not distinct from 'functions only' then
          execute format('grant select on %s to ${role}', t.name);
        else
          execute format('grant select, insert, update, delete on %s to ${role}', t.name);
        end if;
      end loop;
    end $$;
    revoke insert, update, delete on ${schema}.migration from ${role};
    revoke update, delete on ${schema}.outbox from ${role};
    grant execute on all functions in schema ${schema} to ${role}`);
}

const kernelStep = (schema: string) =>
  toTypeOrm({ at: 1_700_000_000_000, name: 'Kernel', sql: KERNEL_TABLES }, schema);

function toTypeOrm({ at, name, sql }: Migration, schema: string): new () => MigrationInterface {
  const title = `${name}${at.toString().padStart(13, '0')}`;
  return class implements MigrationInterface {
    readonly name = title;
    async up(db: QueryRunner): Promise<void> {
      await db.query(`set local search_path = ${schema}, public`);
      await db.query(sql);
    }
    down(): Promise<void> {
      return Promise.reject(new Error('forward only: write a new migration'));
    }
  };
}
