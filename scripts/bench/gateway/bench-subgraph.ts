import type { Viewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import type { Subgraph } from '#kernel/server/subgraph';
import { type SubgraphName, subgraphSchema } from './catalogue';

/** A subgraph of the catalogue. It has no tables; the database is there because readiness asks for one. */
export async function openSubgraph(name: SubgraphName, databaseUrl: string): Promise<Subgraph> {
  return {
    name,
    db: await Database.open({
      url: databaseUrl,
      schema: 'public',
      clock: systemClock,
      poolSize: 1,
    }),
    schema: subgraphSchema(name),
    context: (viewer: Viewer) => ({ viewer }),
    reactions: [],
    timers: {},
    loops: [],
    hooks: {},
  };
}
