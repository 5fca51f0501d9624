import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StartProblem } from '../start-problem';

/** The system user that runs PostgreSQL. Undefined means: the user who runs us. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, so as root it is started as another user. */
function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Chooses the user: the owner of a cluster that exists already, else `postgres` (created when the
 * machine has a tool for it), else `nobody`. Undefined when we are not root.
 */
export function chooseUser(clusterDir: string): SystemUser | undefined {
  if (!isRoot()) return undefined;
  if (existsSync(clusterDir)) {
    const owner = statSync(clusterDir);
    if (owner.uid !== 0) {
      return { name: `user ${String(owner.uid)}`, uid: owner.uid, gid: owner.gid };
    }
  }
  const found = lookUp('postgres') ?? createPostgresUser() ?? lookUp('nobody');
  if (!found) {
    throw new StartProblem(
      'PostgreSQL cannot run as root and this machine has no user postgres or nobody: ' +
        'start as another user, or set DATABASE_URL.',
    );
  }
  return found;
}

function lookUp(name: string): SystemUser | undefined {
  const uid = ask('id', ['-u', name]);
  const gid = ask('id', ['-g', name]);
  if (uid === undefined || gid === undefined) return undefined;
  return { name, uid: Number(uid), gid: Number(gid) };
}

function createPostgresUser(): SystemUser | undefined {
  ask('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  // Looked up even after a failure: another start may have created it in the same moment.
  return lookUp('postgres');
}

function ask(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** The first folder on the way to `path` that `user` may not enter, or undefined. */
export function closedFolder(path: string, user: SystemUser): string | undefined {
  const onTheWay: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    onTheWay.unshift(at);
    if (at === dirname(at)) break;
  }
  return onTheWay.find((folder) => existsSync(folder) && !mayEnter(folder, user));
}

function mayEnter(folder: string, user: SystemUser): boolean {
  const { uid, gid, mode } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
