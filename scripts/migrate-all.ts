import { migrate } from '#kernel/db/migrate';
import type { DatabaseUrls } from './databases';
import { allMigrations, type SubgraphName } from './migrations';
import { reasonOf, StartProblem } from './start-problem';

/** Brings the schemas of the given subgraphs up to date; returns the names of the steps that ran. */
export async function migrateAll(
  urls: DatabaseUrls,
  names: readonly SubgraphName[],
): Promise<string[]> {
  const ran: string[] = [];
  for (const { name, migrations } of await allMigrations()) {
    if (!names.includes(name)) continue;
    try {
      ran.push(...(await migrate(urls[name], migrations)));
    } catch (thrown) {
      throw new StartProblem(`The migrations of ${name} failed: ${reasonOf(thrown)}`);
    }
  }
  return ran;
}
