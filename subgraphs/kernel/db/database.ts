import { createHash } from 'node:crypto';
import { DatabaseError, type Pool, type PoolClient, types as pgTypes } from 'pg';
import { DataSource, type EntitySchema, type MixedList } from 'typeorm';
import type { Viewer } from '../auth/viewer';
import type { Clock } from '../clock/clock';
import type { NewFact } from '../events/fact';
import { appendFacts } from '../events/outbox';
import { type Tracing, noTracing } from '../telemetry/tracing';

/** A row as PostgreSQL returns it: columns are named like the entity's properties, so no mapper is needed. */
export type Row = object;

/** Something that runs SQL: the database itself (one statement, autocommit) or a transaction. */
export interface Queries {
  /** Runs a prepared statement (named by its text) and returns all rows. bigint columns are `bigint`. */
  query<R extends Row>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** The first row, if any. */
  first<R extends Row>(text: string, values?: readonly unknown[]): Promise<R | undefined>;
}

/** One READ COMMITTED transaction. Facts told in it are written to the outbox just before the commit. */
export interface Tx extends Queries {
  /** Who acts: becomes the facts' actor and correlation id. */
  readonly viewer: Viewer;
  /** The transaction's instant from the injected clock: business SQL takes it as a parameter. */
  readonly now: Date;
  /** Tells a fact: it is committed together with the change, or not at all. */
  publish(...facts: NewFact[]): void;
  /** Runs after a successful commit only. */
  afterCommit(run: () => void): void;
}

export interface DatabaseOptions {
  readonly url: string;
  /** The subgraph's PostgreSQL schema; it is the whole search path. */
  readonly schema: string;
  /** A role to act as: the subgraph's own, with no rights in the other schemas. */
  readonly role?: string;
  readonly clock: Clock;
  readonly entities?: MixedList<EntitySchema | (new () => object)>;
  readonly poolSize?: number;
  readonly tracing?: Tracing;
  /** Called after a commit that told facts. */
  readonly onFacts?: () => void;
}

const RETRIED = new Set([
  ...['40001', '40P01', '08000', '08003', '08006', '57P01', '57P02', '57P03'],
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE'],
]);
const MAX_ATTEMPTS = 5;

const bigintParser = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === 20
      ? BigInt
      : (pgTypes.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
};

/** A subgraph's own database: a TypeORM data source whose pool runs named statements. */
export class Database implements Queries {
  private constructor(
    readonly source: DataSource,
    private readonly pool: Pool,
    private readonly options: DatabaseOptions,
  ) {}

