import type { JWK } from 'jose';
import { StatementVerifier } from '#kernel/auth/statement';
import { makeViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { LocalDoor } from '#kernel/graphql/door';
import { httpDoor } from '#kernel/server/http-door';
import { silentLogger } from '#kernel/server/log';
import { givenOptions, serveCommands } from '../bench.program';
import { openSubgraph } from './bench-subgraph';
import type { SubgraphName } from './catalogue';
import { listen, plainServer } from './plain-server';

/** How one subgraph of the gateway bench is started. */
export interface SubgraphOptions {
  readonly name: SubgraphName;
  readonly databaseUrl: string;
  readonly verifyKey: JWK;
  readonly channelSecret: string;
}

/** Where it listens. */
export interface SubgraphPorts {
  /** For our gateway: signed calls only. */
  readonly signed: number;
  /** For the others: the same executor without the checks, so they are never slower for our rules. */
  readonly plain: number;
}

async function start(): Promise<SubgraphPorts> {
  const { name, databaseUrl, verifyKey, channelSecret } = givenOptions() as SubgraphOptions;
  const subgraph = await openSubgraph(name, databaseUrl);
  const log = silentLogger();
  const verifier = new StatementVerifier(verifyKey, name, systemClock);
  const signed = httpDoor({ subgraph, verifier, channelSecret, clock: systemClock, log });
  const door = new LocalDoor(subgraph, log);
  const nobody = makeViewer({ kind: 'ANONYMOUS', correlationId: 'bench' });
  const plain = plainServer((request) => door.execute(request, nobody));
  return { signed: await listen(signed), plain: await listen(plain) };
}

serveCommands({ start });
