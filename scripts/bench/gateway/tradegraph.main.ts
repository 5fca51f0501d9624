import type { JWK } from 'jose';
import { systemClock } from '#kernel/clock/clock';
import { LocalDoorbell } from '#kernel/events/doorbell';
import { makeLogger } from '#kernel/server/log';
import type { DoorPlace } from '../../../gateway/executor/doors';
import { startGateway } from '../../../gateway/gateway.main';
import { givenOptions, serveCommands } from '../bench.program';
import { openSubgraph } from './bench-subgraph';
import type { SubgraphName } from './catalogue';

/** How our gateway is started for the gateway bench. */
export interface TradegraphOptions {
  readonly supergraphSdl: string;
  /** Subgraphs behind URLs, or in this process. */
  readonly subgraphs: readonly { readonly name: SubgraphName; readonly url?: string }[];
  readonly databaseUrl: string;
  readonly signingKey: JWK;
  readonly channelSecret: string;
  readonly accountKey: JWK;
  readonly cursorSecret: string;
}

/** Our gateway as `npm start` runs it. */
async function start(): Promise<number> {
  const { subgraphs, databaseUrl, ...options } = givenOptions() as TradegraphOptions;
  const doors = subgraphs.map(async ({ name, url }): Promise<DoorPlace> =>
    url === undefined ? { subgraph: await openSubgraph(name, databaseUrl) } : { name, url },
  );
  const { port } = await startGateway({
    // One client stands for all of them: the budget is charged as ever, and does not run out.
    limits: { bucket: { size: 1e9, restorePerSecond: 1e9, gateways: 1 } },
    ...options,
    doors: await Promise.all(doors),
    logs: [],
    doorbell: new LocalDoorbell(),
    port: 0,
    clock: systemClock,
    log: makeLogger('gateway', 'warn'),
  });
  return port;
}

serveCommands({ start });
