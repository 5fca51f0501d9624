import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { CallContext } from '../gateway.context';
import { boundedCode } from './bounded-code';

/** What is open at the moment; read whenever somebody asks for the metrics. */
export interface LiveFigures {
  /** Open subscriptions. */
  readonly live: number;
  /** Groups of equal subscriptions: each event costs one execution for each of them. */
  readonly groups: number;
  /** Subscriptions whose reader is behind. */
  readonly lagging: number;
}

/** One log that is followed. */
export interface TailFigures {
  readonly source: string;
  lagMs(): number;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Subscriptions, what they are sent, and why they end. */
export class LiveMetrics {
  private readonly open: Gauge;
  private readonly openSockets: Gauge;
  private readonly begun: Counter;
  private readonly ends: Counter;
  private readonly deliveries: Counter;
  private readonly executions: Counter;
  private readonly coalescedFacts: Counter;
  private readonly caughtUp: Counter;
  private readonly catchUps: Counter;
  private readonly delays: Histogram;
  private counts = { deliveries: 0, executions: 0 };

  constructor(private readonly registry: Registry) {
    const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
      new Counter({
        name: `tradegraph_live_${name}_total`,
        help,
        labelNames,
        registers: [registry],
      });
    this.open = this.gauge('subscriptions', 'Open subscriptions by transport.', ['transport']);
    this.openSockets = this.gauge('sockets', 'Open WebSockets.');
    this.begun = counter('begun', 'Subscriptions that began, by transport.', ['transport']);
    this.ends = counter(
      'ends',
      'Subscriptions that ended, by transport and reason: COMPLETE when the client left, else the code it was told.',
      ['transport', 'reason'],
    );
    this.deliveries = counter('deliveries', 'Messages handed to subscribers.');
    this.executions = counter('executions', 'Executions that made them.');
    this.coalescedFacts = counter('coalesced', 'Facts that a newer one of the same replaced.');
    this.catchUps = counter(
      'catch_ups',
      'Readings of the log for those who were behind or resumed.',
    );
    this.caughtUp = counter('catch_up_facts', 'Facts that were read for them.');
    this.delays = new Histogram({
      name: 'tradegraph_live_commit_to_delivery_seconds',
      help: 'From the moment of a fact to the moment its message is handed to the subscribers of a group.',
      buckets: SECONDS,
      registers: [registry],
    });
    this.computed(
      'deliveries_per_execution',
      'How many subscribers one execution has served.',
      () => (this.counts.executions === 0 ? 0 : this.counts.deliveries / this.counts.executions),
    );
  }

  /** Reads the hub's figures whenever somebody asks for the metrics. */
  watch(figures: LiveFigures, tails: readonly TailFigures[]): void {
    this.computed('groups', 'Groups of equal subscriptions.', () => figures.groups);
    this.computed('lagging', 'Subscriptions whose reader is behind.', () => figures.lagging);
    this.computed('following', 'Subscriptions that the hub serves.', () => figures.live);
    new Gauge({
      name: 'tradegraph_live_tail_lag_seconds',
      help: 'Since when the end of a log was last reached; +Inf before the first time.',
      labelNames: ['source'],
      registers: [this.registry],
      collect() {
        for (const tail of tails) this.set({ source: tail.source }, tail.lagMs() / 1_000);
      },
    });
  }

  /** A subscription began. The returned function says that it ended: with a code, or because the client left. */
  subscribed(transport: CallContext['transport']): (code?: unknown) => void {
    this.open.inc({ transport });
    this.begun.inc({ transport });
    let ended = false;
    return (code) => {
      if (ended) return;
      ended = true;
      this.open.dec({ transport });
      this.ends.inc({ transport, reason: code === undefined ? 'COMPLETE' : boundedCode(code) });
    };
  }

  socketOpened(): void {
    this.openSockets.inc();
  }

  socketClosed(): void {
    this.openSockets.dec();
  }

  /** One execution for a fact or a snapshot. */
  executed(): void {
    this.executions.inc();
    this.counts.executions += 1;
  }

  /** Its message went to so many subscribers. */
  delivered(subscribers: number): void {
    this.deliveries.inc(subscribers);
    this.counts.deliveries += subscribers;
  }

  /** The delay of a message for a fact of this moment, given when it is handed over. */
  committedToDelivered(committed: Date, now: number): void {
    this.delays.observe(Math.max(0, now - committed.getTime()) / 1_000); // clocks of machines differ
  }

  coalesced(): void {
    this.coalescedFacts.inc();
  }

  /** One reading of the log for somebody who was behind. */
  caughtUpWith(facts: number): void {
    this.catchUps.inc();
    this.caughtUp.inc(facts);
  }

  private gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({
      name: `tradegraph_live_${name}`,
      help,
      labelNames,
      registers: [this.registry],
    });
  }

  private computed(name: string, help: string, value: () => number): void {
    new Gauge({
      name: `tradegraph_live_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }
}
