import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { type GraphQLSchema, parse } from 'graphql';
import {
  type NonEmptyArray,
  type PubSub,
  buildSchema,
  createResolversMap,
  getMetadataStorage,
} from 'type-graphql';
import { withDefaultCosts } from './default-costs';

/**
 * Directives of our own are composed into the supergraph, where the gateway reads them, and hidden from clients.
 *
 * `@live` marks a subscription field: the topics that feed it (arguments in braces), the query field that answers it,
 * whether every message must arrive (LOSSLESS) or only the newest (LATEST), and who gets equal answers: each account
 * its own (USER), all whom the owner grants the same scope (PARTY), or everybody (PUBLIC).
 *
 * `@access` says which scopes a field needs, and that its answer depends on the single account (`perUser`), so that it
 * is never shared.
 *
 * `@cost` and `@listSize` are those of Federation: what a field weighs and how long its list is.
 */
const HEAD = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
      "@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@composeDirective",
      "@cost", "@listSize"
    ])
    @link(url: "https://tradegraph.dev/edge/v1.0", import: ["@live", "@access"])
    @composeDirective(name: "@live")
    @composeDirective(name: "@access")
  directive @live(
    topics: [String!]!, query: String!, delivery: String!, share: String! = "USER"
  ) on FIELD_DEFINITION
  directive @access(scopes: [String!], perUser: Boolean) on FIELD_DEFINITION
`;

/** Resolves a federation reference (`{ __typename, id }`) for a viewer: null when there is nothing they may see. */
export type ReferenceResolver<Context> = (
  reference: { readonly id: string },
  context: Context,
) => object | null | Promise<object | null>;

/** Live fields are declared here but run by the gateway, so nothing is ever published in a subgraph. */
const notHere: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('subscriptions run in the gateway');
  },
};

/** Types that resolvers are for: an entity extended here may be reachable by reference only. */
const typesOf = (resolvers: readonly Function[]): Function[] =>
  getMetadataStorage()
    .resolverClasses.filter(({ target }) => resolvers.includes(target))
    .flatMap(({ getObjectType }) => {
      try {
        return (getObjectType as (() => Function) | undefined)?.() ?? [];
      } catch {
        return []; // `@Resolver()` is for no type and says so by throwing
      }
    });

function describeRoots(schema: GraphQLSchema): void {
  const roots = [
    [schema.getQueryType(), 'Everything that can be read.'],
    [schema.getMutationType(), 'Everything that can be done.'],
    [schema.getSubscriptionType(), 'Everything that can be watched live.'],
  ] as const;
  for (const [type, description] of roots) if (type) type.description = description;
}

/**
 * Builds a federation subgraph from type-graphql resolvers and the reference resolvers of its entities, by type name.
 * Types that only an interface or a reference leads to, and that no resolver is for, are named as orphans.
 */
export async function federate<Context>(
  resolvers: NonEmptyArray<Function>,
  references: Readonly<Record<string, ReferenceResolver<Context>>> = {},
  orphanedTypes: Function[] = [],
): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers,
    orphanedTypes: [...typesOf(resolvers), ...orphanedTypes],
    pubSub: notHere,
    skipCheck: true,
    validate: false,
    scalarsMap: [],
  });
  describeRoots(schema);
  const resolverMap = createResolversMap(schema) as Record<string, Record<string, unknown>>;
  for (const [type, resolve] of Object.entries(references)) {
    resolverMap[type] = { ...resolverMap[type], __resolveReference: resolve };
  }
  return buildSubgraphSchema([
    {
      typeDefs: withDefaultCosts(parse(HEAD + printSchemaWithDirectives(schema))),
      resolvers: resolverMap as never,
    },
  ]);
}
