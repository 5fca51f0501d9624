import type { Viewer } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';

/** What resolvers of the small graph reach. */
export interface SmallContext {
  readonly db: Database;
  readonly viewer: Viewer;
  /** What resolvers were asked, newest last. */
  readonly seen: string[];
  /** Makes an account's access token. */
  readonly tokenFor: (accountId: string) => Promise<string>;
}
