import { realpathSync, writeFileSync } from 'node:fs';
import { Client } from 'pg';
import { openFolder } from '../folders';
import { canListen } from '../free-port';
import { reasonOf, StartProblem } from '../start-problem';
import { choosePort, prepareCluster, type ClusterFolder } from './cluster-folder';
import { lockFolder } from './folder-lock';
import { findRunning, launch, type Postmaster, stopPostmaster, urlOf } from './postmaster';
import { isAlive, within } from './process-facts';

/** How to run an embedded PostgreSQL. */
export interface EmbeddedOptions {
  /** Holds the cluster, the generated password (mode 600), the port and the server's log. */
  readonly dataDir: string;
  /** A fixed port; without it a free one, remembered in the data folder. */
  readonly port?: number;
  /** False only for throw-away test data: then a power cut may lose the database. */
  readonly durable?: boolean;
  readonly log: (line: string) => void;
}

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  /** Superuser address of the database `tradegraph`; it stays the same over restarts. */
  readonly url: string;
  readonly port: number;
  /** The server process of this moment. */
  readonly pid: number;
  /** Stops the server and gives the folder free. May be called again. */
  stop(): Promise<void>;
}

const DATABASE = 'tradegraph';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  // A client that forgets its transaction must not hold locks and old rows for ever.
  idle_in_transaction_session_timeout: '10s',
  log_checkpoints: 'off',
};
const THROW_AWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts a real PostgreSQL in a folder, or adopts the one that still runs there because we were
 * killed, and makes sure the database exists. Throws a StartProblem with one clear line.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const opened = await open(options);
  const { folder, server, release } = opened;
  return {
    url: urlOf(folder, server.port, DATABASE),
    port: server.port,
    pid: server.pid,
    stop: async () => {
      await stopPostmaster(server.pid);
      release();
    },
  };
}

/**
 * The same, and starts the server again whenever it dies (PostgreSQL recovers from its log), on
 * the same port, until stop().
 */
export async function keepRunning(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { folder, server, release } = await open(options);
  let current = server;
  const end = new AbortController();
  const over = (): boolean => end.signal.aborted;
  const watching = (async () => {
    while (!over()) {
      await within(Infinity, () => over() || !isAlive(current.pid), 200);
      if (!over()) current = await revive(folder, current, options, over);
    }
  })();
  return {
    url: urlOf(folder, server.port, DATABASE),
    port: server.port,
    get pid() {
      return current.pid;
    },
    stop: async () => {
      end.abort();
      await watching;
      await stopPostmaster(current.pid);
      release();
    },
  };
}

/** Tries until the server is back on its port or it is `over`. */
async function revive(
  folder: ClusterFolder,
  dead: Postmaster,
  options: EmbeddedOptions,
  over: () => boolean,
): Promise<Postmaster> {
  options.log(`PostgreSQL (process ${String(dead.pid)}) is gone: starting it again`);
  while (!over()) {
    try {
      const revived = await launch(folder, dead.port, settingsOf(options));
      options.log(`PostgreSQL runs again (process ${String(revived.pid)})`);
      return revived;
    } catch (thrown) {
      // Processes of the dead server may hold its memory for a moment: try again.
      options.log(reasonOf(thrown));
      await within(500, over);
    }
  }
  return dead;
}

interface Opened {
  readonly folder: ClusterFolder;
  readonly server: Postmaster;
  readonly release: () => void;
}

async function open(options: EmbeddedOptions): Promise<Opened> {
  const dataDir = realpathSync(openFolder(options.dataDir)); // one name, whatever links lead here
  const release = lockFolder(dataDir);
  try {
    const folder = prepareCluster(dataDir, options.durable !== false, options.log);
    const server = (await findRunning(folder)) ?? (await launchOnFreePort(folder, options));
    try {
      await createDatabase(folder, server.port);
    } catch (thrown) {
      await stopPostmaster(server.pid);
      throw thrown;
    }
    writeFileSync(folder.portFile, String(server.port));
    return { folder, server, release };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

function settingsOf(options: EmbeddedOptions): Readonly<Record<string, string>> {
  return options.durable === false ? { ...SETTINGS, ...THROW_AWAY } : SETTINGS;
}

async function launchOnFreePort(
  folder: ClusterFolder,
  options: EmbeddedOptions,
): Promise<Postmaster> {
  if (options.port !== undefined && (await canListen(options.port)) === undefined) {
    throw new StartProblem(`Port ${String(options.port)} for PostgreSQL is in use.`);
  }
  const deadline = performance.now() + 20_000;
  for (;;) {
    const port = options.port ?? (await choosePort(folder.portFile));
    try {
      return await launch(folder, port, settingsOf(options));
    } catch (thrown) {
      // The port was taken meanwhile, or processes of a killed server have not ended yet.
      const passing = /bind|shared memory|TCP\/IP socket/.test(reasonOf(thrown));
      if (!passing || performance.now() > deadline) throw thrown;
      await within(500, () => false);
    }
  }
}

async function createDatabase(folder: ClusterFolder, port: number): Promise<void> {
  const client = new Client({ connectionString: urlOf(folder, port, 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
