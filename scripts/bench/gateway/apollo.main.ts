import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { fetch } from 'undici';
import { givenOptions, serveCommands } from '../bench.program';

/** How stock @apollo/gateway is started. */
export interface ApolloOptions {
  readonly supergraphSdl: string;
  /** Calls subgraphs over kept connections instead of its own default. */
  readonly keepAlive: boolean;
}

/** Stock @apollo/gateway behind Apollo Server's own HTTP server, with nothing added. */
async function start(): Promise<number> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const { supergraphSdl, keepAlive } = givenOptions() as ApolloOptions;
  const gateway = new ApolloGateway({
    supergraphSdl,
    ...(keepAlive && {
      buildService: ({ url }) => new RemoteGraphQLDataSource({ url: url ?? '', fetcher: fetch }),
    }),
  });
  const { url } = await startStandaloneServer(new ApolloServer({ gateway }), {
    listen: { port: 0, host: '127.0.0.1' },
  });
  return Number(new URL(url).port);
}

serveCommands({ start });
