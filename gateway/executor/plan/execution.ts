import type { GraphQLError } from 'graphql';
import type { DoorRequest } from '#kernel/graphql/door';
import type { FetchAnswer } from '../sources/fetch-source';
import type { JsonObject } from './json';

/** One run of an operation's plan. */
export interface Run {
  /** What subgraphs have answered so far, put together. */
  readonly data: JsonObject;
  /** As the client sent them; defaults are the subgraphs' to fill. */
  readonly variables: JsonObject;
  readonly errors: GraphQLError[];
  /** Asks a subgraph. It always answers: a failure is an answer with errors. */
  fetch(subgraph: string, request: DoorRequest): Promise<FetchAnswer>;
}

/** A compiled node of a plan. */
export type Step = (run: Run) => Promise<void>;
