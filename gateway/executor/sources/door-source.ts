import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import {
  type FieldNode,
  type GraphQLFormattedError,
  Kind,
  type SelectionNode,
  parse,
} from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import type { DoorRequest, DoorResponse } from '#kernel/graphql/door';
import type { Logger } from '#kernel/server/log';
import type { CallContext } from '../../gateway.context';
import { EXPECTED, gatewayErrors } from '../../gateway.errors';
import { isMutation } from './http-door';
import { SubgraphFailure, within } from './subgraph-failure';

type Fetched = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** A subgraph's door that may be told to give up. */
export interface CancellableDoor {
  readonly name: string;
  execute(request: DoorRequest, viewer: Viewer, signal?: AbortSignal): Promise<DoorResponse>;
}

/** How long one fetch may take, in milliseconds. */
export interface FetchLimits {
  readonly queryMs: number;
  readonly mutationMs: number;
}

const FETCH_LIMITS: FetchLimits = { queryMs: 3_000, mutationMs: 10_000 };
const MAX_ERRORS = 20;

/**
 * One subgraph as the executor sees it. When the subgraph gives no answer, only the fields it would have filled are
 * null, each with an error that names the cause and nothing of our insides.
 */
export class DoorSource implements GraphQLDataSource<CallContext> {
  constructor(
    private readonly door: CancellableDoor,
    private readonly log: Logger,
    private readonly limits: FetchLimits = FETCH_LIMITS,
  ) {}

  async process(options: GraphQLDataSourceProcessOptions<CallContext>): Promise<Fetched> {
    if (!('incomingRequestContext' in options)) {
      throw new Error('a subgraph is only asked for a caller');
    }
    const { viewer, deadline } = options.context;
    const { query = '', variables, operationName } = options.request;
    const request: DoorRequest = { query, variables, operationName };
    const limit = isMutation(request) ? this.limits.mutationMs : this.limits.queryMs;
    try {
      const response = await within(Math.min(limit, deadline - performance.now()), (signal) =>
        this.door.execute(request, viewer, signal),
      );
      return checked(request, response);
    } catch (error) {
      const failure =
        error instanceof SubgraphFailure
          ? error
          : new SubgraphFailure('SUBGRAPH_UNAVAILABLE', error);
      const { correlationId } = viewer;
      this.log.warn(
        { subgraph: this.door.name, code: failure.code, err: failure.cause, correlationId },
        'a subgraph gave no answer',
      );
      return { errors: failed(request, failure) };
    }
  }
}

/** Takes over what a subgraph may say: data, and errors without anything but their code. */
function checked({ variables }: DoorRequest, { data, errors }: DoorResponse): Fetched {
  const wanted: unknown = variables?.['representations'];
  const got = data?.['_entities'];
  if (Array.isArray(wanted) && Array.isArray(got) && wanted.length !== got.length) {
    throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', new Error('wrong number of entities'));
  }
  return {
    ...(data !== undefined && { data }),
    ...(errors !== undefined && errors.length > 0 && { errors: errors.map(plain) }),
  };
}

function plain({ message, path, extensions }: GraphQLFormattedError): GraphQLFormattedError {
  const { code, correlationId } = extensions ?? {};
  const expected = typeof code === 'string' && code !== 'INTERNAL';
  return {
    message,
    ...(path !== undefined && { path }),
    extensions: {
      ...(expected ? { code, [EXPECTED]: true } : { code: 'INTERNAL' }),
      ...(typeof correlationId === 'string' && { correlationId }),
    },
  };
}

/** One error for each field that stays empty. */
function failed(request: DoorRequest, { code }: SubgraphFailure): GraphQLFormattedError[] {
  return emptyPaths(request)
    .slice(0, MAX_ERRORS)
    .map((path) => ({ message: gatewayErrors[code], path, extensions: { code } }));
}

function emptyPaths({ query, variables }: DoorRequest): (string | number)[][] {
  const [operation] = parse(query).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [[]];
  const roots = fieldsOf(operation.selectionSet.selections);
  const representations: unknown = variables?.['representations'];
  if (!Array.isArray(representations)) return roots.map((field) => [keyOf(field)]);
  const keys = fieldsOf(roots[0]?.selectionSet?.selections ?? []).map(keyOf);
  return representations.flatMap((_, i) =>
    keys.filter((key) => key !== '__typename').map((key) => ['_entities', i, key]),
  );
}

const keyOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** Fields directly below, also those in inline fragments, which is how `_entities` selects. */
function fieldsOf(selections: readonly SelectionNode[]): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet.selections);
    return [];
  });
}
