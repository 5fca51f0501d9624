import { Client } from 'pg';
import type { SubgraphName } from './migrations';
import type { Settings } from './settings';
import { reasonOf, StartProblem } from './start-problem';

/** The owner's address of each subgraph's database. */
export type DatabaseUrls = Readonly<Record<SubgraphName, string>>;

/** One address for all, unless a subgraph has its own. */
export function databaseUrls(settings: Settings, shared: string | undefined): DatabaseUrls {
  const pick = (name: string, own: string | undefined): string => {
    const url = own ?? shared;
    if (url !== undefined) return url;
    throw new StartProblem(
      `--role ${settings.role} needs DATABASE_URL (${name} has no database): ` +
        'only a process with --role all starts the embedded PostgreSQL.',
    );
  };
  return {
    marketplace: pick('marketplace', settings.marketplaceDatabaseUrl),
    payments: pick('payments', settings.paymentsDatabaseUrl),
    fulfillment: pick('fulfillment', settings.fulfillmentDatabaseUrl),
    'merchant-services': pick('merchant-services', settings.merchantServicesDatabaseUrl),
  };
}

/** Throws a StartProblem that names the first database that does not answer. */
export async function checkReachable(urls: DatabaseUrls): Promise<void> {
  for (const url of new Set(Object.values(urls))) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined); // the failed query or connect says it
    try {
      await client.connect();
      await client.query('select 1');
    } catch (thrown) {
      const { host, pathname } = new URL(url);
      throw new StartProblem(
        `The database ${host}${pathname} cannot be reached (${reasonOf(thrown)}): ` +
          'check DATABASE_URL.',
      );
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
