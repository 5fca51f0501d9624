import type { GraphQLFormattedError } from 'graphql';
import { claimsText } from '#kernel/auth/viewer';
import type { DoorRequest, DoorResponse } from '#kernel/graphql/door';
import type { CallContext } from '../../gateway.context';
import { put } from '../plan/json';

/** Sends a request to the subgraph; throws when there is no answer. */
type Send = (request: DoorRequest, call: CallContext) => Promise<DoorResponse>;

interface Member {
  readonly request: DoorRequest;
  readonly representations: readonly unknown[];
  readonly call: CallContext;
  readonly resolve: (response: DoorResponse) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  size: number;
  readonly members: Member[];
}

/** Small enough that a shared call takes hardly longer and is hardly larger than one of its parts. */
const MOST_SHARED = 200;

/**
 * Equal `_entities` queries of equal callers that operations ask for in the same turn of the event loop are one call:
 * each entity is loaded once, and each operation gets an answer as if it had asked alone.
 */
export class EntityBatches {
  /** By the query's text, which is long and always the same string, then by all else that must be equal. */
  private readonly open = new Map<string, Map<string, Batch>>();

  constructor(
    private readonly send: Send,
    /** Is told of each that does not need a call of its own. */
    private readonly joined: () => void = () => undefined,
  ) {}

  ask(
    request: DoorRequest,
    representations: readonly unknown[],
    call: CallContext,
  ): Promise<DoorResponse> {
    return new Promise((resolve, reject) => {
      const member: Member = { request, representations, call, resolve, reject };
      const key = keyOf(request, call);
      const batch = this.open.get(request.query)?.get(key);
      if (batch !== undefined && batch.size + representations.length <= MOST_SHARED) {
        batch.members.push(member);
        batch.size += representations.length;
        this.joined();
      } else this.begin(request.query, key, member);
    });
  }

  private begin(query: string, key: string, member: Member): void {
    const batch: Batch = { size: member.representations.length, members: [member] };
    const ofQuery = this.open.get(query) ?? new Map<string, Batch>();
    this.open.set(query, ofQuery.set(key, batch));
    setImmediate(() => {
      if (ofQuery.get(key) === batch) ofQuery.delete(key);
      if (ofQuery.size === 0 && this.open.get(query) === ofQuery) this.open.delete(query);
      void this.run(batch.members);
    });
  }

  private async run(members: readonly Member[]): Promise<void> {
    if (members.length === 1) {
      this.alone(members);
      return;
    }
    const { representations, places } = union(members);
    const { call, stop } = shared(members);
    try {
      const response = await this.send(together(members, representations), call);
      const parts = split(response, places);
      if (parts === undefined) this.alone(members);
      else for (const [i, part] of parts.entries()) members[i]?.resolve(part);
    } catch (error) {
      for (const { reject } of members) reject(error);
    } finally {
      stop();
    }
  }

  /** Each for itself: also when what went wrong for one may have spoilt the whole answer for the others. */
  private alone(members: readonly Member[]): void {
    for (const { request, call, resolve, reject } of members) {
      this.send(request, call).then(resolve, reject);
    }
  }
}

function keyOf({ operationName = '', variables }: DoorRequest, { viewer }: CallContext): string {
  const { representations: _shared, ...others } = variables ?? {};
  return `${claimsText(viewer)}\n${operationName}\n${JSON.stringify(others)}`;
}

/** All representations, each once, and where the members find theirs. */
function union(members: readonly Member[]): {
  readonly representations: unknown[];
  readonly places: readonly (readonly number[])[];
} {
  const known = new Map<string, number>();
  const all: unknown[] = [];
  const places = members.map(({ representations }) =>
    representations.map((representation) => {
      const text = JSON.stringify(representation);
      const place = known.get(text) ?? all.push(representation) - 1;
      known.set(text, place);
      return place;
    }),
  );
  return { representations: all, places };
}

const together = (members: readonly Member[], representations: unknown[]): DoorRequest => {
  const [first] = members;
  if (first === undefined) throw new Error('a batch has a member');
  return { ...first.request, variables: { ...first.request.variables, representations } };
};

/** The call of all: for the first one's logs, until the last one's deadline, and given up when everybody has left. */
function shared(members: readonly Member[]): { readonly call: CallContext; stop: () => void } {
  const [first] = members;
  if (first === undefined) throw new Error('a batch has a member');
  const controller = new AbortController();
  const { signal: _itsOwn, ...call } = first.call;
  const signals = members.map((member) => member.call.signal);
  const left = (): void => {
    if (signals.every((signal) => signal?.aborted)) controller.abort();
  };
  for (const signal of signals) signal?.addEventListener('abort', left);
  left();
  return {
    call: {
      ...call,
      deadline: Math.max(...members.map((member) => member.call.deadline)),
      signal: controller.signal,
    },
    stop: () => {
      for (const signal of signals) signal?.removeEventListener('abort', left);
    },
  };
}

/** Each member's part of an answer; undefined when something in it belongs to no single entity. */
function split(
  { data, errors = [] }: DoorResponse,
  places: readonly (readonly number[])[],
): DoorResponse[] | undefined {
  const entities: unknown = data?.['_entities'];
  if (!Array.isArray(entities) || errors.some(({ path }) => typeof path?.[1] !== 'number')) {
    return undefined;
  }
  const given = new Set<number>();
  const own = (place: number): unknown => {
    if (given.has(place)) return copyOf(entities[place]);
    given.add(place);
    return entities[place];
  };
  return places.map((mine) => {
    const its = errors.flatMap((error) => placed(error, mine));
    return { data: { _entities: mine.map(own) }, ...(its.length > 0 && { errors: its }) };
  });
}

/** An error where a member has its entity; nowhere when it has not. */
function placed(error: GraphQLFormattedError, mine: readonly number[]): GraphQLFormattedError[] {
  const [root = '_entities', place, ...rest] = error.path ?? [];
  return mine.flatMap((its, i) => (its === place ? [{ ...error, path: [root, i, ...rest] }] : []));
}

/** A copy that shares nothing that can be changed. Scalars that are objects of a class are not changed by anybody. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    put(copy, key, copyOf((value as Record<string, unknown>)[key]));
  }
  return copy;
}
