import 'reflect-metadata';
import { composeServices } from '@apollo/composition';
import { ApolloGateway, LocalGraphQLDataSource } from '@apollo/gateway';
import { printSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, graphql, parse, printSchema } from 'graphql';
import {
  Arg,
  Args,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Refusal } from '../errors/refusal';
import { undescribed } from '../testing/descriptions';
import { type Connection, NodeType, PageArgs, connectionType } from './connection.types';
import { federate } from './federate';
import { type LiveUpdate, updateType } from './live.types';
import { MoneyInput, MoneyType } from './money.types';
import { connectionOf, pageRequest } from './page';
import { ActionType, type Payload, payloadType } from './payload.types';
import { Cursor } from './scalars';

@Directive('@key(fields: "id")')
@ObjectType({ implements: NodeType, description: 'A kettle.' })
class Kettle extends NodeType {
  @Field(() => MoneyType, { description: 'Its price.' })
  price!: MoneyType;

  @Directive('@access(perUser: true)')
  @Field(() => [ActionType], { description: 'What can be done with it.' })
  actions!: ActionType[];
}

const KettleConnection = connectionType('Kettle', () => Kettle);
const KettleUpdate = updateType('Kettle', 'kettle', () => Kettle);
const KettlePricePayload = payloadType<{ kettle: Kettle }>(
  'KettlePrice',
  { TOO_DEAR: 'The price is above what a kettle may cost.' },
  { kettle: { type: () => Kettle, description: 'The kettle with its new price.' } },
);

const kettle = (minor: bigint): Kettle => ({
  id: 'ket_1',
  price: MoneyType.of(minor, 'EUR'),
  actions: [{ action: 'kettlePrice', allowed: true, reason: null, deadline: null }],
});

@Resolver(() => Kettle)
class KettleResolver {
  @Query(() => Kettle, { nullable: true, description: 'One kettle.' })
  kettle(@Arg('id', () => ID, { description: 'Which.' }) id: string): Kettle | null {
    return id === 'ket_1' ? kettle(1990n) : null;
  }

  @Query(() => KettleConnection, { nullable: true, description: 'All kettles.' })
  kettles(@Args(() => PageArgs) page: PageArgs): Connection<Kettle> {
    return connectionOf([kettle(1990n)], pageRequest(page), ({ id }) => [id]);
  }

  @Mutation(() => KettlePricePayload, { nullable: true, description: 'Sets the price.' })
  kettlePrice(
    @Arg('price', () => MoneyInput, { description: 'The new price.' }) price: MoneyInput,
  ): Promise<Payload<{ kettle: Kettle }>> {
    return KettlePricePayload.settle(() => {
      if (price.minorUnits > 10_000n) throw new Refusal('TOO_DEAR', 'too dear', ['price']);
      return Promise.resolve({ kettle: kettle(price.minorUnits) });
    });
  }

  @Directive('@cost(weight: 7)')
  @Directive(
    '@live(topics: ["kettle:{id}"], query: "kettle", delivery: "LOSSLESS", share: "PARTY")',
  )
  @Subscription(() => KettleUpdate, {
    topics: ['live'],
    nullable: true,
    description: 'What happens to one kettle.',
  })
  kettleUpdated(
    @Root() update: LiveUpdate,
    @Arg('id', () => ID, { description: 'Which.' }) _id: string,
    @Arg('after', () => Cursor, { nullable: true, description: 'Go on behind this message.' })
    _after?: string,
  ): LiveUpdate {
    return update;
  }
}

@Directive('@key(fields: "id")')
@ObjectType('Kettle', { implements: NodeType, description: 'A kettle.' })
class ReviewedKettle extends NodeType {}

@Resolver(() => ReviewedKettle)
class ReviewResolver {
  @Query(() => Int, { nullable: true, description: 'How many reviews there are.' })
  reviewCount(): number {
    return 1;
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Mean stars.' })
  stars(@Root() { id }: ReviewedKettle): number | null {
    return id === 'ket_1' ? 5 : null;
  }

  @FieldResolver(() => MoneyType, { nullable: true, description: 'What reviewers paid.' })
  paid(): MoneyType {
    return MoneyType.of(1000n, 'JPY');
  }
}

const kettles = (): Promise<GraphQLSchema> =>
  federate([KettleResolver], { Kettle: ({ id }) => (id === 'ket_1' ? kettle(1990n) : null) });
const reviews = (): Promise<GraphQLSchema> =>
  federate([ReviewResolver], { Kettle: ({ id }) => ({ id }) });

async function compose() {
  const subgraphs: Record<string, GraphQLSchema> = {
    kettles: await kettles(),
    reviews: await reviews(),
  };
  const services = Object.entries(subgraphs).map(([name, schema]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(printSubgraphSchema(schema)),
  }));
  return { subgraphs, ...composeServices(services) };
}

