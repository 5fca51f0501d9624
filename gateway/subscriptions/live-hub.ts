import { type FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Grant } from '#kernel/auth/grant';
import { recentAccessTopics } from '#kernel/auth/access-topics';
import type { Viewer } from '#kernel/auth/viewer';
import { type Clock, MINUTE, SECOND } from '#kernel/clock/clock';
import type { Doorbell } from '#kernel/events/doorbell';
import { type EventLog, ORIGIN } from '#kernel/events/event-log';
import type { Fact, Position } from '#kernel/events/fact';
import type { Logger } from '#kernel/server/log';
import { gatewayError } from '../gateway.errors';
import type { Caller } from '../http/caller.service';
import { CursorCodec, type Vector } from './cursor';
import { Groups } from './groups';
import { Heads } from './heads';
import { accessOf, message, refusal } from './live-answer';
import type { Finding, LiveHost, LiveWatch, RunLive } from './live-host';
import { type LivePlan, type LiveQuery, planLive } from './live-plan';
import type { LiveSchema } from './live-schema';
import { accessWith, grantFor, runsAs } from './live-scope';
import type { LogTail } from './log-tail';
import { LogTails } from './log-tails';
import type { LiveMessage, Outlet } from './outlet';
import { RightsWatch } from './rights-watch';
import { Subscriber, type SubscriberHost } from './subscriber';
import { Topics } from './topics';

export interface LiveHubOptions {
  readonly logs: readonly EventLog[];
  readonly doorbell: Doorbell;
  /** Shared by all gateways: a cursor of one is good at another. */
  readonly cursorSecret: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly run: RunLive;
  /** Hears every fact, before subscribers do, and those of before that changed somebody's access lately. */
  readonly heard: (fact: Fact) => void;
  readonly watch?: LiveWatch | undefined;
  /** A reader that takes nothing for so long is given up; 60 s. */
  readonly longestLagMs?: number;
  /** A source that was not level for so long may have told what was not heard; 5 s. */
  readonly silentAfterMs?: number;
  /** A newer supergraph is taken by the groups one after the other within this time; 5 s. */
  readonly reloadWithinMs?: number;
}

const MOST_HELD = 1_000;

/** Brings every committed fact to those who follow it and may see it. */
export class LiveHub implements LiveHost, SubscriberHost {
  readonly logs: readonly EventLog[];
  readonly cursors: CursorCodec;
  readonly log: Logger;
  readonly watch: LiveWatch | undefined;
  readonly longestLagMs: number;
  readonly sources: LogTails;
  private readonly topics = new Topics();
  private readonly subscribers = new Set<Subscriber>();
  private readonly heads: Heads;
  private readonly members = new Groups(this, this.topics);
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly rights = new RightsWatch(
    this.subscribers,
    (some) => this.renew(some),
    () => this.now(),
  );
  private newest: LiveSchema | undefined;

  constructor(private readonly options: LiveHubOptions) {
    const { logs, cursorSecret, log } = options;
    this.logs = logs;
    this.log = log;
    this.watch = options.watch;
    this.longestLagMs = options.longestLagMs ?? MINUTE;
    const sources = logs.map(({ source }) => source);
    this.cursors = new CursorCodec(cursorSecret, sources);
    this.heads = new Heads(logs);
    this.sources = new LogTails(options, {
      remembers: () => recentAccessTopics(options.clock.now()),
      remembered: (fact) => {
        options.heard(fact);
      },
      hears: (fact) => {
        this.dispatch(fact);
      },
    });
  }

  get tails(): readonly LogTail[] {
    return this.sources.all;
  }

  /** How many subscriptions are open. */
  get live(): number {
    return this.subscribers.size;
  }

  /** How many executions an event costs if everybody follows it. */
  get groups(): number {
    return this.members.size;
  }

  /** How many readers are behind. */
  get lagging(): number {
    return [...this.subscribers].filter(({ state }) => state === 'LAGGING').length;
  }

  start(): void {
    this.sources.start();
    this.rights.start();
  }

  async stop(): Promise<void> {
    this.rights.stop();
    for (const timer of this.timers) clearTimeout(timer);
    for (const subscriber of this.subscribers) subscriber.complete();
    await this.sources.stop();
  }

  /** Follows until it is closed: first the snapshot, or what was missed since the cursor. */
  subscribe(plan: LivePlan, caller: Caller, outlet: Outlet): { close(): void } {
    const subscriber = new Subscriber(plan, caller, outlet, this);
    this.subscribers.add(subscriber);
    void this.begin(subscriber);
    return { close: () => void subscriber.leave() };
  }

  /** Takes a newer supergraph: who may go on under it is not disturbed. */
  onGeneration(schema: LiveSchema): void {
    this.newest = schema;
    const within = this.options.reloadWithinMs ?? 5 * SECOND;
    for (const group of this.members.all()) {
      this.later(Math.random() * within, () => {
        group.doBetween(() => {
          this.members.replan(group, replanned(group.plan, schema));
        });
      });
    }
  }

  handedOut(source: string): Position | undefined {
    return this.sources.handedOut(source);
  }

  trusts(checkedAt: number): boolean {
    return this.sources.trusts(checkedAt);
  }

  now(): number {
    return this.options.clock.now().getTime();
  }

