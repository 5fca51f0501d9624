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
  ObjectType,
  Query,
  Resolver,
  Subscription,
} from 'type-graphql';
import type { GrantBook } from '#kernel/auth/grant';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import { federate } from '#kernel/graphql/federate';
import { type LiveUpdate, updateType } from '#kernel/graphql/live.types';
import { Cursor } from '#kernel/graphql/scalars';

/** What resolvers of the live bench reach. */
export interface ParcelContext {
  readonly db: Database;
  readonly viewer: Viewer;
  readonly grants: GrantBook | undefined;
  /** Called at each run of the live field's query. */
  readonly ran: () => void;
}

interface ParcelRow {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly place: string;
}

/** The two sides of a parcel: who is on the same side sees the same. */
export const SIDES = ['sender', 'receiver'] as const;

/** The account number n of a side. */
export const accountOf = (side: (typeof SIDES)[number], n: number): string => `acc_${side}_${n}`;

const rowOf = (db: Database, id: string): Promise<ParcelRow | undefined> =>
  db.first<ParcelRow>('select id, state, version, place from parcel where id = $1', [id]);

@Directive('@key(fields: "id")')
@ObjectType('Parcel', { description: 'Something on its way.' })
class Parcel {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'What has become of it.' })
  state!: string;

  @Field(() => Int, { description: 'How often it changed.' })
  version!: number;
}

const ParcelUpdate = updateType('Parcel', 'parcel', () => Parcel);

@ArgsType()
class LiveArgs {
  @Field(() => ID, { description: 'The parcel.' })
  id!: string;

  @Field(() => Cursor, { nullable: true, description: 'Go on behind this message.' })
  after?: string;
}

@Resolver()
class ParcelResolver {
  @Query(() => Parcel, { nullable: true, description: 'Null for everybody but its two sides.' })
  async parcel(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() { db, viewer, grants, ran }: ParcelContext,
  ): Promise<object | null> {
    ran();
    const side = SIDES.find((one) => viewer.accountId?.startsWith(accountOf(one, 0).slice(0, -1)));
    const row = side && (await rowOf(db, id));
    if (row === undefined || side === undefined) return null;
    grants?.give(id, side, []);
    return row;
  }

  @Directive(
    '@live(topics: ["parcel:{id}"], query: "parcel", delivery: "LOSSLESS", share: "PARTY")',
  )
  @Subscription(() => ParcelUpdate, { topics: 'live', nullable: true, description: 'Its changes.' })
  parcelUpdated(@Args(() => LiveArgs) _args: LiveArgs): LiveUpdate {
    throw new Error('run by the gateway');
  }
}

@ObjectType('Place', { description: 'Where it is.' })
class Place {
  @Field(() => String, { description: 'The name.' })
  name!: string;
}

@Directive('@key(fields: "id")')
@ObjectType('Parcel', { description: 'Something on its way.' })
class PlacedParcel {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => Place, { nullable: true, description: 'Where it was seen last.' })
  place?: Place;
}

@Resolver(() => PlacedParcel)
class PlaceResolver {
  @Query(() => String, { nullable: true, description: 'Says that it is there.' })
  places(): string {
    return 'here';
  }
}

/** Builds the two subgraphs: who owns parcels, and who knows where they are. */
export const SUBGRAPHS = {
  parcels: (): Promise<GraphQLSchema> =>
    federate<ParcelContext>([ParcelResolver], {
      Parcel: ({ id }, { db }) => rowOf(db, id).then((row) => row ?? null),
    }),
  places: (): Promise<GraphQLSchema> =>
    federate<ParcelContext>([PlaceResolver], {
      Parcel: async ({ id }, { db }) => {
        const row = await rowOf(db, id);
        return { id, place: row && { name: row.place } };
      },
    }),
};
export type LiveSubgraphName = keyof typeof SUBGRAPHS;

/** The supergraph of both. */
export async function parcelSupergraph(): Promise<string> {
  const services = Object.entries(SUBGRAPHS).map(async ([name, schema]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(printSubgraphSchema(await schema())),
  }));
  const { supergraphSdl, errors } = composeServices(await Promise.all(services));
  if (supergraphSdl === undefined) throw new Error(errors.join('\n'));
  return supergraphSdl;
}

/** What every subscriber asks for, at our gateway and at the plain server alike. */
export const SUBSCRIPTION = `subscription Follow($id: ID!) { parcelUpdated(id: $id) {
  kind cursor eventType occurredAt parcel { id state version place { name } } } }`;
