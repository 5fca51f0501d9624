import { SECOND } from '#kernel/clock/clock';
import type { Fact } from '#kernel/events/fact';
import { affects, isControl, outdates } from './control';
import type { Subscriber } from './subscriber';

const SWEEP_MS = SECOND;
/** Owners are asked again so long before a grant ends. */
const RENEW_BEFORE_MS = 10 * SECOND;
/** The owners of things hear of changed rights as facts too, so they are asked once more a little later. */
const ASK_AGAIN_MS = [1_500, 4_000];

/** Sees to it that nobody follows for long what they may no longer see, also where nothing happens. */
export class RightsWatch {
  private readonly renewing = new Set<Subscriber>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly subscribers: ReadonlySet<Subscriber>,
    private readonly renew: (subscribers: readonly Subscriber[]) => Promise<void>,
    private readonly now: () => number,
  ) {}

  start(): void {
    this.sweeper = setInterval(() => {
      this.sweep();
    }, SWEEP_MS).unref();
  }

  stop(): void {
    clearInterval(this.sweeper);
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** A revoked credential sees nothing more; where rights may have changed, nothing goes out before that is known. */
  heard(fact: Fact): void {
    if (!isControl(fact)) return;
    const doubted: Subscriber[] = [];
    for (const subscriber of this.subscribers) {
      const { viewer } = subscriber.caller;
      if (outdates(fact, viewer)) subscriber.end('SUBSCRIPTION_REVOKED');
      else if (affects(fact, viewer)) doubted.push(subscriber);
    }
    if (doubted.length === 0) return;
    this.doubt(doubted);
    for (const ms of ASK_AGAIN_MS) {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        this.doubt(doubted.filter(({ hasEnded }) => !hasEnded));
      }, ms).unref();
      this.timers.add(timer);
    }
  }

  private doubt(subscribers: readonly Subscriber[]): void {
    for (const subscriber of subscribers) subscriber.doubt();
    void this.renew(subscribers);
  }

  /** Asks owners again before their grants end. */
  private sweep(): void {
    const soon = this.now() + RENEW_BEFORE_MS;
    const due = [...this.subscribers].filter(
      (one) => one.state !== 'PENDING' && one.until <= soon && !this.renewing.has(one),
    );
    if (due.length === 0) return;
    for (const subscriber of due) this.renewing.add(subscriber);
    void this.renew(due).finally(() => {
      for (const subscriber of due) this.renewing.delete(subscriber);
    });
  }
}
