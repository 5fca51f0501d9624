import type { GraphQLSchema } from 'graphql';
import type { GrantBook } from '../auth/grant';
import type { Viewer } from '../auth/viewer';
import type { Clock } from '../clock/clock';
import type { Database } from '../db/database';
import type { Poller } from '../events/poller';
import type { Reaction } from '../events/reaction';
import type { TimerHandlers } from '../events/timers';
import type { Logger } from './log';

/** What every subgraph is given to live on. */
export interface SubgraphHost {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A raw inbound call from an outside party: the bytes as they came, before any parser. */
export interface HookRequest {
  readonly connection: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HookResponse {
  readonly status: number;
  readonly body: string;
}

/** Largest file that goes through a signed link: 20 MiB. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** A file that somebody puts or fetches by a signed link: the link says all, so there is no viewer. */
export interface FileRequest {
  readonly method: 'GET' | 'PUT';
  readonly token: string;
  /** What is put, as it comes; read once, and no further than it is wanted. Nothing for GET. */
  readonly body: AsyncIterable<Buffer>;
}

export interface FileResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type FileServer = (request: FileRequest) => Promise<FileResponse>;

/** A running subgraph, ready to be served in process or over HTTP and to be worked by a worker. */
export interface Subgraph {
  readonly name: string;
  readonly db: Database;
  readonly schema: GraphQLSchema;
  /** What resolvers reach for one request: services, fresh loaders, the viewer; grants when they are asked for. */
  context(viewer: Viewer, grants?: GrantBook): object;
  /** How it reacts to facts. */
  readonly reactions: readonly Reaction[];
  readonly timers: TimerHandlers;
  /** Background work besides reactions and timers, e.g. sending what an outside party must get. */
  readonly loops: readonly Poller[];
  /** Receivers of outside parties' calls by kind, e.g. `psp`: `POST /hooks/{kind}/{connection}`. */
  readonly hooks: Readonly<Record<string, (request: HookRequest) => Promise<HookResponse>>>;
  /** Files by kind, e.g. `evidence`: `GET` and `PUT /files/{kind}/{token}`. */
  readonly files?: Readonly<Record<string, FileServer>>;
}
