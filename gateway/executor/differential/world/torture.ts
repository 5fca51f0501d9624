/** Subgraphs that use everything of federation that the gateway runs. They mean nothing; names only help to tell them apart. */
const HEAD = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@interfaceObject"
  ])
`;

const catalog = `
  type Query {
    product(id: ID!, note: String = "none"): Product
    products(first: Int = 2, filter: ProductFilter): [Product!]!
    maybeProducts: [Product]
    media(id: ID!): Media
    medias(kinds: [Kind!]): [Media!]
    search(text: String!, limit: Int! = 3): [Hit]
    grid(size: Int): [[Product!]!]
    holes: [[Product]!]!
    echo(input: Echo, list: [Int!], flag: Boolean = true, id: ID, float: Float, json: Json, kind: Kind): String
    name: String! @shareable
    catalogOnly: Sealed
    shared: Shared @shareable
    box(depth: Int! = 1): Box!
  }
  type Mutation {
    bump(by: Int = 1): Int!
    productAdd(input: ProductFilter!): ProductAdded
    productDrop(id: ID!): Product
  }
  input ProductFilter { text: String, kinds: [Kind!] = [RED], nested: Echo, max: Int = 10 }
  input Echo { a: Int! = 3, b: [String!], c: Echo, d: Kind }
  enum Kind { RED GREEN SECRET @inaccessible BLUE }
  enum Unit { CM INCH }
  scalar Json
  type ProductAdded { product: Product, ok: Boolean!, error: Problem }
  interface Problem { message: String! }
  type Missing implements Problem { message: String!, id: ID }
  type Broken implements Problem { message: String!, kind: Kind!, hidden: Int @inaccessible }
  type Org @key(fields: "id") { id: ID!, title(short: Boolean): String!, parent: Org, boss: User }
  type User @key(fields: "id", resolvable: false) { id: ID! }
  type Product @key(fields: "id") @key(fields: "sku") @key(fields: "org { id } number") {
    id: ID!
    sku: String!
    org: Org!
    number: Int!
    name(lang: String = "en", upper: Boolean): String
    label: String!
    size(unit: Unit! = CM): Float
    weight: Float!
    dims: Dims
    parts: [Part!]
    layers: [[Part]!]
    kind: Kind
    kinds: [Kind!]!
    extra: Json
    related(first: Int): [Product!]!
    partner: Product
    discount: Int
    rank: Int @shareable
    secret: String @inaccessible
    hidden: Hidden @inaccessible
    cover: Media
    owner: User
  }
  type Hidden @inaccessible { a: Int }
  type Dims @shareable { w: Int!, h: Int, unit(of: Unit): String! }
  type Part { id: Int, weight: Float!, kind: Kind, maker: Org, inner: [Part!]! }
  type Shared @shareable { a: Int, b(x: Int = 1): String!, c: [Shared!] }
  type Sealed { value: String!, next: Sealed!, soft: Sealed, list: [Sealed!]!, rows: [[Sealed!]!]! }
  type Box { depth: Int!, in: Box, items: [Item!]!, any: Any, anys: [Any] }
  interface Media @key(fields: "id") { id: ID!, title(lang: String): String, cover: String!, year: Int }
  type Book implements Media @key(fields: "id") {
    id: ID!, title(lang: String): String, cover: String!, year: Int, pages: Int!, author: User, sequel: Book
  }
  type Movie implements Media @key(fields: "id") {
    id: ID!, title(lang: String): String, cover: String!, year: Int, length: Float, cast: [User!]
  }
  type Song implements Media @key(fields: "id") {
    id: ID!, title(lang: String): String, cover: String!, year: Int, bpm: Int, length: Int
  }
  interface Item { code: String!, maker: Org, note(x: Int): String }
  interface Heavy implements Item { code: String!, maker: Org, note(x: Int): String, kilos: Float! }
  type Stone implements Item & Heavy {
    code: String!, maker: Org, note(x: Int): String, kilos: Float!, size: Int, name: String
  }
  type Feather implements Item { code: String!, maker: Org!, note(x: Int): String!, size: Float, name: String! }
  union Hit = Product | Book | Org | Stone
  union Any = Stone | Feather | Dims | Missing
