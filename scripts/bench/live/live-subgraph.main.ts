import type { JWK } from 'jose';
import type { GrantBook } from '#kernel/auth/grant';
import { StatementVerifier } from '#kernel/auth/statement';
import type { Viewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { httpDoor } from '#kernel/server/http-door';
import { makeLogger } from '#kernel/server/log';
import { givenOptions, serveCommands } from '../bench.program';
import { listen } from '../gateway/plain-server';
import { type LiveSubgraphName, type ParcelContext, SUBGRAPHS } from './parcel.graph';
import { MOVER, openParcels } from './parcel.store';

/** How one subgraph of the live bench is started. */
export interface LiveSubgraphOptions {
  readonly name: LiveSubgraphName;
  readonly databaseUrl: string;
  readonly verifyKey: JWK;
  readonly channelSecret: string;
}

/** What has come to a subgraph so far. */
export interface Asked {
  /** Requests that an event caused. */
  readonly fetches: number;
  /** Those of them that ran the live field's query. */
  readonly executions: number;
  /** All others: checks of rights and snapshots at the start, and checks before a grant ends. */
  readonly others: number;
}

let fetches = 0;
let executions = 0;
let others = 0;

async function start(): Promise<number> {
  const { name, databaseUrl, verifyKey, channelSecret } = givenOptions() as LiveSubgraphOptions;
  const db = await openParcels(databaseUrl);
  const subgraph = {
    name,
    db,
    schema: await SUBGRAPHS[name](),
    context: (viewer: Viewer, grants?: GrantBook): ParcelContext => {
      const isOfEvent = viewer.correlationId === MOVER; // a fact's id follows it everywhere
      if (isOfEvent) fetches += 1;
      else others += 1;
      const ran = (): void => {
        if (isOfEvent) executions += 1;
      };
      return { db, viewer, grants, ran };
    },
    reactions: [],
    timers: {},
    loops: [],
    hooks: {},
  };
  const server = httpDoor({
    subgraph,
    verifier: new StatementVerifier(verifyKey, name, systemClock),
    channelSecret,
    clock: systemClock,
    log: makeLogger(name, 'warn'),
  });
  return listen(server);
}

const asked = (): Asked => ({ fetches, executions, others });

serveCommands({ start, asked });