  async find(
    plan: LivePlan,
    query: LiveQuery,
    viewer: Viewer,
    correlationId: string,
  ): Promise<Finding> {
    const grants: Grant[] = [];
    const askedAt = performance.now();
    const now = this.now();
    const answer = await this.run(query, runsAs(plan, viewer, correlationId), grants);
    const access = accessOf(plan, answer);
    return { answer, access, grant: grantFor(plan, viewer, grants, now), askedAt };
  }

  async check(plan: LivePlan, caller: Caller): Promise<Finding> {
    const { viewer } = caller;
    const askedAt = performance.now();
    const access = this.sources.isSilent ? await accessWith(caller) : 'SEEN';
    if (access !== 'SEEN') {
      return { answer: {}, access, grant: grantFor(plan, viewer, [], this.now()), askedAt };
    }
    const found = await this.find(plan, plan.access, viewer, viewer.correlationId);
    return { ...found, askedAt };
  }

  renew(subscribers: readonly Subscriber[]): Promise<void> {
    return this.members.renew(subscribers);
  }

  judge(subscriber: Subscriber, finding: Finding, scope: string): boolean {
    return this.members.judge(subscriber, finding, scope);
  }

  catchUp(subscriber: Subscriber): void {
    this.members.catchUp(subscriber);
  }

  ended(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
    this.members.leave(subscriber);
  }

  coalesced(): void {
    this.watch?.coalesced();
  }

  private async run(
    query: LiveQuery,
    viewer: Viewer,
    grants: Grant[],
  ): Promise<FormattedExecutionResult> {
    this.watch?.executed();
    try {
      return await this.options.run(query, viewer, grants);
    } catch (error) {
      const known = error instanceof GraphQLError ? error : gatewayError('INTERNAL');
      if (known !== error) this.log.error({ err: error }, 'fault in a live query');
      return { errors: [known.toJSON()] };
    }
  }

  private async begin(subscriber: Subscriber): Promise<void> {
    try {
      await this.sources.following;
      const held: Fact[] = [];
      const leave = this.topics.listen(subscriber.plan.topics, (fact) => {
        if (held.length <= MOST_HELD) held.push(fact);
      });
      try {
        await this.letIn(subscriber, held);
      } finally {
        leave();
      }
    } catch (error) {
      const known = error instanceof GraphQLError ? error : gatewayError('INTERNAL');
      if (known !== error) this.log.error({ err: error }, 'fault while subscribing');
      subscriber.fail(known);
    }
  }

  /** Heads first, then the query: what is committed in between comes again as a change, never gets lost. */
  private async letIn(subscriber: Subscriber, held: readonly Fact[]): Promise<void> {
    const { plan, caller } = subscriber;
    const { viewer } = caller;
    if (this.sources.isSilent) await caller.recheck?.({ surely: true });
    const heads = await this.heads.read();
    const from = plan.after === undefined ? heads : this.resumed(plan, plan.after, heads);
    const query = plan.after === undefined ? plan : plan.access;
    const finding = await this.find(plan, query, viewer, viewer.correlationId);
    if (subscriber.hasEnded) return;
    if (finding.access !== 'SEEN') throw refusal(finding.answer, viewer);
    if (plan.after === undefined) {
      subscriber.snapshot(this.snapshot(plan, finding.answer, from), from);
    } else subscriber.at = from;
    if (this.newest !== undefined && plan.generation !== this.newest.generation) {
      const newer = replanned(plan, this.newest);
      if (newer === undefined) {
        subscriber.end('SUBSCRIPTION_SCHEMA_RELOAD');
        return;
      }
      subscriber.plan = newer;
    }
    const isWhole = plan.after === undefined && held.length <= MOST_HELD;
    this.members.join(subscriber, finding, isWhole ? held : undefined, 'CURSOR_EXPIRED');
  }

  private snapshot(plan: LivePlan, answer: FormattedExecutionResult, at: Vector): LiveMessage {
    const cursor = this.cursors.encode(plan.topics, at);
    const occurredAt = this.options.clock.now();
    const occasion = { kind: 'SNAPSHOT', eventType: null, occurredAt, cursor } as const;
    return { json: JSON.stringify(message(plan, answer, occasion)), cursor };
  }

  private resumed(plan: LivePlan, after: string, heads: Vector): Vector {
    const vector = this.cursors.decode(plan.topics, after);
    if (vector === undefined) throw gatewayError('CURSOR_INVALID');
    for (const [source, head] of heads) {
      const epoch = vector.get(source)?.epoch ?? head.epoch;
      // After a restore the transaction ids begin anew: nobody can tell what was missed.
      if (epoch !== head.epoch && epoch !== ORIGIN.epoch) throw gatewayError('CURSOR_EXPIRED');
    }
    return vector;
  }

  private dispatch(fact: Fact): void {
    this.options.heard(fact);
    this.rights.heard(fact);
    this.topics.tell(fact);
  }

  private later(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      task();
    }, ms);
    this.timers.add(timer.unref());
  }
}

/** The same subscription under another supergraph; undefined when it is not valid there. */
function replanned({ request }: LivePlan, schema: LiveSchema): LivePlan | undefined {
  try {
    return planLive(request, schema);
  } catch {
    return undefined;
  }
}
