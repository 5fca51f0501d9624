import { composeServices } from '@apollo/composition';
import { printSubgraphSchema } from '@apollo/subgraph';
import { lexicographicSortSchema, parse, printSchema } from 'graphql';
import { SUBGRAPHS } from '../migrations';
import { schemaOf } from './subgraph.exports';

/** The graph's files: each subgraph's SDL, the supergraph for the gateway and the API schema for clients. */
export async function graphDocuments(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const services = [];
  for (const name of SUBGRAPHS) {
    const sdl = printSubgraphSchema(await schemaOf(name));
    files.set(`subgraphs/${name}.graphql`, `${sdl.trim()}\n`);
    services.push({ name, url: `http://${name}`, typeDefs: parse(sdl) });
  }
  const { errors, supergraphSdl, schema } = composeServices(services);
  if (errors !== undefined) {
    throw new Error(`the subgraphs do not compose:\n${errors.map(String).join('\n')}`);
  }
  files.set('supergraph.graphql', `${supergraphSdl.trim()}\n`);
  const api = lexicographicSortSchema(schema.toAPISchema().toGraphQLJSSchema());
  files.set('api.graphql', `${printSchema(api).trim()}\n`);
  return files;
}
