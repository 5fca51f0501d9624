import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import { type EventLog, ORIGIN } from '#kernel/events/event-log';
import { type Fact, type Position, comparePositions } from '#kernel/events/fact';
import { gatewayError } from '../gateway.errors';
import type { CursorCodec, Vector } from './cursor';
import { type FactQueue } from './fact-queue';
import { accessOf, message, refusal } from './live-answer';
import type { LivePlan } from './live-plan';

const CATCH_UP_BATCH = 200;

/** What a stream needs from the hub. */
export interface StreamHost {
  readonly logs: readonly EventLog[];
  readonly cursors: CursorCodec;
  readonly clock: Clock;
  /** Resolved once no fact committed from now on is missed. */
  readonly following: Promise<unknown>;
  /** Puts facts on these topics into the queue until the returned function is called. */
  join(topics: readonly string[], queue: FactQueue): () => void;
  /** Runs a subscription's query as its subscriber, for a fact or for the snapshot. */
  ask(plan: LivePlan, viewer: Viewer, fact: Fact | undefined): Promise<FormattedExecutionResult>;
}

/**
 * One subscription: an async iterator of messages. It is pulled by the socket, so a slow reader only fills its own
 * queue, and each message is asked for when it can be sent.
 */
export class LiveStream implements AsyncGenerator<FormattedExecutionResult, undefined> {
  private readonly messages: AsyncGenerator<FormattedExecutionResult, undefined>;
  private readonly position = new Map<string, Position>();
  private why: GraphQLError | undefined;
  private watchers: (() => void)[] = [];

  constructor(
    private readonly host: StreamHost,
    readonly plan: LivePlan,
    readonly viewer: Viewer,
    private readonly queue: FactQueue,
  ) {
    this.messages = this.run();
  }

  /** Calls back once when it has ended, for whatever reason. */
  onEnd(ended: () => void): void {
    this.watchers.push(ended);
  }

  next(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    return this.messages.next();
  }

  return(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    this.end();
    return this.messages.return(undefined);
  }

  throw(error: unknown): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    this.end();
    return this.messages.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Ends it: with a reason the client is told. */
  end(why?: GraphQLError): void {
    this.why ??= why;
    this.queue.end();
    const watchers = this.watchers;
    this.watchers = [];
    for (const ended of watchers) ended();
  }

  private async *run(): AsyncGenerator<FormattedExecutionResult, undefined> {
    const { host, plan, queue } = this;
    await host.following;
    const leave = host.join(plan.topics, queue);
    try {
      const snapshot = await this.begin();
      if (snapshot !== undefined) yield snapshot;
      for (;;) {
        const next = await queue.next();
        if (next === 'ENDED') break;
        if (next === 'LAGS') yield* this.catchUp();
        else yield* this.deliver(next);
      }
      if (this.why !== undefined) throw this.why;
      return undefined;
    } finally {
      leave();
      this.end();
    }
  }

  /** Heads first, then the query: what is committed in between comes again as a change, never gets lost. */
  private async begin(): Promise<FormattedExecutionResult | undefined> {
    const { host, plan, viewer, queue } = this;
    const heads = await Promise.all(
      host.logs.map(async (log) => [log.source, await log.head()] as const),
    );
    const from = plan.after === undefined ? new Map(heads) : this.resumed(plan.after, heads);
    const answer = await host.ask(plan, viewer, undefined);
    if (accessOf(plan, answer) !== 'SEEN') throw refusal(answer, viewer);
    for (const [source] of heads) this.position.set(source, from.get(source) ?? ORIGIN);
    if (plan.after !== undefined) {
      queue.lag(); // the facts since the cursor come from the log
      return undefined;
    }
    const occasion = { kind: 'SNAPSHOT', eventType: null, occurredAt: host.clock.now() } as const;
    return message(plan, answer, { ...occasion, cursor: this.cursor() });
  }

  private resumed(after: string, heads: readonly (readonly [string, Position])[]): Vector {
    const vector = this.host.cursors.decode(this.plan.topics, after);
    if (vector === undefined) throw gatewayError('CURSOR_INVALID');
    for (const [source, head] of heads) {
      const epoch = vector.get(source)?.epoch ?? head.epoch;
      // After a restore the transaction ids begin anew: nobody can tell what was missed.
      if (epoch !== head.epoch && epoch !== ORIGIN.epoch) throw gatewayError('CURSOR_EXPIRED');
    }
    return vector;
  }

  /** Everything on the topics after the last delivered fact, merged over the sources by time. */
  private async *catchUp(): AsyncGenerator<FormattedExecutionResult, void> {
    this.queue.resume();
    const waiting = new Map(this.host.logs.map((log) => [log, [] as Fact[]]));
    while (waiting.size > 0 && !this.queue.hasEnded) {
      for (const [log, facts] of waiting) {
        if (facts.length > 0) continue;
        const from = this.position.get(log.source) ?? ORIGIN;
        facts.push(...(await log.read(from, CATCH_UP_BATCH, this.plan.topics)));
        if (facts.length === 0) waiting.delete(log);
      }
      const earliest = [...waiting.values()].sort(byTimeOfFirst)[0]?.shift();
      if (earliest !== undefined) yield* this.deliver(earliest);
    }
  }

  /** One message for a fact that was not delivered before. */
  private async *deliver(fact: Fact): AsyncGenerator<FormattedExecutionResult, void> {
    const { host, plan, viewer } = this;
    const last = this.position.get(fact.source) ?? ORIGIN;
    if (comparePositions(fact.position, last) <= 0) return;
    const answer = await host.ask(plan, viewer, fact);
    if (this.queue.hasEnded) return; // what was found for somebody who may no longer see it is not sent
    if (accessOf(plan, answer) === 'HIDDEN') {
      this.end(gatewayError('SUBSCRIPTION_REVOKED'));
      return;
    }
    this.position.set(fact.source, fact.position);
    const { type: eventType, time: occurredAt } = fact;
    yield message(plan, answer, { kind: 'CHANGE', eventType, occurredAt, cursor: this.cursor() });
  }

  private cursor(): string {
    return this.host.cursors.encode(this.plan.topics, this.position);
  }
}

const byTimeOfFirst = ([a]: Fact[], [b]: Fact[]): number =>
  (a?.time.getTime() ?? 0) - (b?.time.getTime() ?? 0);
