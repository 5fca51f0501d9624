import type { Doorbell } from '#kernel/events/doorbell';
import { type EventLog, ORIGIN } from '#kernel/events/event-log';
import type { Fact, Position } from '#kernel/events/fact';
import { Poller } from '#kernel/events/poller';
import type { Logger } from '#kernel/server/log';

const BATCH = 500;
const POLL_MS = 100;

/** Who hears the facts of a log. */
export interface LogListener {
  /** Topics on which facts from before it follows still matter. */
  readonly remembers: () => readonly string[];
  /** A fact on one of those; some come again by `hears`. */
  readonly remembered: (fact: Fact) => void;
  /** Each fact from now on. */
  readonly hears: (fact: Fact) => void;
}

/** Follows one source's log from now on and hands every fact over, in commit order. */
export class LogTail {
  private readonly poller: Poller;
  private position: Position | undefined;
  private levelAt: number | undefined;
  private unlisten: (() => void) | undefined;
  private begun!: () => void;
  /** Resolved once it follows: a fact committed later is not missed. */
  readonly following = new Promise<void>((resolve) => (this.begun = resolve));

  constructor(
    private readonly log: EventLog,
    private readonly doorbell: Doorbell,
    private readonly listener: LogListener,
    logger: Logger,
  ) {
    this.poller = new Poller(`live <- ${log.source}`, () => this.step(), POLL_MS, logger);
  }

  get source(): string {
    return this.log.source;
  }

  start(): void {
    this.unlisten = this.doorbell.listen(this.source, () => {
      this.poller.wake();
    });
    this.poller.start();
  }

  async stop(): Promise<void> {
    this.unlisten?.();
    await this.poller.stop();
  }

  /** Everything up to here was handed over; undefined before it follows. */
  get handedOut(): Position | undefined {
    return this.position;
  }

  /** Milliseconds since it last stood at the end of the log; infinite before it follows. */
  lagMs(): number {
    return this.levelAt === undefined ? Infinity : performance.now() - this.levelAt;
  }

  private async step(): Promise<boolean> {
    this.position ??= await this.begin();
    const askedAt = performance.now();
    const facts = await this.log.read(this.position, BATCH);
    for (const fact of facts) {
      this.position = fact.position;
      this.listener.hears(fact);
    }
    if (facts.length < BATCH) this.levelAt = askedAt;
    return facts.length > 0;
  }

  /** Where it follows from. What is committed while it remembers comes again. */
  private async begin(): Promise<Position> {
    const askedAt = performance.now();
    const head = await this.log.head();
    const topics = this.listener.remembers();
    for (let at = ORIGIN, more = true; more;) {
      const facts = await this.log.read(at, BATCH, topics);
      for (const fact of facts) this.listener.remembered(fact);
      at = facts.at(-1)?.position ?? at;
      more = facts.length === BATCH;
    }
    this.levelAt = askedAt;
    this.begun();
    return head;
  }
}
