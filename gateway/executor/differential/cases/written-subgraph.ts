import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, execute, isEnumType, parse } from 'graphql';
import type { DoorRequest } from '#kernel/graphql/door';
import type { CallContext } from '../../../gateway.context';
import type { FetchAnswer, FetchSource } from '../../sources/fetch-source';
import { type World, compose } from '../world/world';

/** Resolvers by type and field, as buildSubgraphSchema takes them. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What mutations have changed, by name. It is gone after the run. */
export type Counts = Record<string, number>;

/** A subgraph whose answers somebody wrote down. */
export interface WrittenSubgraph {
  readonly sdl: string;
  /** Their context is the run's {@link Counts}. */
  readonly resolvers: Resolvers;
}

/** A supergraph of written subgraphs. */
export function writtenWorld(subgraphs: Readonly<Record<string, WrittenSubgraph>>): World {
  const sdls = Object.entries(subgraphs).map(([name, { sdl }]): [string, string] => [name, sdl]);
  return {
    sdl: compose(Object.fromEntries(sdls)),
    sources: new Map(
      Object.entries(subgraphs).map(([name, written]) => [name, new WrittenSource(name, written)]),
    ),
    runs: new WeakMap(),
  };
}

class WrittenSource implements FetchSource {
  private readonly schema: GraphQLSchema;
  private readonly counts = new WeakMap<CallContext, Counts>();

  constructor(
    readonly name: string,
    { sdl, resolvers }: WrittenSubgraph,
  ) {
    this.schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
    for (const type of Object.values(this.schema.getTypeMap())) {
      // So that a value can be sent that the supergraph does not know.
      if (isEnumType(type) && type.name === 'Kind') type.serialize = String;
    }
  }

  async fetch(request: DoorRequest, call: CallContext): Promise<FetchAnswer> {
    const counts = this.counts.get(call) ?? {};
    this.counts.set(call, counts);
    const result = await execute({
      schema: this.schema,
      document: parse(request.query),
      contextValue: counts,
      variableValues: request.variables,
      operationName: request.operationName,
    });
    const answer = { data: result.data ?? null, ...(result.errors && { errors: result.errors }) };
    return JSON.parse(JSON.stringify(answer)) as FetchAnswer;
  }
}
