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

/** Resolves a federation reference (`{ __typename, id }`) for a viewer: null when there is nothing they may see. */
export type ReferenceResolver<Context> = (
  reference: { readonly id: string },
  context: Context,
) => object | null | Promise<object | null>;

/** Builds a federation subgraph from type-graphql resolvers and the reference resolvers of its entities, by type name. */
export async function federate<Context>(
  resolvers: NonEmptyArray<Function>,
  references: Readonly<Record<string, ReferenceResolver<Context>>> = {},
  orphanedTypes: Function[] = [],
): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers,
    orphanedTypes,
    skipCheck: true,
    validate: false,
    scalarsMap: [],
  });
  const resolverMap = createResolversMap(schema) as Record<string, Record<string, unknown>>;
  for (const [type, resolve] of Object.entries(references)) {
    resolverMap[type] = { ...resolverMap[type], __resolveReference: resolve };
  }
  return buildSubgraphSchema([
    {
      typeDefs: parse(HEAD + printSchemaWithDirectives(schema)),
      resolvers: resolverMap as never,
    },
  ]);
}
