import type { GraphQLFormattedError } from 'graphql';
import type { DoorRequest } from '#kernel/graphql/door';
import type { CallContext } from '../../gateway.context';

/** What a subgraph gave for one fetch. The data is the caller's own: it may be changed. */
export interface FetchAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/**
 * One subgraph as an executor sees it. A subgraph that gives no answer throws nothing: there is an error with a path for
 * each field that stays empty, which names the cause and nothing of our insides.
 */
export interface FetchSource {
  readonly name: string;
  fetch(request: DoorRequest, call: CallContext): Promise<FetchAnswer>;
}
