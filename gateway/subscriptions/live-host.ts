import type { FormattedExecutionResult } from 'graphql';
import type { Grant } from '#kernel/auth/grant';
import type { Viewer } from '#kernel/auth/viewer';
import type { EventLog } from '#kernel/events/event-log';
import type { Position } from '#kernel/events/fact';
import type { Logger } from '#kernel/server/log';
import type { Caller } from '../http/caller.service';
import type { CursorCodec } from './cursor';
import type { Access } from './live-answer';
import type { LivePlan, LiveQuery } from './live-plan';
import type { Subscriber } from './subscriber';

/** What was found for a viewer, whether they may see it, and under which right. */
export interface Finding {
  readonly answer: FormattedExecutionResult;
  readonly access: Access;
  readonly grant: Grant;
  /** When it was asked, on the scale of `performance.now()`. */
  readonly askedAt: number;
}

/** Counts what happens; metrics are one. */
export interface LiveWatch {
  executed(): void;
  delivered(subscribers: number): void;
  committedToDelivered(committed: Date, now: number): void;
  coalesced(): void;
  caughtUpWith(facts: number): void;
}

/** Runs a query of a live field as a viewer; grants of the owner are added to the list. */
export type RunLive = (
  query: LiveQuery,
  viewer: Viewer,
  grants: Grant[],
) => Promise<FormattedExecutionResult>;

/** What groups and catch-ups need of the hub. */
export interface LiveHost {
  readonly logs: readonly EventLog[];
  readonly cursors: CursorCodec;
  readonly log: Logger;
  readonly watch: LiveWatch | undefined;
  /** Up to where a source's facts were handed out; undefined before it is followed. */
  handedOut(source: string): Position | undefined;
  now(): number;
  /** Asks a query of the plan as a viewer. */
  find(plan: LivePlan, query: LiveQuery, viewer: Viewer, correlationId: string): Promise<Finding>;
  /** Asks whether a caller may still see it; also for the credential where its end may not have been heard of. */
  check(plan: LivePlan, caller: Caller): Promise<Finding>;
  /** Asks the owner again whether they may see; ends, moves or withholds those for whom something changed. */
  renew(subscribers: readonly Subscriber[]): Promise<void>;
  /** Takes over what was found for a subscriber of a group with this scope. True when it still belongs there. */
  judge(subscriber: Subscriber, finding: Finding, scope: string): boolean;
}
