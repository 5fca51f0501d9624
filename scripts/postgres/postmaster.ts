import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { codeOf, reasonOf, StartProblem } from '../start-problem';
import { programOptions, type ClusterFolder } from './cluster-folder';
import { commandLine, isAlive, within } from './process-facts';

/** A PostgreSQL server process of one cluster, started by us or found running. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const START_LIMIT_MS = 60_000;
const LOG_LIMIT_BYTES = 20_000_000;

/** Address of a database of this cluster, as superuser. */
export function urlOf(folder: ClusterFolder, port: number, database: string): string {
  return `postgres://postgres:${folder.password}@127.0.0.1:${String(port)}/${database}`;
}

/** A server of this cluster that still runs, for example after a `kill -9` of our process. */
export async function findRunning(folder: ClusterFolder): Promise<Postmaster | undefined> {
  const file = readPidFile(folder.cluster);
  if (!file || !isAlive(file.pid)) return undefined;
  if (!commandLine(file.pid).includes(folder.cluster)) {
    disarm(folder);
    return undefined;
  }
  // It may still be starting, recovering or shutting down: wait until it answers or has gone.
  const portNow = (): number => readPidFile(folder.cluster)?.port ?? file.port;
  const settled = await within(START_LIMIT_MS, async () => {
    return !isAlive(file.pid) || (await answers(folder, portNow())) === undefined;
  });
  if (!settled) {
    throw new StartProblem(
      `A PostgreSQL server (process ${String(file.pid)}) runs in ${folder.cluster} but does not ` +
        'answer: stop it, then start again.',
    );
  }
  return isAlive(file.pid) ? { pid: file.pid, port: portNow() } : undefined;
}

/** Starts a server on `port`; resolves when it answers. */
export async function launch(
  folder: ClusterFolder,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  const log = openLog(folder.logFile);
  const logStart = statSync(folder.logFile).size;
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(
    folder.binaries.postgres,
    ['-D', folder.cluster, '-p', String(port), ...flags],
    // Its own process group: a Ctrl-C in the terminal is for us, and we stop it in our order.
    { ...programOptions(folder.user), detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const ended: string[] = [];
  child.once('error', (error) => ended.push(reasonOf(error)));
  child.once('exit', (code, signal) => ended.push(`ended with ${String(code ?? signal)}`));
  child.unref();
  const ready = await within(START_LIMIT_MS, async () => {
    return ended.length > 0 || (await answers(folder, port)) === undefined;
  });
  const pid = child.pid;
  if (ended.length === 0 && ready && pid !== undefined) return { pid, port };
  if (pid !== undefined) await stopPostmaster(pid);
  throw new StartProblem(
    `PostgreSQL did not start (${ended[0] ?? 'no answer'}): ` +
      `${lastWords(folder.logFile, logStart)} [${folder.logFile}]`,
  );
}

/** Undefined when the server answers and is the one of this cluster, else the reason. */
async function answers(folder: ClusterFolder, port: number): Promise<string | undefined> {
  const client = new Client({
    connectionString: urlOf(folder, port, 'postgres'),
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => undefined); // a lost connection is an answer, not a crash
  try {
    await client.connect();
    const { rows } = await client.query<{ dir: string }>(
      `select current_setting('data_directory') as dir`,
    );
    const dir = rows[0]?.dir ?? '';
    return realpathSync(dir) === realpathSync(folder.cluster) ? undefined : `serves ${dir}`;
  } catch (thrown) {
    return codeOf(thrown) ?? reasonOf(thrown);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Stops a server: in order (ends connections, writes a checkpoint), at once, by force. */
export async function stopPostmaster(pid: number): Promise<void> {
  const steps: readonly (readonly [NodeJS.Signals, number])[] = [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000],
  ];
  for (const [signal, limitMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      return; // gone already
    }
    if (await within(limitMs, () => !isAlive(pid), 20)) return;
  }
}

/** Stops a server left behind by a killed process in a cluster that nobody will use again. */
export async function stopLeftBehind(cluster: string): Promise<void> {
  const pid = readPidFile(cluster)?.pid;
  if (pid !== undefined && isAlive(pid) && commandLine(pid).includes(cluster)) {
    await stopPostmaster(pid);
  }
}

interface PidFile {
  readonly pid: number;
  /** 0 while the server has not written it yet. */
  readonly port: number;
}

function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, port: Number(lines[3] ?? 0) || 0 } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A pid file left by a crash can name a process that is someone else today; PostgreSQL would then
 * refuse to start. Only the id is replaced (by one that is free): the other lines let PostgreSQL
 * see whether processes of the crashed server still use its shared memory.
 */
function disarm(folder: ClusterFolder): void {
  const file = join(folder.cluster, 'postmaster.pid');
  let free = 4_194_303;
  while (isAlive(free)) free -= 1;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(free)));
}

function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) truncateSync(file, 0);
  return openSync(file, 'a', 0o600);
}

/** What the server said last about why it cannot go on. */
function lastWords(file: string, from: number): string {
  const lines = readFileSync(file).subarray(from).toString('utf8').trim().split('\n');
  const fatal = lines.find((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
  return fatal.replace(/^.*?(FATAL|PANIC):\s*/, '');
}
