import type { PoolClient } from 'pg';
import type { Database } from '../db/database';

/**
 * Lets one process at a time do something (a session lock). When its connection or the process dies, the lock is free
 * and another one takes over.
 */
export class Leadership {
  private leader: PoolClient | undefined;
  private leading: Promise<boolean> | undefined;

  constructor(
    private readonly db: Database,
    private readonly task: string,
  ) {}

  /** True while it is ours; takes it when it is free. */
  leads(): Promise<boolean> {
    if (this.leader !== undefined) return Promise.resolve(true);
    this.leading ??= this.tryToLead().finally(() => (this.leading = undefined));
    return this.leading;
  }

  /** Gives it to whoever asks next: closing the connection gives the lock back. */
  resign(): void {
    const leader = this.leader;
    this.leader = undefined;
    leader?.removeAllListeners('error').on('error', () => undefined);
    leader?.release(true);
  }

  private async tryToLead(): Promise<boolean> {
    const { db, task } = this;
    const client = await db.connect();
    const held = { over: false };
    const end = (error: unknown): void => {
      if (this.leader === client) this.leader = undefined;
      if (!held.over) client.release(error instanceof Error ? error : true);
      held.over = true;
    };
    client.once('error', end); // from the first moment: nobody else listens while it is ours
    try {
      const { rows } = await client.query<{ got: boolean }>(
        `select pg_try_advisory_lock(hashtext($1), hashtext($2)) as got`,
        [task, db.schema],
      );
      if (held.over) return false;
      if (rows[0]?.got !== true) {
        held.over = true;
        client.off('error', end);
        client.release();
        return false;
      }
    } catch (error) {
      end(error);
      throw error;
    }
    this.leader = client;
    return true;
  }
}
