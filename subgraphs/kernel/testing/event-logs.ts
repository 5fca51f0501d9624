import { HOUR } from '../clock/clock';
import type { Database } from '../db/database';
import { type Doorbell, LocalDoorbell } from '../events/doorbell';
import { type EventLog, PostgresEventLog } from '../events/event-log';
import type { Fact, Position } from '../events/fact';
import type { RingLimits } from '../events/jetstream/fact-ring';
import { FactStream, streamName } from '../events/jetstream/fact-stream';
import { JetStreamEventLog } from '../events/jetstream/jetstream-log';
import { NatsLink } from '../events/jetstream/nats-link';
import { Relay } from '../events/jetstream/relay';
import { Leadership } from '../events/leadership';
import { silentLogger } from '../server/log';
import type { NatsServer } from './nats-server';
import { until } from './until';

/** The outbox, counting who reads it. */
export class WatchedOutbox extends PostgresEventLog {
  reads = 0;

  override read(after: Position, limit: number, topics?: readonly string[]): Promise<Fact[]> {
    this.reads += 1;
    return super.read(after, limit, topics);
  }
}

export interface StreamLogOptions {
  readonly db: Database;
  readonly nats: NatsServer;
  readonly doorbell?: Doorbell;
  readonly retentionMs?: number;
  readonly ring?: RingLimits;
  readonly maxBytes?: number;
}

const LIMITS = { maxAgeMs: HOUR, maxBytes: 64 * 1024 * 1024 };

/** One process's reader of a stream, and relays that feed it, each with a connection of its own. */
export class StreamLog {
  readonly log: EventLog;
  readonly outbox: WatchedOutbox;
  readonly arrivals = new LocalDoorbell();
  private readonly links: NatsLink[] = [];
  private readonly relays: Relay[] = [];
  private readonly reader: JetStreamEventLog;

  private constructor(
    private readonly options: StreamLogOptions,
    private readonly name: string,
  ) {
    const { db, retentionMs, ring } = options;
    this.outbox = new WatchedOutbox(db.schema, db, retentionMs);
    this.reader = new JetStreamEventLog({
      stream: this.stream(),
      outbox: this.outbox,
      log: silentLogger(),
      onFacts: (source) => this.arrivals.ring(source),
      ...(ring === undefined ? {} : { ring }),
    });
    this.log = this.reader;
  }

  static async open(options: StreamLogOptions): Promise<StreamLog> {
    const opened = new StreamLog(options, await streamName(options.db.schema, options.db));
    opened.reader.start();
    return opened;
  }

  /** Its own connection to the stream. */
  stream(): FactStream {
    const link = new NatsLink(this.options.nats.url, silentLogger());
    this.links.push(link);
    const { maxBytes = LIMITS.maxBytes } = this.options;
    return new FactStream(this.name, link, { ...LIMITS, maxBytes });
  }

  /** Those with the same task wait for each other, others do not. */
  relay(task = 'relay', stream = this.stream()): Relay {
    const { db, doorbell = new LocalDoorbell() } = this.options;
    const relay = new Relay({
      outbox: new PostgresEventLog(db.schema, db),
      stream,
      leadership: new Leadership(db, task),
      doorbell,
      log: silentLogger(),
    });
    relay.start();
    this.relays.push(relay);
    return relay;
  }

  /** Waits until the reader answers from the stream. */
  async following(): Promise<void> {
    const { outbox } = this;
    await until(
      async () => {
        const before = outbox.reads;
        await this.log.read(await this.log.head(), 1);
        return outbox.reads === before;
      },
      'the stream to be read',
      20_000,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.relays.map((relay) => relay.stop()));
    await this.reader.stop();
    await Promise.all(this.links.map((link) => link.close()));
  }
}
