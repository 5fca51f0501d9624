import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql';

interface Product {
  readonly id: string;
  readonly title: string;
  readonly price: number;
}

interface Review {
  readonly id: string;
  readonly stars: number;
  readonly body: string;
}

const PRODUCTS = 10_000;
const REVIEWS = 3;

const LINK = 'https://specs.apollo.dev/federation/v2.9';
const HEAD = `extend schema @link(url: "${LINK}", import: ["@key", "@listSize"])`;
const REVIEW_TYPE = `type Review { id: ID! stars: Int! body: String! }`;

/** The two subgraphs, as SDL. List sizes are there for the cost that our gateway reckons. */
export const SUBGRAPHS = {
  products: `${HEAD}
    type Query {
      products(first: Int!, offset: Int!): [Product!]! @listSize(slicingArguments: ["first"])
    }
    type Product @key(fields: "id") { id: ID! title: String! price: Int! }`,
  reviews: `${HEAD} ${REVIEW_TYPE}
    type Product @key(fields: "id") { id: ID! reviews: [Review!]! @listSize(assumedSize: 3) }`,
};
export type SubgraphName = keyof typeof SUBGRAPHS;
const ONE_GRAPH = `
  type Query { products(first: Int!, offset: Int!): [Product!]! } ${REVIEW_TYPE}
  type Product { id: ID! title: String! price: Int! reviews: [Review!]! }`;

/** 20 products joined to 3 reviews each, from the place that a variable names. */
export const QUERY = `query Page($offset: Int!) {
  products(first: 20, offset: $offset) { id title price reviews { id stars body } } }`;

const catalogue: readonly Product[] = Array.from({ length: PRODUCTS }, (_, i) => ({
  id: `prd_${i.toString().padStart(8, '0')}`,
  title: `Product number ${i.toString()}`,
  price: 100 + (i % 9_900),
}));

const reviews: ReadonlyMap<string, readonly Review[]> = new Map(
  catalogue.map(({ id }, i) => [
    id,
    Array.from({ length: REVIEWS }, (_, n) => ({
      id: `rev_${id}_${n.toString()}`,
      stars: 1 + ((i + n) % 5),
      body: `Review ${n.toString()} of ${id}: does what it says.`,
    })),
  ]),
);

type Resolve<Source = unknown> = GraphQLFieldResolver<Source, unknown, never>;

/** The page goes round at the end of the catalogue, so every offset has 20 products. */
const page: Resolve = (_source, { first, offset }: { first: number; offset: number }) =>
  Array.from({ length: first }, (_, i) => catalogue[(offset + i) % PRODUCTS]);

const reviewsOf: Resolve<{ readonly id: string }> = ({ id }) => reviews.get(id) ?? [];

const Query = { products: page };
const RESOLVERS = {
  products: { Query },
  reviews: {
    Product: { reviews: reviewsOf, __resolveReference: (reference: object) => reference },
  },
};

const build = (sdl: string, resolvers: object): GraphQLSchema =>
  buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);

/** One of the two subgraphs. */
export const subgraphSchema = (name: SubgraphName): GraphQLSchema =>
  build(SUBGRAPHS[name], RESOLVERS[name]);

/** The same graph without a gateway: all in one schema. */
export const wholeSchema = (): GraphQLSchema =>
  build(ONE_GRAPH, { Query, Product: { reviews: reviewsOf } });
