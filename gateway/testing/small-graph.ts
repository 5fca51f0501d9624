import { composeServices } from '@apollo/composition';
import { printSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Subscription,
} from 'type-graphql';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import { Refusal } from '#kernel/errors/refusal';
import { federate } from '#kernel/graphql/federate';
import { type LiveUpdate, updateType } from '#kernel/graphql/live.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { Cursor } from '#kernel/graphql/scalars';
import type { HookRequest, HookResponse, Subgraph } from '#kernel/server/subgraph';
import { AccessResolver, CareResolver, KeyResolver } from './small-care';
import type { SmallContext } from './small-context';

export interface ThingRow {
  readonly id: string;
  readonly ownerId: string;
  readonly state: string;
  readonly version: number;
}

const mine = (db: Database, id: string, viewer: Viewer): Promise<ThingRow | undefined> =>
  db.first<ThingRow>('select * from thing where id = $1 and "ownerId" = $2', [
    id,
    viewer.accountId ?? '',
  ]);

@Directive('@key(fields: "id")')
@ObjectType('Thing', { description: 'Something owned.' })
class Thing {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'What has become of it.' })
  state!: string;

  @Field(() => Int, { description: 'How often it changed.' })
  version!: number;

  @Field(() => Thing, { nullable: true, description: 'Itself, as deep as one likes.' })
  self?: Thing;
}

const ThingUpdate = updateType('Thing', 'thing', () => Thing);

@ArgsType()
class LiveArgs {
  @Field(() => ID, { description: 'The thing.' })
  id!: string;

  @Field(() => Cursor, { nullable: true, description: 'Go on behind this message.' })
  after?: string;
}

@Resolver()
class ThingResolver {
  @Query(() => Thing, { nullable: true, description: 'Null for everybody but its owner.' })
  thing(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() { db, viewer, seen }: SmallContext,
  ): Promise<object | null> {
    seen.push(`thing ${viewer.accountId ?? viewer.kind}`);
    return mine(db, id, viewer).then((row) => (row === undefined ? null : { ...row, self: row }));
  }

  @Query(() => String, { nullable: true, description: 'What was sent.' })
  echo(
    @Arg('text', () => String, { description: 'Any text.' }) text: string,
    @Ctx() { seen }: SmallContext,
  ): string {
    seen.push(`echo ${text}`);
    return text;
  }

  @Query(() => String, { nullable: true, description: 'Who asks.' })
  whoami(@Ctx() { viewer }: SmallContext): string {
    const { kind, accountId, keyId, scopes, tenantIds, correlationId } = viewer;
    return JSON.stringify({ kind, accountId, keyId, scopes, tenantIds, correlationId });
  }

  @Query(() => String, { nullable: true, description: 'Fails.' })
  fault(): string {
    throw new Error('select * from secret at postgres://10.0.0.1');
  }

  @Query(() => String, { nullable: true, description: 'Refuses, as a page of 1,000 rows is.' })
  refused(): string {
    throw new Refusal('BAD_PAGE_ARGUMENTS', 'a page holds 1 to 100 items');
  }

  @Mutation(() => Thing, { nullable: true, description: 'Changes the state and tells it.' })
  thingSet(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Arg('state', () => String, { description: 'The new state.' }) state: string,
    @Ctx() { db, viewer, seen }: SmallContext,
  ): Promise<object | null> {
    seen.push(`thingSet ${state}`);
    return setState(db, viewer, id, state);
  }

  @Directive('@live(topics: ["thing:{id}"], query: "thing", delivery: "LOSSLESS")')
  @NeedsScope('things:read')
  @Subscription(() => ThingUpdate, { topics: 'live', nullable: true, description: 'Its changes.' })
  thingUpdated(@Args(() => LiveArgs) _args: LiveArgs): LiveUpdate {
    throw new Error('run by the gateway');
  }
}

/** Changes a thing and tells the fact, as a subgraph's service would. */
export const setState = (
  db: Database,
  viewer: Viewer,
  id: string,
  state: string,
): Promise<ThingRow | null> =>
  db.transaction(viewer, async (tx) => {
    const row = await tx.first<ThingRow>(
      'update thing set state = $2, version = version + 1 where id = $1 returning *',
      [id, state],
    );
    if (row === undefined) return null;
    const { version } = row;
    const topics = [`thing:${id}`];
    tx.publish({ type: 'thing.changed', subject: id, version, topics, data: { state } });
    return row;
  });

const caredFor = async (
  { id }: { readonly id: string },
  { db, viewer }: SmallContext,
): Promise<object> => {
  const row = await mine(db, id, viewer);
  return { id, care: row === undefined ? null : { note: `care of ${row.state}` } };
};

const schemas = async (): Promise<Record<string, GraphQLSchema>> => ({
  marketplace: await federate<SmallContext>([ThingResolver, AccessResolver], {
    Thing: ({ id }, { db, viewer }) => mine(db, id, viewer).then((row) => row ?? null),
  }),
  payments: await federate<SmallContext>([CareResolver], { Thing: caredFor }),
  'merchant-services': await federate<SmallContext>([KeyResolver]),
});

/** A graph of three small subgraphs with everything that the gateway has to cope with. */
export interface SmallGraph {
  readonly supergraphSdl: string;
  readonly subgraphs: readonly Subgraph[];
  readonly seen: string[];
}

/** Builds and composes it over one database. */
export async function smallGraph(
  db: Database,
  hook: (request: HookRequest) => Promise<HookResponse>,
  tokenFor: SmallContext['tokenFor'],
): Promise<SmallGraph> {
  const seen: string[] = [];
  const all = await schemas();
  const composed = composeServices(
    Object.entries(all).map(([name, schema]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(printSubgraphSchema(schema)),
    })),
  );
  if (composed.errors !== undefined) {
    throw new Error(composed.errors.map(String).join('\n'));
  }
  const subgraphs = Object.entries(all).map(([name, schema]) => ({
    name,
    db,
    schema,
    context: (viewer: Viewer): SmallContext => ({ db, viewer, seen, tokenFor }),
    reactions: [],
    timers: {},
    loops: [],
    hooks: name === 'payments' ? { psp: hook } : {},
  }));
  return { supergraphSdl: composed.supergraphSdl, subgraphs, seen };
}
