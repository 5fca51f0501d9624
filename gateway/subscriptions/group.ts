import type { Fact } from '#kernel/events/fact';
import type { Vector } from './cursor';
import { GroupMessage } from './group-message';
import { GroupQueue } from './group-queue';
import type { Finding, LiveHost } from './live-host';
import type { LivePlan } from './live-plan';
import { factsAfter } from './log-facts';
import { behind } from './place';
import type { Subscriber } from './subscriber';

const RETRY_MS = 1_000;

/** A finding, and for whom it was found. */
interface Found extends Finding {
  readonly runner: Subscriber;
}

/**
 * All subscribers who get the same: one execution a fact, as one of them, written once. Facts come in order; groups do
 * not wait for each other, and nobody in a group waits for a reader.
 */
export class Group {
  readonly subscribers = new Set<Subscriber>();
  private readonly queue: GroupQueue;
  private readonly asking = new Map<string, Promise<Found>>();
  private current: Fact | undefined;
  private between: (() => void)[] = [];
  private running = false;

  constructor(
    public plan: LivePlan,
    readonly scope: string,
    /** Everything on the topics up to here was handed out. */
    private place: Vector,
    private readonly host: LiveHost,
  ) {
    const coalesced = (): void => host.watch?.coalesced();
    this.queue = new GroupQueue(plan.live.delivery === 'LOSSLESS', place, coalesced);
  }

  get key(): string {
    return `${this.plan.key} ${this.scope}`;
  }

  /** A fact on its topics. */
  heard(fact: Fact): void {
    this.queue.push(fact);
    void this.work();
  }

  /** True when a message for the fact is still to come. */
  isPending(fact: Fact): boolean {
    return this.current?.id === fact.id || this.queue.isPending(fact);
  }

  /** Does something when no event is being answered. */
  doBetween(task: () => void): void {
    this.between.push(task);
    void this.work();
  }

  /** The message for a fact that one subscriber missed; undefined when it may not have it, or not from this group. */
  async messageFor(subscriber: Subscriber, fact: Fact): Promise<GroupMessage | undefined> {
    for (;;) {
      await this.renewLapsed([subscriber]);
      if (!this.subscribers.has(subscriber) || !this.mayRun(subscriber)) return undefined;
      const found = await this.ask(fact, subscriber);
      if (this.isUsable(found)) {
        if (!this.subscribers.has(subscriber)) return undefined;
        const place = behind(fact, subscriber.at);
        return new GroupMessage(this.plan, found.answer, this.host.cursors, fact, place);
      }
      if (found.runner === subscriber) return undefined;
    }
  }

  private async work(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      for (;;) {
        for (const task of this.between.splice(0)) task();
        if (this.queue.needsLog) await this.readOn();
        this.current = this.queue.shift();
        if (this.current === undefined) return;
        await this.answer(this.current);
        this.place = this.placeBehind(this.current);
      }
    } catch (error) {
      this.host.log.error({ err: error }, 'a group failed; its subscribers read the log');
      for (const subscriber of this.subscribers) subscriber.mayHaveMissed();
      setTimeout(() => void this.work(), RETRY_MS).unref();
    } finally {
      this.current = undefined;
      this.running = false;
    }
  }

  /** One execution for all who want the fact. Whoever turns out to have lost the right gets nothing of it. */
  private async answer(fact: Fact): Promise<void> {
    for (;;) {
      const wanting = [...this.subscribers].filter((one) => one.wants(fact));
      await this.renewLapsed(wanting);
      const runner = wanting.find((one) => this.subscribers.has(one) && this.mayRun(one));
      if (runner === undefined) return;
      const found = await this.ask(fact, runner);
      if (this.isUsable(found)) {
        this.deliver(fact, found);
        return;
      }
      // One lost the right that all of them share: ask for each before anybody is sent anything.
      await this.host.renew([...this.subscribers]);
    }
  }

  private deliver(fact: Fact, { answer }: Found): void {
    const { host, plan } = this;
    const now = host.now();
    const message = new GroupMessage(plan, answer, host.cursors, fact, this.placeBehind(fact));
    let delivered = 0;
    for (const subscriber of this.subscribers) {
      if (subscriber.isLapsed(now)) subscriber.mayHaveMissed();
      else if (!subscriber.isExpired(now) && subscriber.push(message)) delivered += 1;
    }
    host.watch?.delivered(delivered);
    host.watch?.committedToDelivered(fact.time, now);
  }

  /** Equal questions about one fact share an answer. */
  private ask(fact: Fact, runner: Subscriber): Promise<Found> {
    const known = this.asking.get(fact.id);
    if (known !== undefined) return known;
    const { plan, host } = this;
    const found = host
      .find(plan, plan, runner.caller.viewer, fact.correlationId)
      .then((finding) => ({ ...finding, runner }))
      .finally(() => this.asking.delete(fact.id));
    this.asking.set(fact.id, found);
    return found;
  }

  private isUsable(found: Found): boolean {
    return this.host.judge(found.runner, found, this.scope);
  }

  private mayRun(subscriber: Subscriber): boolean {
    const now = this.host.now();
    return !subscriber.hasEnded && !subscriber.isLapsed(now) && !subscriber.isExpired(now);
  }

  private async renewLapsed(subscribers: readonly Subscriber[]): Promise<void> {
    const now = this.host.now();
    const lapsed = subscribers.filter((one) => one.isLapsed(now) && !one.hasEnded);
    if (lapsed.length > 0) await this.host.renew(lapsed);
  }

  /**
   * Behind this fact; of the other sources as far as their facts were handed out, so that a cursor does not get old
   * while a source has nothing to say about the topics.
   */
  private placeBehind(fact: Fact): Vector {
    const place = new Map(this.place);
    for (const { source } of this.host.logs) {
      if (source === fact.source || this.queue.hasPending(source)) continue;
      const handedOut = this.host.handedOut(source);
      if (handedOut !== undefined) place.set(source, handedOut);
    }
    return place.set(fact.source, fact.position);
  }

  /** Takes on from the log what there was no room for. */
  private async readOn(): Promise<void> {
    const { queue, host, plan } = this;
    queue.beginReading();
    let whole = false;
    try {
      whole = true;
      for await (const fact of factsAfter(host.logs, queue.place, plan.topics)) {
        if (queue.refill(fact)) continue;
        whole = false;
        break;
      }
    } finally {
      queue.endReading(whole);
    }
  }
}
