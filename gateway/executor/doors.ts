import type { StatementSigner } from '#kernel/auth/statement';
import type { Clock } from '#kernel/clock/clock';
import { LocalDoor } from '#kernel/graphql/door';
import type { Logger } from '#kernel/server/log';
import type { Tracing } from '#kernel/telemetry/tracing';
import type {
  FileRequest,
  FileResponse,
  HookRequest,
  HookResponse,
  Subgraph,
} from '#kernel/server/subgraph';
import { Breaker } from './sources/breaker';
import type { BreakerState } from './sources/breaker.machine';
import type { FetchSource } from './sources/fetch-source';
import { HttpDoor } from './sources/http-door';
import type { Patience } from './sources/patience';
import {
  type CancellableDoor,
  type FetchLimits,
  type FetchMeter,
  SubgraphSource,
} from './sources/subgraph-source';
import { makeViewer } from '#kernel/auth/viewer';

/** A subgraph in this process, or one behind a URL. */
export type DoorPlace =
  { readonly subgraph: Subgraph } | { readonly name: string; readonly url: string };

/** Hands an outside party's call to its receiver; undefined when there is none of this kind. */
export type HookReceiver = (
  kind: string,
  request: HookRequest,
  correlationId: string,
  patience: Patience,
) => Promise<HookResponse | undefined>;

/** Hands a call about a file to who keeps such files; undefined when nobody does. */
export type FileKeeper = (
  kind: string,
  request: FileRequest,
  correlationId: string,
  patience: Patience,
) => Promise<FileResponse | undefined>;

/** All that the gateway can reach of the subgraphs, whatever the transport. */
export interface DoorSet {
  readonly byName: ReadonlyMap<string, CancellableDoor>;
  /** What executors fetch from, by the subgraph's name. */
  readonly sources: ReadonlyMap<string, FetchSource>;
  readonly receivers: ReadonlyMap<string, HookReceiver>;
  readonly fileKeepers: ReadonlyMap<string, FileKeeper>;
  readonly ready: ReadonlyMap<string, () => Promise<boolean>>;
  close(): Promise<void>;
}

export interface DoorTools {
  readonly signer: StatementSigner;
  readonly channelSecret: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: FetchLimits | undefined;
  readonly meter?: DoorMeter | undefined;
  readonly tracing?: Tracing | undefined;
}

/** Is also told how to ask a breaker for its state. */
export interface DoorMeter extends FetchMeter {
  watchBreaker(subgraph: string, state: () => BreakerState): void;
}

export function openDoors(places: readonly DoorPlace[], tools: DoorTools): DoorSet {
  const byName = new Map<string, CancellableDoor>();
  const receivers = new Map<string, HookReceiver>();
  const fileKeepers = new Map<string, FileKeeper>();
  const ready = new Map<string, () => Promise<boolean>>();
  const sources = new Map<string, SubgraphSource>();
  const { log, limits, meter, tracing } = tools;
  const remote: HttpDoor[] = [];
  for (const place of places) {
    if ('subgraph' in place) {
      const { subgraph } = place;
      const door = new LocalDoor(subgraph, log, tracing);
      byName.set(door.name, door);
      // No breaker: there is no network to spare, and what makes one of them late (the loop, the database) makes all late.
      sources.set(door.name, new SubgraphSource({ door, log, limits, meter, tracing }));
      receivers.set(subgraph.name, (kind, request) => receive(subgraph, kind, request));
      fileKeepers.set(subgraph.name, (kind, request) => keep(subgraph, kind, request));
      ready.set(subgraph.name, () => subgraph.db.query('select 1 as one').then(() => true));
      continue;
    }
    const door = new HttpDoor({ ...place, ...tools });
    remote.push(door);
    byName.set(door.name, door);
    const breaker = new Breaker();
    sources.set(door.name, new SubgraphSource({ door, log, limits, breaker, meter, tracing }));
    const state = (): BreakerState => breaker.state(performance.now());
    meter?.watchBreaker(door.name, state);
    receivers.set(door.name, (kind, request, correlationId, patience) =>
      door.hook(kind, request, makeViewer({ kind: 'SERVICE', correlationId }), patience),
    );
    fileKeepers.set(door.name, (kind, request, correlationId, patience) =>
      door.file(kind, request, makeViewer({ kind: 'SERVICE', correlationId }), patience),
    );
    ready.set(door.name, async () => state() !== 'OPEN' && (await door.ready()));
  }
  return {
    byName,
    sources,
    receivers,
    fileKeepers,
    ready,
    close: async () => {
      await Promise.all(remote.map((door) => door.close()));
    },
  };
}

function receive(
  { hooks }: Subgraph,
  kind: string,
  request: HookRequest,
): Promise<HookResponse | undefined> {
  const receiver = Object.hasOwn(hooks, kind) ? hooks[kind] : undefined;
  return receiver === undefined ? Promise.resolve(undefined) : receiver(request);
}

function keep(
  { files = {} }: Subgraph,
  kind: string,
  request: FileRequest,
): Promise<FileResponse | undefined> {
  const serve = Object.hasOwn(files, kind) ? files[kind] : undefined;
  return serve === undefined ? Promise.resolve(undefined) : serve(request);
}
