import { type Fact, type Position, comparePositions } from '../fact';
import type { Step } from './fact-message';
import { FactQueue } from './fact-queue';

export interface RingLimits {
  readonly facts: number;
  /** Of the messages that the facts came in. */
  readonly bytes: number;
}

/** The latest facts of one source in memory, without a gap from its floor to its end. */
export class FactRing {
  private facts = new FactQueue();
  private readonly sizes = new WeakMap<Fact, number>();
  private bytes = 0;
  private readonly topics = new Map<string, FactQueue>();
  private from: Position | undefined;
  private to: Position | undefined;

  constructor(private readonly limits: RingLimits) {}

  /** Everything behind it, up to the end, is here; undefined before the first message. */
  get floor(): Position | undefined {
    return this.from;
  }

  /** The last position that was told; undefined before the first message. */
  get end(): Position | undefined {
    return this.to;
  }

  /** Takes what a message said. What it knows already is left out, and behind a gap it begins anew. */
  take({ after, position, fact }: Step, bytes: number): void {
    if (this.to !== undefined && comparePositions(position, this.to) <= 0) return;
    const isGap = this.to === undefined || comparePositions(after, this.to) > 0;
    if (fact === undefined) this.beginAt(position);
    else {
      if (isGap) this.beginAt(after);
      this.add(fact, bytes);
    }
    this.to = position;
  }

  /** True when all facts behind a position, up to the end, are here. */
  reachesBackTo(position: Position): boolean {
    return this.from !== undefined && comparePositions(position, this.from) >= 0;
  }

  /** Facts behind a position that it reaches back to, oldest first; only those on one of the topics when given. */
  read(after: Position, limit: number, topics?: readonly string[]): Fact[] {
    if (topics === undefined) return this.facts.after(after, limit);
    const found = topics.flatMap((topic) => this.topics.get(topic)?.after(after, limit) ?? []);
    if (topics.length === 1) return found;
    const once = [...new Set(found)];
    return once.sort((a, b) => comparePositions(a.position, b.position)).slice(0, limit);
  }

  private add(fact: Fact, bytes: number): void {
    this.facts.push(fact);
    this.sizes.set(fact, bytes);
    this.bytes += bytes;
    for (const topic of new Set(fact.topics)) {
      const queue = this.topics.get(topic) ?? new FactQueue();
      queue.push(fact);
      this.topics.set(topic, queue);
    }
    while (this.facts.length > this.limits.facts || this.bytes > this.limits.bytes) this.forget();
  }

  private forget(): void {
    const fact = this.facts.shift() as Fact;
    this.bytes -= this.sizes.get(fact) ?? 0;
    for (const topic of new Set(fact.topics)) {
      const queue = this.topics.get(topic);
      queue?.shift();
      if (queue?.length === 0) this.topics.delete(topic);
    }
    this.from = fact.position;
  }

  private beginAt(position: Position): void {
    this.facts = new FactQueue();
    this.bytes = 0;
    this.topics.clear();
    this.from = position;
  }
}