test('a subgraph prints its directives, its own types and its entities', async () => {
  const sdl = printSubgraphSchema(await kettles());
  expect(sdl).toContain('kettleUpdated(');
  expect(sdl).toMatch(
    /@live\(topics: \["kettle:\{id\}"\], query: "kettle", delivery: "LOSSLESS", share: "PARTY"\)/,
  );
  expect(sdl).toContain('@composeDirective(name: "@live")');
  expect(sdl).toContain('@composeDirective(name: "@access")');
  expect(sdl).toContain('type Kettle implements Node\n  @key(fields: "id")');
  expect(sdl).toMatch(/type Money\n {2}@shareable/);
});

test('subgraphs compose, keep their directives in the supergraph and hide them from clients', async () => {
  const { errors, supergraphSdl, schema } = await compose();
  expect(errors).toBeUndefined();
  expect(supergraphSdl).toContain('@live(topics: ["kettle:{id}"]');
  expect(supergraphSdl).toContain('@access(perUser: true)');
  const api = schema!.toAPISchema().toGraphQLJSSchema();
  expect(undescribed(api)).toEqual([]);
  expect(printSchema(api)).not.toMatch(/@(?:live|access|cost|listSize)/);
});

test('what conventions decide about cost is said for each field that does not say it itself', async () => {
  const sdl = printSubgraphSchema(await kettles())
    .replace(/\n/g, ' ')
    .replace(/ +/g, ' ');
  expect(sdl).toContain(
    'KettleConnection @listSize(assumedSize: 20, slicingArguments: ["first", "last"], ' +
      'sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)',
  );
  expect(sdl).toContain('userErrors: [KettlePriceUserError!]! @listSize(assumedSize: 1)');
  expect(sdl).toContain('@access(perUser: true) @listSize(assumedSize: 5)');
  expect(sdl).toMatch(/KettlePricePayload @cost\(weight: 10\)/);
  expect(sdl).toMatch(/kettleUpdated\([^)]*\): KettleUpdate @cost\(weight: 7\) @live/);
});

test('the gateway answers across both, with entities by reference', async () => {
  const { subgraphs, supergraphSdl } = await compose();
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphSdl!,
    buildService: ({ name }) => new LocalGraphQLDataSource(subgraphs[name]!),
  });
  const { executor, schema } = await gateway.load();
  const source = `{
    kettle(id: "ket_1") { id price { amount minorUnits } stars paid { amount } }
    missing: kettle(id: "ket_2") { id stars }
    kettles(first: 1) { nodes { stars } edges { cursor } pageInfo { hasNextPage } totalCount { count } }
  }`;
  const document = parse(source);
  const { data, errors } = await executor({
    document,
    request: { query: source },
    queryHash: 'q',
    operationName: null,
    context: {},
    schema,
    logger: console,
    metrics: {},
    cache: undefined,
  } as never);
  await gateway.stop();
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    kettle: { stars: 5, price: { amount: '19.90', minorUnits: '1990' }, paid: { amount: '1000' } },
    missing: null,
    kettles: { nodes: [{ stars: 5 }], pageInfo: { hasNextPage: false }, totalCount: null },
  });
});

test('a mutation settles a refusal as a user error and lets a fault pass', async () => {
  const schema = await kettles();
  const source = `mutation ($minor: BigInt!) {
    kettlePrice(price: { minorUnits: $minor, currencyCode: "EUR" }) {
      kettle { price { minorUnits } } userErrors { code field message retryable }
    }
  }`;
  const call = (minor: string) => graphql({ schema, source, variableValues: { minor } });
  expect((await call('1')).data).toEqual({
    kettlePrice: { kettle: { price: { minorUnits: '1' } }, userErrors: [] },
  });
  expect((await call('10001')).data).toEqual({
    kettlePrice: {
      kettle: null,
      userErrors: [{ code: 'TOO_DEAR', field: ['price'], message: 'too dear', retryable: false }],
    },
  });
});
