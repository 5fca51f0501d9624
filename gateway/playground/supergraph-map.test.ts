import { readFileSync } from 'node:fs';
import { type MappedEntity, mapSupergraph } from './supergraph-map';

const JOIN = `
  enum join__Graph {
    SHOP @join__graph(name: "shop", url: "http://10.0.0.1:4001")
    BANK @join__graph(name: "big-bank", url: "http://10.0.0.2:4002")
  }`;
const SMALL = `${JOIN}
  type Query @join__type(graph: SHOP) @join__type(graph: BANK) {
    order(id: ID!): Order @join__field(graph: SHOP)
    money: Money @join__field(graph: BANK)
    secret: Order @join__field(graph: BANK) @inaccessible
  }
  type Subscription @join__type(graph: SHOP) {
    orderUpdated(id: ID!): Order @join__field(graph: SHOP)
      @live(topics: ["order:{id}"], query: "order", delivery: "LOSSLESS", share: "PARTY")
  }
  """What was bought."""
  type Order @join__type(graph: SHOP, key: "id") @join__type(graph: SHOP, key: "number")
    @join__type(graph: BANK, key: "id") {
    id: ID!
    number: String! @join__field(graph: SHOP) @join__field(graph: BANK, external: true)
    total: Int! @join__field(graph: SHOP)
    money: [Money!]! @join__field(graph: BANK, requires: "number")
    hidden: Int @join__field(graph: SHOP) @inaccessible
  }
  type Money @join__type(graph: BANK, key: "id") @join__type(graph: SHOP, key: "id", resolvable: false) {
    id: ID!
  }
  type Receipt @join__type(graph: SHOP) { money: Money }
  type Hidden @join__type(graph: SHOP, key: "id") @inaccessible { id: ID! }
`;

const entity = (name: string, sdl = SMALL): MappedEntity => {
  const found = mapSupergraph(sdl).entities.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no entity ${name}`);
  return found;
};

test('who owns an entity, who adds to it, who only points to it', () => {
  expect(entity('Order')).toMatchObject({
    owner: 'shop',
    description: 'What was bought.',
    parts: [
      { subgraph: 'big-bank', role: 'ADDS', keys: ['id'] },
      { subgraph: 'shop', role: 'OWNS', keys: ['id', 'number'] },
    ],
  });
  expect(entity('Money').parts).toMatchObject([
    { subgraph: 'big-bank', role: 'OWNS' },
    { subgraph: 'shop', role: 'POINTS' },
  ]);
});

test('fields stand with the subgraphs that answer them', () => {
  const [bank, shop] = entity('Order').parts;
  expect(bank?.fields).toMatchObject([
    { name: 'id', type: 'ID!' },
    { name: 'money', type: '[Money!]!', entity: 'Money', requires: 'number' },
  ]);
  expect(shop?.fields.map(({ name }) => name)).toEqual(['id', 'number', 'total']);
});

test('fields that lead into another subgraph', () => {
  expect(mapSupergraph(SMALL).crossings).toEqual([
    { type: 'Receipt', field: 'money', from: 'shop', entity: 'Money', to: 'big-bank' },
  ]);
});

test('live fields with what they hear', () => {
  expect(mapSupergraph(SMALL).live).toMatchObject([
    {
      name: 'orderUpdated',
      subgraph: 'shop',
      topics: ['order:{id}'],
      query: 'order',
      delivery: 'LOSSLESS',
      share: 'PARTY',
    },
  ]);
});

test('what clients may not see is not there, and no address', () => {
  const map = mapSupergraph(SMALL);
  expect(map.entities.map(({ name }) => name)).toEqual(['Money', 'Order']);
  expect(map.subgraphs).toEqual([
    { name: 'big-bank', queries: 1, mutations: 0 },
    { name: 'shop', queries: 1, mutations: 0 },
  ]);
  expect(JSON.stringify(map)).not.toMatch(/hidden|secret|http|10\.0/i);
});

test('the committed supergraph: every order field has one home, every live field a topic', () => {
  const sdl = readFileSync('schema/supergraph.graphql', 'utf8');
  const map = mapSupergraph(sdl);
  expect(map.subgraphs).toHaveLength(4);
  expect(entity('Order', sdl).owner).toBe('marketplace');
  expect(entity('Escrow', sdl).owner).toBe('payments');
  expect(map.live.length).toBeGreaterThanOrEqual(3);
  expect(map.live.filter(({ topics }) => topics.length === 0)).toEqual([]);
  expect(JSON.stringify(map)).not.toContain('://');
});
