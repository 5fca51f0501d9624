import type { Viewer } from '../auth/viewer';
import type { Database, Tx } from './database';

/** Carries the result out of a transaction that must not commit. */
class RolledBack<T> {
  constructor(readonly result: T) {}
}

/**
 * Runs a use case as it is, and rolls everything back: no row, no fact, nothing sent. What it found is returned; what it
 * refused is thrown. The use case holds its locks only until then.
 */
export async function dryRun<T>(
  db: Database,
  viewer: Viewer,
  run: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await db.transaction<never>(viewer, async (tx) => {
      const rolledBack: unknown = new RolledBack(await run(tx));
      throw rolledBack;
    });
  } catch (outcome) {
    if (outcome instanceof RolledBack) return outcome.result as T;
    throw outcome;
  }
}
