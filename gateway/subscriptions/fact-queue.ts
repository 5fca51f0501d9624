import type { Fact } from '#kernel/events/fact';

const HIGH_WATER = 256;

/**
 * Facts that one subscriber has not been sent yet. It never holds more than 256: a LOSSLESS one then empties itself
 * and says that it lags, so that its reader goes back to the log; a LATEST one lets the oldest go.
 */
export class FactQueue {
  private facts: Fact[] = [];
  private behind = false;
  private ended = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly lossless: boolean,
    private readonly highWater = HIGH_WATER,
  ) {}

  get size(): number {
    return this.facts.length;
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  push(fact: Fact): void {
    if (this.ended || this.behind) return;
    this.facts.push(fact);
    if (this.facts.length > this.highWater) {
      if (this.lossless) this.lag();
      else this.facts.shift();
    }
    this.wake?.();
  }

  /** Drops what is waiting: the reader takes the rest from the log. */
  lag(): void {
    this.facts = [];
    this.behind = true;
    this.wake?.();
  }

  /** From now on facts are kept again; whoever calls this then reads the log. */
  resume(): void {
    this.behind = false;
  }

  end(): void {
    this.ended = true;
    this.facts = [];
    this.wake?.();
  }

  /** Waits for the next fact, or for the news that the queue lags or has ended. */
  async next(): Promise<Fact | 'LAGS' | 'ENDED'> {
    for (;;) {
      if (this.ended) return 'ENDED';
      if (this.behind) return 'LAGS';
      const fact = this.facts.shift();
      if (fact !== undefined) return fact;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
  }
}
