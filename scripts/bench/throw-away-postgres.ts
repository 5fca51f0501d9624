import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/embedded-postgres';

/** A PostgreSQL for one run of a bench, gone with its data afterwards. */
export async function onThrowAwayPostgres<T>(
  durable: boolean,
  run: (server: EmbeddedPostgres) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tradegraph-bench-'));
  chmodSync(folder, 0o755); // PostgreSQL runs as its own user when we are root
  try {
    const server = await startEmbeddedPostgres({ dataDir: folder, durable, log: () => undefined });
    return await run(server).finally(() => server.stop());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