  static async open(options: DatabaseOptions): Promise<Database> {
    const source = await new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      entities: options.entities ?? [],
      installExtensions: false,
      poolSize: options.poolSize ?? 8,
      poolErrorHandler: () => undefined,
      connectTimeoutMS: 10_000,
      extra: { types: bigintParser, options: sessionOptions(options) },
    }).initialize();
    const pool = (source.driver as unknown as { master: Pool }).master;
    // A lost connection fails what is asked on it; without a listener its last words would end the process too.
    pool.on('connect', (client) => client.on('error', ignore));
    const first = await pool.connect(); // made before we could listen
    first.on('error', ignore).release();
    return new Database(source, pool, options);
  }

  get schema(): string {
    return this.options.schema;
  }

  get clock(): Clock {
    return this.options.clock;
  }

  /** Connections at the moment: all, those that do nothing, and callers that wait for one. */
  get poolUse(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.pool;
    return { total, idle, waiting };
  }

  async query<R extends Row>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.pool.query(named(text, values))).rows as R[];
  }

  async first<R extends Row>(text: string, values?: readonly unknown[]): Promise<R | undefined> {
    return (await this.query<R>(text, values))[0];
  }

  /**
   * Runs a use case in one transaction; throwing rolls everything back. Serialization failures, deadlocks and lost
   * connections before the commit are retried with jitter, so the function may run more than once.
   */
  transaction<T>(viewer: Viewer, run: (tx: Tx) => Promise<T>): Promise<T> {
    const { tracing = noTracing, schema } = this.options;
    if (!tracing.on) return this.attempts(viewer, run);
    const attributes = { 'db.system.name': 'postgresql', 'db.namespace': schema };
    return tracing.span('transaction', { kind: 'CLIENT', attributes }, () =>
      this.attempts(viewer, run),
    );
  }

  private async attempts<T>(viewer: Viewer, run: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(viewer, run);
      } catch (error) {
        if (attempt >= MAX_ATTEMPTS || !isRetried(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
      }
    }
  }

  /** A connection of one's own, for a session lock or LISTEN. The caller releases it. */
  connect(): Promise<PoolClient> {
    return this.pool.connect();
  }

  close(): Promise<void> {
    return this.source.destroy();
  }

  private async once<T>(viewer: Viewer, run: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error): void => {
      broken = error;
    };
    client.on('error', onError);
    try {
      const tx = new Transaction(client, viewer, this.options.clock.now());
      await client.query(BEGIN);
      const result = await run(tx);
      const told = await appendFacts(tx, tx.facts);
      await commit(client);
      for (const callback of tx.callbacks) callback();
      if (told) this.options.onFacts?.();
      return result;
    } catch (error) {
      const lost = broken !== undefined && !(error instanceof CommitUnknownError);
      await client.query('rollback').catch((failure: unknown) => (broken = failure as Error));
      throw lost ? new ConnectionLostError(error) : error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

/**
 * A lost connection during COMMIT leaves the outcome open: it must not be retried blindly here. An error that the
 * server reports (a deferred constraint, a serialization failure) is an answer: it has rolled back.
 */
async function commit(client: PoolClient): Promise<void> {
  try {
    await client.query('commit');
  } catch (error) {
    const answered = error instanceof DatabaseError && !/^(08|57P)/.test(error.code ?? '08');
    throw answered ? error : new CommitUnknownError(error);
  }
}

/** The connection broke while committing: the change may or may not be there. Idempotency keys settle it. */
export class CommitUnknownError extends Error {
  constructor(cause: unknown) {
    super('the outcome of the commit is not known', { cause });
    this.name = 'CommitUnknownError';
  }
}

/** The connection broke before the commit, so nothing was changed. */
class ConnectionLostError extends Error {
  constructor(cause: unknown) {
    super('the connection to the database was lost', { cause });
    this.name = 'ConnectionLostError';
  }
}

const ignore = (): void => undefined;

/**
 * A use case finds its rows by key, so one plan fits all values: planning each time took a third of a release. Lists
 * are asked outside of transactions, where the planner looks at the values.
 */
const BEGIN = 'begin; set local plan_cache_mode = force_generic_plan';

class Transaction implements Tx {
  readonly facts: NewFact[] = [];
  readonly callbacks: (() => void)[] = [];

  constructor(
    private readonly client: PoolClient,
    readonly viewer: Viewer,
    readonly now: Date,
  ) {}

  async query<R extends Row>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.client.query(named(text, values))).rows as R[];
  }

  async first<R extends Row>(text: string, values?: readonly unknown[]): Promise<R | undefined> {
    return (await this.query<R>(text, values))[0];
  }

  publish(...facts: NewFact[]): void {
    this.facts.push(...facts);
  }

  afterCommit(run: () => void): void {
    this.callbacks.push(run);
  }
}

const names = new Map<string, string>();

/** Prepared statements are 37–63 % faster than unnamed ones; the name is a digest of the text. */
function named(text: string, values: readonly unknown[]) {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url');
    names.set(text, name);
  }
  return { name, text, values: [...values] };
}

function isRetried(error: unknown): boolean {
  if (error instanceof CommitUnknownError) return false;
  if (error instanceof ConnectionLostError) return true;
  const { code, message } = error as { code?: string; message?: string };
  return (code !== undefined && RETRIED.has(code)) || /^Connection terminated/.test(message ?? '');
}

// A transaction that goes on for long holds back everybody who reads by transaction horizon.
const sessionOptions = ({ schema, role }: DatabaseOptions): string =>
  `-c search_path=${schema},public -c timezone=UTC -c idle_in_transaction_session_timeout=10000` +
  ' -c transaction_timeout=30000' +
  (role === undefined ? '' : ` -c role=${role}`);
