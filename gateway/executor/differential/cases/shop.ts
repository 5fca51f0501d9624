import { GraphQLError } from 'graphql';
import type { Counts, WrittenSubgraph } from './written-subgraph';

const HEAD = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@interfaceObject"
  ])
`;

type Row = Readonly<Record<string, unknown>>;

const DIMS = { w: 1, h: 2 };
const PRODUCTS: Readonly<Record<string, Row>> = {
  p1: { id: 'p1', sku: 's1', name: 'Lamp', weight: 10, inches: 40, dims: DIMS, kind: 'RED' },
  p2: { id: 'p2', sku: 's2', name: 'Desk', weight: 20, inches: 9, dims: null, kind: 'SECRET' },
  p3: { id: 'p3', sku: 's3', name: null, weight: null, inches: null, dims: { w: 7, h: null } },
  /** Catalog knows it and no other subgraph does. */
  gone: { id: 'gone', sku: 'gone', name: 'Gone', weight: 1, inches: 1, dims: DIMS, kind: 'NEW' },
  /** Other subgraphs fail for it. */
  bad: { id: 'bad', sku: 'bad', name: 'Bad', weight: 2, inches: 2, dims: DIMS, kind: 'GREEN' },
};
const product = (id: string): Row | null => PRODUCTS[id] ?? null;
const MEDIA: Readonly<Record<string, Row>> = {
  b1: { __typename: 'Book', id: 'b1', title: 'Emma', pages: 300 },
  m1: { __typename: 'Movie', id: 'm1', title: 'Alien', minutes: 117 },
};

/** What the inventory holds of a product. */
const stockOf = (id: unknown): Row => ({
  id,
  stock: 5,
  discount: 7,
  origin: { id: id === 'p3' ? 'l9' : 'l1' },
});
const MUST = { sure: null, maybe: null, list: ['a', null], holes: ['a', null], must: {} };

const refused = (code: string): GraphQLError =>
  new GraphQLError(`refused: ${code}`, { extensions: { code } });

const catalog: WrittenSubgraph = {
  sdl: `${HEAD}
    type Query {
      product(id: ID!): Product
      products: [Product!]!
      some: [Product]
      rows: [[Product!]!]
      goneRows: [[Product!]!]
      looseRows: [[Product]!]!
      search: [Hit!]
      media(id: ID!): Media
      medias: [Media!]
      book: Book
      say(text: String = "hi", times: Int! = 1, in: In): String
      kind(of: Kind): Kind
      kinds: [Kind]
      sureKinds: [Kind!]
      blob(in: Json): Json
      fail: String
      must: Must
      hidden: Int @inaccessible
    }
    type Mutation { add(n: Int!): Int!, fail: Int, take(id: ID!): Product }
    enum Kind { RED GREEN SECRET @inaccessible }
    enum Unit { CM INCH }
    scalar Json
    input In { a: Int! = 3, b: [String!], c: In }
    type Must { sure: String!, maybe: String, list: [String!], holes: [String], must: Must!, soft: Must }
    type Product @key(fields: "id") @key(fields: "sku") {
      id: ID!, sku: ID!, name: String, label(lang: String = "en"): String, weight: Int
      size(unit: Unit! = CM): Float, dims: Dims, parts: [Part!], grid: [[Part!]!], kind: Kind, cover: Media, owner: User
      discount: Int, secret: String @inaccessible, next: Product, sureNext: Product!
    }
    type Dims @shareable { w: Int!, h: Int }
    type Part { weight: Int!, name: String }
    interface Media @key(fields: "id") { id: ID!, title: String }
    type Book implements Media @key(fields: "id") { id: ID!, title: String, pages: Int! }
    type Movie implements Media @key(fields: "id") { id: ID!, title: String, minutes: Int }
    type Org @key(fields: "id") { id: ID!, title: String }
    union Hit = Product | Book | Org
    type User @key(fields: "id", resolvable: false) { id: ID! }
  `,
  resolvers: {
    Query: {
      product: (_: unknown, { id }: { id: string }) => product(id),
      products: () => [product('p1'), product('p2')],
      some: () => [product('p1'), null, product('gone')],
      rows: () => [[product('p1')], [], [product('p2'), product('p1')]],
      goneRows: () => [[product('p1')], [product('gone'), product('p1')]],
      looseRows: () => [[product('p1'), null], [product('gone')]],
      search: () => [
        { __typename: 'Org', id: 'o1', title: 'Acme' },
        { __typename: 'Product', ...product('p1') },
        { __typename: 'Book', ...MEDIA['b1'] },
      ],
      media: (_: unknown, { id }: { id: string }) => MEDIA[id],
      book: () => MEDIA['b1'],
      medias: () => [MEDIA['b1'], MEDIA['m1']],
      say: (_: unknown, { text, times, in: given }: Record<string, unknown>) =>
        `${String(text)} ${String(times)} ${given === undefined ? 'nothing' : JSON.stringify(given)}`,
      kind: (_: unknown, { of }: { of?: string }) => of ?? 'SECRET',
      kinds: () => ['RED', 'SECRET', 'NEVER_HEARD_OF', null],
      sureKinds: () => ['RED', 'SECRET'],
      blob: (_: unknown, { in: given }: { in: unknown }) => given,
      fail: () => {
        throw refused('FORBIDDEN');
      },
      must: () => ({ ...MUST, sure: 'yes', soft: MUST, must: { sure: 'yes' } }),
    },
    Mutation: {
      add: (_: unknown, { n }: { n: number }, counts: Counts) =>
        (counts['total'] = (counts['total'] ?? 0) * 10 + n),
      fail: () => {
        throw refused('FORBIDDEN');
      },
      take: (_: unknown, { id }: { id: string }) => product(id),
    },
    Hit: { __resolveType: ({ __typename }: Row) => __typename },
    Media: {
      __resolveType: ({ __typename }: Row) => __typename,
      __resolveReference: ({ id }: Row) => MEDIA[String(id)],
    },
    Book: { __resolveReference: ({ id }: Row) => MEDIA[String(id)] },
    Movie: { __resolveReference: ({ id }: Row) => MEDIA[String(id)] },
    Org: { __resolveReference: ({ id }: Row) => ({ id, title: 'Acme' }) },
    Product: {
      __resolveReference: ({ id, sku }: Row) =>
        Object.values(PRODUCTS).find((one) => one['id'] === id || one['sku'] === sku) ?? null,
      label: ({ name }: { name: string | null }, { lang }: { lang: string | null }) =>
        name === null ? null : `${name}-${String(lang)}`,
      size: ({ inches }: Row, { unit }: { unit: string }) =>
        inches === null ? null : Number(inches) * (unit === 'CM' ? 2.5 : 1),
      parts: ({ id }: Row) =>
        id === 'p1'
          ? [
              { weight: 1, name: 'a' },
              { weight: 2, name: null },
            ]
          : null,
      grid: () => [[{ weight: 1 }, { weight: 2 }], [], [{ weight: 4 }]],
      cover: ({ id }: Row) => (id === 'p1' ? MEDIA['m1'] : null),
      owner: ({ id }: Row) => ({ id: id === 'p1' ? 'u1' : 'u2' }),
      discount: () => 0,
      next: ({ id }: Row) => (id === 'p1' ? product('p2') : product('gone')),
      sureNext: ({ id }: Row) => (id === 'p1' ? product('p2') : product('gone')),
    },
  },
};

const inventory: WrittenSubgraph = {
  sdl: `${HEAD}
    type Query { stocked: Product }
    type Mutation { addStock(n: Int!): Int! }
    enum Unit { CM INCH }
    type Dims @shareable { w: Int!, h: Int }
    type Part { weight: Int! @external }
    type Product @key(fields: "id") {
      id: ID!
      weight: Int @external
      size(unit: Unit! = CM): Float @external
      label(lang: String = "en"): String @external
      dims: Dims @external
      parts: [Part!] @external
      grid: [[Part!]!] @external
      shipping: Int! @requires(fields: "weight")
      fits: Boolean @requires(fields: "size(unit: INCH)")
      tag: String @requires(fields: "label(lang: \\"de\\")")
      boxed: String @requires(fields: "dims { w h }")
      partWeight: Int @requires(fields: "parts { weight }")
      gridWeight: Int @requires(fields: "grid { weight }")
      stock: Int!
      spare(at: ID): Int
      discount: Int @override(from: "catalog")
      origin: Place @provides(fields: "city")
    }
    type Place @key(fields: "id") { id: ID!, city: String @external }
  `,
  resolvers: {
    Query: { stocked: () => stockOf('p2') },
    Mutation: {
      addStock: (_: unknown, { n }: { n: number }, counts: Counts) =>
        (counts['stock'] = (counts['stock'] ?? 0) + n),
    },
    Place: { city: () => 'Provided' },
    Product: {
      __resolveReference: async (given: Row) => {
        await Promise.resolve();
        if (given['id'] === 'bad') throw refused('BROKEN');
        return given['id'] === 'gone' ? null : { ...given, ...stockOf(given['id']) };
      },
      shipping: ({ weight }: Row) => (weight === null ? null : Number(weight) * 2),
      fits: ({ size }: Row) => size === 40,
      tag: ({ label }: Row) => `#${String(label)}`,
      boxed: ({ dims }: { dims: typeof DIMS | null }) =>
        dims === null ? 'no box' : `${dims.w}x${String(dims.h)}`,
      partWeight: ({ parts }: { parts: { weight: number }[] | null }) =>
        parts === null ? -1 : parts.reduce((sum, { weight }) => sum + weight, 0),
      gridWeight: ({ grid }: { grid: ({ weight: number } | null)[][] }) =>
        grid.flat().reduce((sum, one) => sum + (one?.weight ?? 100), 0),
      stock: ({ id, stock: inStock }: Row) => {
        if (id === 'p2') throw refused('SOLD_OUT');
        return inStock;
      },
      spare: ({ id }: Row, { at }: { at?: string }) => {
        if (at === 'nowhere') throw refused('NOWHERE');
        return at === undefined ? 1 : String(id).length + at.length;
      },
    },
  },
};

