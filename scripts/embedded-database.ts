import { createHash } from 'node:crypto';
import { chmodSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Lifecycle } from './lifecycle';
import { keepRunning } from './postgres/embedded-postgres';
import { chooseUser, closedFolder } from './postgres/unprivileged-user';
import type { Settings } from './settings';
import { SETTINGS } from './settings.table';

/** Starts the embedded PostgreSQL of this data folder; returns the owner's address. */
export async function startEmbeddedDatabase(
  life: Lifecycle,
  settings: Settings,
  say: (line: string) => void,
): Promise<string> {
  const running = await life.start(
    'PostgreSQL',
    () => keepRunning({ dataDir: folderOf(settings, say), log: say }),
    (server) => server.stop(),
    (server) => {
      // Ends it at once; its log brings everything committed back at the next start.
      process.kill(server.pid, 'SIGQUIT');
    },
  );
  return running.url;
}

/**
 * `postgres` below DATA_DIR. Only as root, in a checkout below a folder like /root that the
 * database's own user may not enter, and with no DATA_DIR given, it is a folder below /var/lib.
 */
function folderOf(settings: Settings, say: (line: string) => void): string {
  const usual = join(resolve(settings.dataDir), 'postgres');
  const user = chooseUser(join(usual, 'cluster'));
  if (!user) return usual;
  letThrough(resolve(settings.dataDir));
  if (settings.dataDir !== SETTINGS.dataDir.fallback) return usual;
  const closed = closedFolder(resolve('.'), user);
  if (closed === undefined) return usual;
  const id = createHash('sha256').update(usual).digest('hex').slice(0, 12);
  const elsewhere = join('/var/lib/tradegraph', id);
  say(`PostgreSQL cannot run as root and ${user.name} may not enter ${closed}:`);
  say(`the database is in ${elsewhere} (DATA_DIR chooses another folder).`);
  return elsewhere;
}

/**
 * Lets the database's user pass through (not look into) our data folder, which `mktemp -d` and a
 * strict umask make for its owner alone. The secrets in it are files for the owner alone.
 */
function letThrough(dataDir: string): void {
  const { mode, uid } = statSync(dataDir);
  if (uid === process.getuid?.()) chmodSync(dataDir, (mode & 0o777) | 0o011);
}
