import type { FormattedExecutionResult } from 'graphql';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import type { Doorbell } from '#kernel/events/doorbell';
import type { EventLog } from '#kernel/events/event-log';
import type { Fact } from '#kernel/events/fact';
import type { Logger } from '#kernel/server/log';
import { gatewayError } from '../gateway.errors';
import { CursorCodec } from './cursor';
import { FactQueue } from './fact-queue';
import type { LivePlan } from './live-plan';
import { LiveStream, type StreamHost } from './live-stream';
import { LogTail } from './log-tail';

export interface LiveHubOptions {
  readonly logs: readonly EventLog[];
  readonly doorbell: Doorbell;
  /** Shared by all gateways: a cursor of one is good at another. */
  readonly cursorSecret: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Runs a query as a subscriber, through the pipeline of all queries. */
  readonly run: (plan: LivePlan, viewer: Viewer) => Promise<FormattedExecutionResult>;
  /** Hears every fact, before subscribers do. */
  readonly heard: (fact: Fact) => void;
}

/** Brings every committed fact to those who follow it and may see it. */
export class LiveHub implements StreamHost {
  readonly logs: readonly EventLog[];
  readonly clock: Clock;
  readonly cursors: CursorCodec;
  readonly tails: readonly LogTail[];
  readonly following: Promise<unknown>;
  private readonly queues = new Map<string, Set<FactQueue>>();
  private readonly streams = new Set<LiveStream>();
  private readonly asked = new Map<string, Promise<FormattedExecutionResult>>();

  constructor(private readonly options: LiveHubOptions) {
    const { logs, doorbell, cursorSecret, clock, log } = options;
    this.logs = logs;
    this.clock = clock;
    this.cursors = new CursorCodec(
      cursorSecret,
      logs.map(({ source }) => source),
    );
    this.tails = logs.map(
      (source) =>
        new LogTail(
          source,
          doorbell,
          (fact) => {
            this.dispatch(fact);
          },
          log,
        ),
    );
    this.following = Promise.all(this.tails.map((tail) => tail.following));
  }

  /** How many subscriptions are open. */
  get live(): number {
    return this.streams.size;
  }

  start(): void {
    for (const tail of this.tails) tail.start();
  }

  async stop(): Promise<void> {
    for (const stream of this.streams) stream.end();
    await Promise.all(this.tails.map((tail) => tail.stop()));
  }

  /** Follows; the first pull is the snapshot, or what was missed since the cursor. */
  subscribe(plan: LivePlan, viewer: Viewer): LiveStream {
    const queue = new FactQueue(plan.live.delivery === 'LOSSLESS');
    const stream = new LiveStream(this, plan, viewer, queue);
    this.streams.add(stream);
    stream.onEnd(() => this.streams.delete(stream));
    return stream;
  }

  join(topics: readonly string[], queue: FactQueue): () => void {
    for (const topic of topics) {
      const known = this.queues.get(topic) ?? new Set();
      this.queues.set(topic, known.add(queue));
    }
    return () => {
      for (const topic of topics) {
        const known = this.queues.get(topic);
        known?.delete(queue);
        if (known?.size === 0) this.queues.delete(topic);
      }
    };
  }

  /** Equal questions about one fact that are asked while the first is being answered share its answer. */
  ask(plan: LivePlan, viewer: Viewer, fact: Fact | undefined): Promise<FormattedExecutionResult> {
    const { correlationId: _own, ...who } = viewer;
    if (fact === undefined) return this.options.run(plan, viewer);
    const key = JSON.stringify([fact.id, plan.query, plan.variables, who]);
    const known = this.asked.get(key);
    if (known !== undefined) return known;
    const causing = makeViewer({ ...who, correlationId: fact.correlationId });
    const answer = this.options.run(plan, causing).finally(() => this.asked.delete(key));
    this.asked.set(key, answer);
    return answer;
  }

  private dispatch(fact: Fact): void {
    this.options.heard(fact);
    this.endRevoked(fact);
    const reached = new Set<FactQueue>();
    for (const topic of fact.topics) {
      for (const queue of this.queues.get(topic) ?? []) reached.add(queue);
    }
    for (const queue of reached) queue.push(fact);
  }

  /** A revoked key and a token from before a change of rights see nothing more, whatever their queries would say. */
  private endRevoked({ type, subject, data }: Fact): void {
    const keyEnded = type === 'api_key.revoked' || type === 'api_key.rotated';
    if (!keyEnded && type !== 'account.access_changed') return;
    const { accountId, permVersion } = data;
    for (const stream of [...this.streams]) {
      const { viewer } = stream;
      const outdated =
        viewer.kind === 'USER' &&
        viewer.accountId === accountId &&
        typeof permVersion === 'number' &&
        viewer.permVersion < permVersion;
      if (keyEnded ? viewer.keyId === subject : outdated) {
        stream.end(gatewayError('SUBSCRIPTION_REVOKED'));
      }
    }
  }
}