`;

const inventory = `
  type Query { warehouse(id: ID!): Warehouse, warehouses: [Warehouse!], shared: Shared @shareable, name: String! @shareable }
  type Mutation { stockSet(id: ID!, to: Int): Product, bumpStock(by: Int! = 2): Int }
  enum Unit { CM INCH }
  enum Kind { RED GREEN BLUE }
  type Shared @shareable { a: Int, b(x: Int = 1): String!, c: [Shared!] }
  type Dims @shareable { w: Int!, h: Int, unit(of: Unit): String! }
  type Part { weight: Float! @external, kind: Kind @external, inner: [Part!]! @external }
  type Org @key(fields: "id") { id: ID!, site: String, depots(first: Int = 1): [Warehouse!]! }
  type Product @key(fields: "id") @key(fields: "org { id } number") {
    id: ID!
    org: Org!
    number: Int!
    name(lang: String = "en", upper: Boolean): String @external
    size(unit: Unit! = CM): Float @external
    weight: Float! @external
    dims: Dims @external
    parts: [Part!] @external
    kind: Kind @external
    shipping(zone: Int = 7): Float! @requires(fields: "weight")
    fits: Boolean @requires(fields: "size(unit: INCH)")
    tag(pre: String): String @requires(fields: "name(lang: \\"de\\", upper: true) kind")
    boxed: String! @requires(fields: "dims { w h unit(of: INCH) }")
    partWeights: [Float!] @requires(fields: "parts { weight inner { weight kind } }")
    stock(at: ID): Int
    stocks: [Stock!]!
    discount: Int @override(from: "catalog")
    rank: Int @shareable
    origin: Warehouse @provides(fields: "city zone { code }")
  }
  type Stock { amount: Int!, at: Warehouse!, substitutes: [Product!] }
  type Warehouse @key(fields: "id") {
    id: ID!, city: String @external, zone: Zone @external, products(first: Int): [Product], capacity: Int!
  }
  type Zone { code: String @external }
`;

const places = `
  type Query { place(id: ID!): Warehouse, name: String! @shareable }
  type Warehouse @key(fields: "id") { id: ID!, city: String @shareable, zone: Zone @shareable, country: Country!, near: [Warehouse!] }
  type Zone { code: String @shareable, note: String! }
  type Country { code: ID!, name(lang: String): String }
  type Movie @key(fields: "id") { id: ID!, filmedAt: [Warehouse!] }
`;

const reviews = `
  type Query { review(id: ID!): Review, latest(first: Int! = 2): [Review], name: String! @shareable }
  type Mutation { reviewWrite(text: String!, stars: Int = 5): Review }
  type Media @key(fields: "id") @interfaceObject {
    id: ID!
    year: Int @external
    reviews(first: Int): [Review!]!
    score(of: Int = 10): Float
    age: Int @requires(fields: "year")
    best: Review
  }
  type Product @key(fields: "sku") {
    sku: String!
    label: String! @external
    reviews(first: Int, sort: [Sort!]): [Review!]
    verdict: String @requires(fields: "label")
    topic: Topic
  }
  enum Sort { NEW BEST }
  union Topic = Product | User
  type Review @key(fields: "id") {
    id: ID!
    stars: Int!
    text(cut: Int): String
    product: Product
    media: Media
    author: User @provides(fields: "nick")
    replies: [Review!]!
    thread: [[Review]]
  }
  type User @key(fields: "id") { id: ID!, nick: String @external, reviews: [Review!] }
`;

const users = `
  type Query { me: User, user(id: ID!): User!, name: String! @shareable }
  type User @key(fields: "id") @key(fields: "account { number }") {
    id: ID!
    account: Account!
    nick: String @shareable
    name: String!
    friends(first: Int = 2): [User!]
    favourite: Favourite
    org: Org
    mood(kind: String = "now"): String!
  }
  type Account { number: Int!, balance: Float }
  type Org @key(fields: "id") { id: ID!, staff: [User!]! }
  union Favourite = User | Org
`;

const billing = `
  type Query { bill(id: ID!): Bill, name: String! @shareable }
  type Bill @key(fields: "id") { id: ID!, payer: User!, total: Float! }
  type Account @shareable { number: Int! }
  type User @key(fields: "account { number }") { account: Account!, bills: [Bill!], credit: Float!, mood(kind: String = "now"): String! @override(from: "users", label: "percent(50)") }
`;

/** The SDL of each subgraph by name. */
export const TORTURE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ catalog, inventory, places, reviews, users, billing }).map(([name, sdl]) => [
    name,
    HEAD + sdl,
  ]),
);
