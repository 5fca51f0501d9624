import type { GraphQLFormattedError } from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import type { DoorRequest, DoorResponse } from '#kernel/graphql/door';
import type { Logger } from '#kernel/server/log';
import { type Tracing, noTracing } from '#kernel/telemetry/tracing';
import type { CallContext } from '../../gateway.context';
import { EXPECTED } from '../../gateway.errors';
import type { Admission, Breaker, Outcome } from './breaker';
import { failed } from './empty-paths';
import { EntityBatches } from './entity-batches';
import type { FetchAnswer, FetchSource } from './fetch-source';
import { isMutation } from './http-door';
import { type Patience, within } from './patience';
import { ClientLeft, Refused, SubgraphFailure } from './subgraph-failure';

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

/** How a fetch ended: answered, without an answer, late, spared by the breaker, or nobody waited any more. */
export type FetchOutcome = 'answered' | 'unavailable' | 'timeout' | 'spared' | 'left';

/** Is told of every call to a subgraph. */
export interface FetchMeter {
  fetched(subgraph: string, outcome: FetchOutcome, ms: number): void;
  /** A fetch was sent together with another. */
  coalesced(subgraph: string): void;
}

export interface SourceOptions {
  readonly door: CancellableDoor;
  readonly log: Logger;
  readonly limits?: FetchLimits | undefined;
  /** Absent for a subgraph in this process. */
  readonly breaker?: Breaker | undefined;
  readonly meter?: FetchMeter | undefined;
  readonly tracing?: Tracing | undefined;
}

/** One subgraph behind its door: asked in time, checked, and with its failures told as errors. */
export class SubgraphSource implements FetchSource {
  private readonly entities = new EntityBatches(
    (request, call) => this.ask(request, call),
    () => this.options.meter?.coalesced(this.name),
  );
  private readonly limits: FetchLimits;

  constructor(private readonly options: SourceOptions) {
    this.limits = options.limits ?? FETCH_LIMITS;
  }

  get name(): string {
    return this.options.door.name;
  }

  async fetch(request: DoorRequest, call: CallContext): Promise<FetchAnswer> {
    try {
      return told(await this.response(request, call));
    } catch (error) {
      const failure =
        error instanceof SubgraphFailure
          ? error
          : new SubgraphFailure('SUBGRAPH_UNAVAILABLE', error);
      this.tell(failure, call);
      return { errors: failed(request, failure) };
    }
  }

  private async response(request: DoorRequest, call: CallContext): Promise<DoorResponse> {
    const representations: unknown = request.variables?.['representations'];
    if (Array.isArray(representations)) {
      // Who has less time than a fetch may take must not make others wait shorter, nor wait for theirs.
      const inTime = call.deadline - performance.now() >= this.limits.queryMs;
      const alone = !inTime || isMutation(request);
      return alone ? this.ask(request, call) : this.entities.ask(request, representations, call);
    }
    if (call.grants === undefined) return this.ask(request, call);
    const response = await this.ask({ ...request, extensions: { grant: true } }, call);
    call.grants.push(...(response.extensions?.grants ?? []));
    return response;
  }

  /** One call through the door. */
  private async ask(request: DoorRequest, call: CallContext): Promise<DoorResponse> {
    const began = performance.now();
    const admission = this.admit(began);
    const mutation = isMutation(request);
    const limit = mutation ? this.limits.mutationMs : this.limits.queryMs;
    const leftMs = call.deadline - began;
    let outcome: FetchOutcome = 'answered';
    try {
      const response = await within(
        Math.min(limit, leftMs),
        (patience) => this.traced(() => this.options.door.execute(request, call.viewer, patience)),
        mutation ? undefined : call.signal, // what was sent is done, whoever is gone
      );
      refuseWrongLength(request, response);
      return response;
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      const now = performance.now();
      if (admission !== undefined) this.settle(admission, verdict(outcome, leftMs >= limit), now);
      this.options.meter?.fetched(this.name, outcome, now - began);
    }
  }

  private traced(run: () => Promise<DoorResponse>): Promise<DoorResponse> {
    const { tracing = noTracing } = this.options;
    if (!tracing.on) return run();
    const attributes = { 'tradegraph.subgraph': this.name };
    return tracing.span(`fetch ${this.name}`, { kind: 'CLIENT', attributes }, run);
  }

  private admit(now: number): Admission | undefined {
    const { breaker, meter } = this.options;
    if (breaker === undefined) return undefined;
    const admission = breaker.admit(now);
    if (admission !== undefined) return admission;
    meter?.fetched(this.name, 'spared', 0);
    throw new Refused();
  }

  private settle(admission: Admission, outcome: Outcome, now: number): void {
    const { breaker, log } = this.options;
    const before = breaker?.state(now);
    breaker?.settle(admission, outcome, now);
    const after = breaker?.state(now);
    if (after !== before) log.warn({ subgraph: this.name, breaker: after }, 'a breaker changed');
  }

  private tell(failure: SubgraphFailure, { viewer: { correlationId } }: CallContext): void {
    const { code, cause } = failure;
    const expected = failure instanceof ClientLeft || failure instanceof Refused;
    this.options.log[expected ? 'debug' : 'warn'](
      { subgraph: this.name, code, err: cause, correlationId },
      'a subgraph gave no answer',
    );
  }
}

function outcomeOf(error: unknown): FetchOutcome {
  if (error instanceof ClientLeft) return 'left';
  const late = error instanceof SubgraphFailure && error.code === 'SUBGRAPH_TIMEOUT';
  return late ? 'timeout' : 'unavailable';
}

/** What it tells of the subgraph, which is not to blame for being late when it had less than its whole time. */
function verdict(outcome: FetchOutcome, hadItsTime: boolean): Outcome {
  if (outcome === 'answered') return 'GOOD';
  if (outcome === 'left') return 'NEITHER';
  return outcome === 'timeout' && !hadItsTime ? 'NEITHER' : 'BAD';
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
