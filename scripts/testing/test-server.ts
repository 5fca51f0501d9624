import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../postgres/embedded-postgres';
import { isLocked } from '../postgres/folder-lock';
import { stopLeftBehind } from '../postgres/postmaster';

const PREFIX = 'tradegraph-test-';
const A_MINUTE_MS = 60_000;

let running: { readonly server: EmbeddedPostgres; readonly folder: string } | undefined;

/** Starts a throw-away PostgreSQL for this run of jest; returns a superuser's address. */
export async function startTestServer(): Promise<string> {
  await clearLeftovers();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    durable: false,
    log: () => undefined,
  });
  running = { server, folder };
  // jest skips the global teardown after a Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void stopTestServer().finally(() => process.exit(130));
    });
  }
  return new URL('/postgres', server.url).href;
}

/** Stops the server of this run, when it started one, and removes its files. */
export async function stopTestServer(): Promise<void> {
  const stopped = running;
  running = undefined;
  if (!stopped) return;
  await stopped.server.stop();
  rmSync(stopped.folder, { recursive: true, force: true });
}

/** Servers of runs that were killed. A folder without a lock may be one that is just starting. */
async function clearLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    try {
      if (isLocked(folder) || Date.now() - statSync(folder).mtimeMs < A_MINUTE_MS) continue;
      await stopLeftBehind(join(folder, 'cluster'));
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's, or another run clears it at this moment.
    }
  }
}
