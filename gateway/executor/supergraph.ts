import { ApolloGateway } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '#kernel/server/log';
import { DoorSource } from './sources/door-source';
import type { FetchSource } from './sources/fetch-source';

/** The supergraph as the gateway runs it: its executor and what clients may see of it. */
export interface Supergraph {
  /** What Apollo Server runs operations with. */
  readonly gateway: ApolloGateway;
  readonly sdl: string;
  /** The schema of clients: without internal directives, types and fields. */
  apiSchema(): GraphQLSchema;
}

/** Prepares a supergraph over the doors of its subgraphs. It is loaded when Apollo Server starts. */
export function makeSupergraph(
  sdl: string,
  sources: ReadonlyMap<string, FetchSource>,
  log: Logger,
): Supergraph {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'; // it reports to its vendor by default
  let apiSchema: GraphQLSchema | undefined;
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    logger: log,
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => {
      const source = sources.get(name);
      if (source === undefined) throw new Error(`the supergraph names ${name}, which has no door`);
      return new DoorSource(source);
    },
  });
  gateway.onSchemaLoadOrUpdate((loaded) => (apiSchema = loaded.apiSchema));
  return {
    gateway,
    sdl,
    apiSchema: () => {
      if (apiSchema === undefined) throw new Error('the supergraph is not loaded yet');
      return apiSchema;
    },
  };
}
