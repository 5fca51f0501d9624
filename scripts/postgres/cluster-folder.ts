import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canListen } from '../free-port';
import { codeOf, reasonOf, StartProblem } from '../start-problem';
import { prepareBinaries, type Binaries } from './binaries';
import { chooseUser, closedFolder, type SystemUser } from './unprivileged-user';

/** One PostgreSQL cluster on disk and what is needed to run it. */
export interface ClusterFolder {
  /** PostgreSQL's own folder (PGDATA). */
  readonly cluster: string;
  readonly logFile: string;
  readonly portFile: string;
  readonly password: string;
  readonly user: SystemUser | undefined;
  readonly binaries: Binaries;
}

const CHILD_ENV = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };

/** The environment of PostgreSQL's programs: none of our PG* variables may reach them. */
export function programOptions(user: SystemUser | undefined) {
  return { cwd: '/', env: CHILD_ENV, ...(user && { uid: user.uid, gid: user.gid }) };
}

/** Prepares the programs, the password and, at the first start, the cluster itself. */
export function prepareCluster(
  folder: string,
  durable: boolean,
  log: (line: string) => void,
): ClusterFolder {
  const cluster = join(folder, 'cluster');
  const user = chooseUser(cluster);
  refuseClosedFolder(folder, user);
  const binaries = prepareBinaries(folder, user);
  const prepared: ClusterFolder = {
    cluster,
    logFile: join(folder, 'postgres.log'),
    portFile: join(folder, 'port'),
    password: passwordIn(folder),
    user,
    binaries,
  };
  if (!existsSync(cluster)) {
    log(`creating the database files in ${folder}`);
    createCluster(folder, prepared, durable);
  }
  return prepared;
}

function refuseClosedFolder(folder: string, user: SystemUser | undefined): void {
  if (!user) return;
  chmodSync(folder, 0o755); // ours, and holds nothing open: the password is 600, the cluster 700
  const closed = closedFolder(folder, user);
  if (closed !== undefined) {
    throw new StartProblem(
      `PostgreSQL cannot run as root, and ${user.name} may not enter ${closed}: ` +
        'set DATA_DIR to a folder outside of it.',
    );
  }
}

function passwordIn(folder: string): string {
  const file = join(folder, 'password');
  try {
    if (!existsSync(file)) {
      const draft = `${file}.draft`;
      writeFileSync(draft, randomBytes(24).toString('base64url'), { mode: 0o600 });
      renameSync(draft, file);
    }
    return readFileSync(file, 'utf8').trim();
  } catch (thrown) {
    throw new StartProblem(
      `${file} cannot be read (${codeOf(thrown) ?? reasonOf(thrown)}): ` +
        'start as the user who created this data folder, or set another DATA_DIR.',
    );
  }
}

/** initdb into a draft folder, so that a start cut off half-way leaves no half a cluster. */
function createCluster(folder: string, prepared: ClusterFolder, durable: boolean): void {
  const { user, password } = prepared;
  const draft = join(folder, 'cluster.draft');
  const passwordFile = join(folder, 'password.initdb');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user) {
      chownSync(draft, user.uid, user.gid);
      chownSync(passwordFile, user.uid, user.gid);
    }
    const made = spawnSync(prepared.binaries.initdb, initdbArgs(draft, passwordFile, durable), {
      ...programOptions(user),
      encoding: 'utf8',
    });
    if (made.status !== 0) {
      const reason = reasonOf(made.error ?? (made.stderr || made.stdout));
      throw new StartProblem(`PostgreSQL could not create its files in ${draft}: ${reason}`);
    }
    renameSync(draft, prepared.cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function initdbArgs(draft: string, passwordFile: string, durable: boolean): string[] {
  return [
    `--pgdata=${draft}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of text and the same upper and lower case on every machine.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ];
}

/** The port this cluster had last time when it is still free, else any free one. */
export async function choosePort(portFile: string): Promise<number> {
  const last = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
  if (Number.isInteger(last) && last > 0 && (await canListen(last)) !== undefined) return last;
  return (await canListen(0)) ?? 0;
}
