import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicHalf } from '#kernel/auth/keys';
import { StatementVerifier } from '#kernel/auth/statement';
import { systemClock } from '#kernel/clock/clock';
import { httpDoor } from '#kernel/server/http-door';
import { silentLogger } from '#kernel/server/log';
import type { Tracing } from '#kernel/telemetry/tracing';
import type { SmallWorld } from './small-gateway';

/** Listens on a free port; gives the address. */
export async function listenLocally(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
}

export interface HttpDoors {
  readonly places: readonly { readonly name: string; readonly url: string }[];
  close(): void;
}

/** The small graph's subgraphs behind internal servers of their own, as in a distributed system. */
export async function serveDoors(
  world: SmallWorld,
  tracingOf?: (subgraph: string) => Promise<Tracing>,
): Promise<HttpDoors> {
  const servers: Server[] = [];
  const places: { name: string; url: string }[] = [];
  for (const subgraph of world.graph.subgraphs) {
    const { name } = subgraph;
    const tracing = await tracingOf?.(name);
    const server = httpDoor({
      subgraph,
      verifier: new StatementVerifier(publicHalf(world.signingKey), name, systemClock),
      channelSecret: world.channelSecret,
      clock: systemClock,
      log: silentLogger(),
      ...(tracing !== undefined && { tracing }),
    });
    servers.push(server);
    places.push({ name, url: await listenLocally(server) });
  }
  return {
    places,
    close: () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
