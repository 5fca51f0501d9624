import { ApolloGateway } from '@apollo/gateway';
import { type ServiceMap, executeQueryPlan } from '@apollo/gateway/dist/executeQueryPlan';
import { buildOperationContext } from '@apollo/gateway/dist/operationContext';
import { Supergraph } from '@apollo/federation-internals';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { type DocumentNode, type GraphQLSchema, getOperationAST, parse, print } from 'graphql';
import { callContext } from '../../gateway.context';
import { silentLogger } from '#kernel/server/log';
import { aliasFields, fieldsWithArguments } from '../argument-aliases';
import { Generation } from '../generation';
import { DoorSource } from '../sources/door-source';
import { TypesOfObjectsOnly, detour, underOurAliases } from './detour';
import { RememberingPlanner } from './remembering-planner';
import type { Answer, GeneratedOperation, Run } from './run';
import type { World } from './world/world';

/** The executors that are compared, all over the same subgraphs. */
export interface Executors {
  /** The schema of clients. */
  readonly schema: GraphQLSchema;
  /** Ours: own aliases, plan, compiled execution and shaping. */
  readonly own: Run;
  /** ApolloGateway whole: plans the client's document itself. */
  readonly apollo: Run;
  /** The execution and shaping of ApolloGateway over our plan: planning, which is slow, is done once. */
  readonly apolloOnOurPlan: Run;
  /** ApolloGateway whole, on an equivalent document that keeps clear of its known faults. */
  readonly apolloByDetour: Run;
  /** The same document over our plan, for what its planner gives up on. */
  readonly onOurPlanByDetour: Run;
}

/** Starts all executors over a world. */
export async function startExecutors(world: World): Promise<Executors> {
  const planner = new RememberingPlanner(world.sdl);
  const generation = new Generation(world.sdl, world.sources, planner);
  return {
    schema: generation.schema,
    own: async ({ query, variables }, viewer, mood) => {
      const call = callContext(viewer, 'http');
      world.runs.set(call, { mood, turn: 0 });
      const document = parse(query, { noLocation: true });
      const operation = await generation.prepare({
        source: query,
        document,
        operationName: undefined,
      });
      return operation.run(variables, call);
    },
    ...(await wholeGateway(world)),
    ...planExecutions(world, planner),
  };
}

async function wholeGateway(world: World): Promise<Pick<Executors, 'apollo' | 'apolloByDetour'>> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'; // it reports to its vendor by default
  const whole = Supergraph.build(world.sdl).schema.toGraphQLJSSchema();
  const withArguments = fieldsWithArguments(whole);
  const apollo = await gatewayOver(world);
  const plain = await gatewayOver({
    ...world,
    sources: new Map(
      [...world.sources].map(([name, source]) => [name, new TypesOfObjectsOnly(source, whole)]),
    ),
  });
  return {
    apollo,
    apolloByDetour: byDetour(plain, withArguments),
  };
}

/** Runs the equivalent document instead. */
const byDetour =
  (run: Run, withArguments: ReturnType<typeof fieldsWithArguments>): Run =>
  async ({ query, variables }, viewer, mood) => {
    const { document, original } = detour(parse(query, { noLocation: true }), withArguments);
    const answer = await run({ query: print(document), variables }, viewer, mood);
    return withClientNames(answer, original, '__typename');
  };

async function gatewayOver(world: World): Promise<Run> {
  const gateway = new ApolloGateway({
    supergraphSdl: world.sdl,
    logger: silentLogger(),
    buildService: ({ name }) => new DoorSource(sourceOf(world, name)),
  });
  const { schema, executor } = await gateway.load();
  return (operation, viewer, mood) => {
    const call = callContext(viewer, 'http');
    world.runs.set(call, { mood, turn: 0 });
    const document = parse(operation.query, { noLocation: true });
    return executor(requestFor(operation, document, schema, call));
  };
}

function planExecutions(
  world: World,
  planner: RememberingPlanner,
): Pick<Executors, 'apolloOnOurPlan' | 'onOurPlanByDetour'> {
  const supergraph = Supergraph.build(world.sdl);
  const apiSchema = supergraph.apiSchema();
  const schema = apiSchema.toGraphQLJSSchema();
  const whole = supergraph.schema.toGraphQLJSSchema();
  const withArguments = fieldsWithArguments(whole);
  const services = Object.fromEntries(
    [...world.sources.keys()].map((name) => [name, new DoorSource(sourceOf(world, name))]),
  ) as ServiceMap;
  const run: Run = async (operation, viewer, mood) => {
    const call = callContext(viewer, 'http');
    world.runs.set(call, { mood, turn: 0 });
    const client = parse(operation.query, { noLocation: true });
    const { document: planned, keyOf, original } = aliasFields(client, withArguments);
    const document = underOurAliases(client, keyOf);
    const answer = await executeQueryPlan(
      planner.planOf(print(planned)),
      services,
      requestFor(operation, document, schema, call),
      buildOperationContext({ schema, operationDocument: document }),
      whole,
      apiSchema,
    );
    return withClientNames(answer, original);
  };
  return { apolloOnOurPlan: run, onOurPlanByDetour: byDetour(run, withArguments) };
}

function sourceOf({ sources }: World, name: string) {
  const source = sources.get(name);
  if (source === undefined) throw new Error(`there is no subgraph ${name}`);
  return source;
}

/** The parts of a request that ApolloGateway reads. */
function requestFor(
  { query, variables }: GeneratedOperation,
  document: DocumentNode,
  schema: GraphQLSchema,
  context: object,
): GatewayGraphQLRequestContext {
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('the document has one operation');
  const request: Partial<GatewayGraphQLRequestContext> = {
    request: { query, variables },
    document,
    operation,
    operationName: null,
    queryHash: query,
    source: query,
    schema,
    context,
    metrics: {},
    logger: silentLogger(),
  };
  return request as GatewayGraphQLRequestContext;
}

function withClientNames(
  { data, errors }: Answer,
  original: (key: string) => string,
  dropped?: string,
): Answer {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (typeof value !== 'object' || value === null) return value;
    // The gateway's own objects have no prototype; others are values of custom scalars.
    if (Object.getPrototypeOf(value) !== null) return value;
    const object = Object.create(null) as Record<string, unknown>;
    for (const [key, one] of Object.entries(value)) {
      if (key !== dropped) object[original(key)] = renamed(one);
    }
    return object;
  };
  return {
    ...(data !== undefined && { data: renamed(data) as Answer['data'] }),
    ...(errors && {
      errors: errors.map(({ message, path, extensions }) => ({
        message,
        extensions: extensions ?? {},
        ...(path && { path: path.map((key) => (typeof key === 'string' ? original(key) : key)) }),
      })),
    }),
  };
}
