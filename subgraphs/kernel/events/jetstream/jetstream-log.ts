import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Logger } from '../../server/log';
import { type EventLog, ORIGIN, type PostgresEventLog } from '../event-log';
import { type Fact, type Position, comparePositions } from '../fact';
import { FactRing, type RingLimits } from './fact-ring';
import { type FactStream, stepOf } from './fact-stream';

export interface JetStreamLogOptions {
  readonly stream: FactStream;
  /** The outbox that the stream is fed from: it has what the stream does not have. */
  readonly outbox: PostgresEventLog;
  readonly log: Logger;
  /** Called when facts have come. */
  readonly onFacts: (source: string) => void;
  readonly ring?: RingLimits;
}

const RING: RingLimits = { facts: 65_536, bytes: 32 * 1024 * 1024 };
const AGAIN_MS = 200;
const LOOK_MS = 1_500;

/**
 * Reads one source's facts from its JetStream stream: a single consumer keeps the latest in memory and all readers of
 * the process share them. Positions are the outbox's, so a cursor means the same in every log and process.
 *
 * What lies before the ring, and everything while NATS or all relays are away, is read from the outbox, which is never behind the
 * stream. Nobody may see less than before, so the ring answers only once it has reached all that the outbox showed.
 */
export class JetStreamEventLog implements EventLog {
  readonly source: string;
  private readonly ring: FactRing;
  /** The furthest that the outbox was shown to a reader. */
  private shown: Position = ORIGIN;
  /** The stream's last message that was taken, and which stream it was: one made anew counts from 1. */
  private taken = { stream: '', seq: 0 };
  private messages: ConsumerMessages | undefined;
  private stopped = false;
  private following: Promise<void> | undefined;
  private looking: NodeJS.Timeout | undefined;
  /** Where the outbox ended at the last look: by the next look the stream has to have brought it. */
  private overdue: Position = ORIGIN;

  constructor(private readonly options: JetStreamLogOptions) {
    this.source = options.outbox.source;
    this.ring = new FactRing(options.ring ?? RING);
  }

  start(): void {
    this.following ??= this.follow();
    this.looking ??= setInterval(() => void this.look(), LOOK_MS).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.looking);
    await this.messages?.close();
    await this.following;
  }

  async head(): Promise<Position> {
    const { end } = this.ring;
    if (end !== undefined && this.isLevel) return end;
    // The last fact and not the outbox's head, which lies behind it: only a fact's place is reached by the ring.
    const last = await this.options.outbox.last();
    this.show(last);
    return last;
  }

  async read(after: Position, limit: number, topics?: readonly string[]): Promise<Fact[]> {
    if (this.isLevel && this.ring.reachesBackTo(after)) return this.ring.read(after, limit, topics);
    const facts = await this.options.outbox.read(after, limit, topics);
    const last = facts.at(-1);
    if (last !== undefined) this.show(last.position);
    return facts;
  }

  async keeps(after: Position): Promise<boolean> {
    const { outbox } = this.options;
    if (!this.isLevel || !this.ring.reachesBackTo(after)) return outbox.keeps(after);
    const [next] = this.ring.read(after, 1);
    return next === undefined || outbox.promises(next.time);
  }

  /** True while messages come and the ring shows all that was ever shown. */
  private get isLevel(): boolean {
    const { end } = this.ring;
    if (!this.options.stream.link.isUp || this.messages === undefined) return false;
    return end !== undefined && comparePositions(end, this.shown) >= 0;
  }

  /** Relays may be dead while NATS is up: what the stream does not bring in time is read from the outbox. */
  private async look(): Promise<void> {
    try {
      this.show(this.overdue);
      this.overdue = await this.options.outbox.last();
    } catch {
      // whoever reads the log hears of it
    }
  }

  private show(position: Position): void {
    if (comparePositions(position, this.shown) > 0) this.shown = position;
  }

  private async follow(): Promise<void> {
    const { stream, log } = this.options;
    while (!this.stopped) {
      try {
        if (stream.link.isUp) await this.take();
      } catch (error) {
        log.warn({ err: error, stream: stream.name }, 'a stream cannot be read; trying again');
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  /** Takes messages until the connection is lost or it is stopped. */
  private async take(): Promise<void> {
    const { stream } = this.options;
    const { created, state } = await stream.ensure();
    if (this.taken.stream !== created) this.taken = { stream: created, seq: 0 };
    const { facts } = this.options.ring ?? RING;
    const from = Math.max(state.first_seq, state.last_seq - facts + 1, this.taken.seq + 1, 1);
    this.messages = await stream.consume(from);
    try {
      for await (const message of this.messages) {
        this.takeOne(message);
        if (this.stopped) return;
      }
    } finally {
      await this.messages.close();
      this.messages = undefined;
    }
  }

  private takeOne(message: JsMsg): void {
    const step = stepOf(message);
    // A stranger's message is passed over: the relay marks what follows it as a gap.
    if (step !== undefined) this.ring.take(step, message.data.length);
    this.taken = { ...this.taken, seq: message.seq };
    this.options.onFacts(this.source);
  }
}
