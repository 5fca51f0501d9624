import type { GraphQLFormattedError } from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import type { DoorRequest, DoorResponse } from '#kernel/graphql/door';
import type { Logger } from '#kernel/server/log';
import type { CallContext } from '../../gateway.context';
import { EXPECTED } from '../../gateway.errors';
import { failed } from './empty-paths';
import type { FetchAnswer, FetchSource } from './fetch-source';
import { isMutation } from './http-door';
import { type Patience, within } from './patience';
import { SubgraphFailure } from './subgraph-failure';

/** A subgraph's door that may be told to give up. */
export interface CancellableDoor {
  readonly name: string;
  execute(request: DoorRequest, viewer: Viewer, patience?: Patience): Promise<DoorResponse>;
}

/** How long one fetch may take, in milliseconds. */
export interface FetchLimits {
  readonly queryMs: number;
  readonly mutationMs: number;
}

const FETCH_LIMITS: FetchLimits = { queryMs: 3_000, mutationMs: 10_000 };

/** One subgraph behind its door: in time, checked, and with its failures told as errors. */
export class SubgraphSource implements FetchSource {
  constructor(
    private readonly door: CancellableDoor,
    private readonly log: Logger,
    private readonly limits: FetchLimits = FETCH_LIMITS,
  ) {}

  get name(): string {
    return this.door.name;
  }

  async fetch(request: DoorRequest, call: CallContext): Promise<FetchAnswer> {
    const { viewer, deadline } = call;
    const limit = isMutation(request) ? this.limits.mutationMs : this.limits.queryMs;
    try {
      const response = await within(Math.min(limit, deadline - performance.now()), (patience) =>
        this.door.execute(request, viewer, patience),
      );
      refuseWrongLength(request, response);
      return told(response);
    } catch (error) {
      const failure =
        error instanceof SubgraphFailure
          ? error
          : new SubgraphFailure('SUBGRAPH_UNAVAILABLE', error);
      const { correlationId } = viewer;
      this.log.warn(
        { subgraph: this.name, code: failure.code, err: failure.cause, correlationId },
        'a subgraph gave no answer',
      );
      return { errors: failed(request, failure) };
    }
  }
}

function refuseWrongLength({ variables }: DoorRequest, { data }: DoorResponse): void {
  const wanted: unknown = variables?.['representations'];
  const got = data?.['_entities'];
  if (Array.isArray(wanted) && Array.isArray(got) && wanted.length !== got.length) {
    throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', new Error('wrong number of entities'));
  }
}

/** Takes over what a subgraph may say: data, and errors without anything but their code. */
const told = ({ data, errors }: DoorResponse): FetchAnswer => ({
  ...(data !== undefined && { data }),
  ...(errors !== undefined && errors.length > 0 && { errors: errors.map(plain) }),
});

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