const places: WrittenSubgraph = {
  sdl: `${HEAD}
    type Place @key(fields: "id") { id: ID!, city: String @shareable, country: Country! }
    type Country { code: ID! }
  `,
  resolvers: {
    Place: {
      __resolveReference: ({ id }: Row) => {
        // Not a promise that fails: that would be one entity's error and not the whole fetch's.
        if (id === 'l9') throw refused('CLOSED');
        return { id, city: 'Paris', country: { code: 'FR' } };
      },
    },
  },
};

const review = (stars: number, media: string | null, author = 'u1'): Row => ({
  stars,
  media: media === null ? null : { id: media },
  author: { id: author },
});

const reviews: WrittenSubgraph = {
  sdl: `${HEAD}
    type Query { latest: [Review!] }
    type Media @key(fields: "id") @interfaceObject { id: ID!, reviews: [Review!]!, rating(of: Int = 10): Int }
    type Product @key(fields: "sku") { sku: ID!, reviews: [Review!], best: Review }
    type Review { stars: Int!, text(cut: Int): String, media: Media, product: Product, author: User }
    type User @key(fields: "id", resolvable: false) { id: ID! }
  `,
  resolvers: {
    Query: { latest: () => [review(5, 'b1'), review(1, null, 'u2')] },
    Media: {
      __resolveReference: ({ id }: Row) => ({ id }),
      reviews: ({ id }: Row) => (id === 'b1' ? [review(4, 'm1')] : []),
      rating: (_: unknown, { of }: { of: number }) => of - 1,
    },
    Product: {
      __resolveReference: async ({ sku }: Row) => {
        await Promise.resolve();
        if (sku === 'bad') throw refused('BROKEN');
        return sku === 'gone' ? null : { sku };
      },
      reviews: () => [review(3, 'm1', 'u2')],
      best: ({ sku }: Row) => (sku === 's1' ? review(5, 'b1') : null),
    },
    Review: {
      text: (_: unknown, { cut }: { cut?: number }) => 'lovely'.slice(0, cut),
      product: () => ({ sku: 's2' }),
    },
  },
};

const users: WrittenSubgraph = {
  sdl: `${HEAD}
    type Query { me: User }
    type User @key(fields: "id") { id: ID!, name: String!, nick: String }
  `,
  resolvers: {
    Query: { me: () => ({ id: 'u1', name: 'Ann', nick: null }) },
    User: {
      __resolveReference: ({ id }: Row) => (id === 'u1' ? { id, name: 'Ann', nick: null } : null),
    },
  },
};

/** A small shop in five subgraphs, with all its answers written down. */
export const SHOP: Readonly<Record<string, WrittenSubgraph>> = {
  catalog,
  inventory,
  places,
  reviews,
  users,
};
