import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { type GraphQLSchema, parse } from 'graphql';
import { type NonEmptyArray, buildSchema, createResolversMap } from 'type-graphql';

/**
 * `@live` marks a subscription field: the topics that feed it (arguments in braces), the query field that answers it,
 * and whether every message must arrive (LOSSLESS) or only the newest (LATEST). It is composed into the supergraph,
 * where the gateway reads it, and hidden from clients.
 */
const HEAD = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
      "@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@composeDirective"
    ])
    @link(url: "https://tradegraph.dev/edge/v1.0", import: ["@live"])
    @composeDirective(name: "@live")
  directive @live(topics: [String!]!, query: String!, delivery: String!) on FIELD_DEFINITION
`;

/** Builds a federation subgraph from type-graphql resolvers. */
export async function federate(
  resolvers: NonEmptyArray<Function>,
  orphanedTypes: Function[] = [],
): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers,
    orphanedTypes,
    skipCheck: true,
    validate: false,
    scalarsMap: [],
  });
  return buildSubgraphSchema([
    {
      typeDefs: parse(HEAD + printSchemaWithDirectives(schema)),
      resolvers: createResolversMap(schema) as never,
    },
  ]);
}
