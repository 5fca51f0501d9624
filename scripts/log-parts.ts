import { HOUR } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import { type Doorbell, LocalDoorbell } from '#kernel/events/doorbell';
import { type EventLog, PostgresEventLog } from '#kernel/events/event-log';
import { FactStream, streamName } from '#kernel/events/jetstream/fact-stream';
import { JetStreamEventLog } from '#kernel/events/jetstream/jetstream-log';
import { NatsLink } from '#kernel/events/jetstream/nats-link';
import { Relay } from '#kernel/events/jetstream/relay';
import { Leadership } from '#kernel/events/leadership';
import type { Logger } from '#kernel/server/log';
import type { Lifecycle } from './lifecycle';
import type { SubgraphName } from './migrations';
import type { Settings } from './settings';
import { StartProblem } from './start-problem';

export interface LogPartsOptions {
  readonly life: Lifecycle;
  readonly settings: Settings;
  /** Rung at commits, in any process. */
  readonly commits: Doorbell;
  readonly log: Logger;
}

const MEGABYTE = 1_024 * 1_024;

/** The event log that the settings choose: how facts are read, and how they come there. */
export class LogParts {
  private readonly arrived: LocalDoorbell;

  private constructor(
    private readonly options: LogPartsOptions,
    private readonly link: NatsLink | undefined,
  ) {
    this.arrived = new LocalDoorbell();
  }

  static async open(options: LogPartsOptions): Promise<LogParts> {
    const { eventLog, natsUrl } = options.settings;
    if (eventLog !== 'jetstream') return new LogParts(options, undefined);
    if (natsUrl === undefined) throw new StartProblem('EVENT_LOG=jetstream needs NATS_URL.');
    const link = await options.life.start(
      'NATS',
      () => Promise.resolve(new NatsLink(natsUrl, options.log)),
      (opened) => opened.close(),
    );
    return new LogParts(options, link);
  }

  /** Rings when there may be facts to read. */
  get arrivals(): Doorbell {
    return this.link === undefined ? this.options.commits : this.arrived;
  }

  /** False while facts do not come as the settings say. Outboxes are read instead, or nothing is lost. */
  get isReachable(): boolean {
    return this.link?.isUp ?? true;
  }

  /** Reads a source's facts; `db` may read its outbox. */
  async reader(source: SubgraphName, db: Database): Promise<EventLog> {
    const outbox = this.outbox(source, db);
    const { link, options } = this;
    if (link === undefined) return outbox;
    const stream = await this.stream(source, db, link);
    return options.life.start(
      `stream of ${source}`,
      () => {
        const onFacts = (): void => {
          this.arrived.ring(source);
        };
        const reader = new JetStreamEventLog({ stream, outbox, log: options.log, onFacts });
        reader.start();
        return Promise.resolve(reader);
      },
      (reader) => reader.stop(),
    );
  }

  /** Brings a source's facts from its outbox to its stream, when the log is one of streams. */
  async relay(source: SubgraphName, open: () => Promise<Database>): Promise<void> {
    const { link, options } = this;
    if (link === undefined) return;
    const db = await open();
    const stream = await this.stream(source, db, link);
    await options.life.start(
      `relay of ${source}`,
      () => {
        const relay = new Relay({
          outbox: this.outbox(source, db),
          stream,
          leadership: new Leadership(db, 'relay'),
          doorbell: options.commits,
          log: options.log,
        });
        relay.start();
        return Promise.resolve(relay);
      },
      (relay) => relay.stop(),
    );
  }

  private get retentionMs(): number {
    return this.options.settings.liveRetentionHours * HOUR;
  }

  private outbox(source: SubgraphName, db: Database): PostgresEventLog {
    return new PostgresEventLog(source, db, this.retentionMs);
  }

  private async stream(source: SubgraphName, db: Database, link: NatsLink): Promise<FactStream> {
    return new FactStream(await streamName(source, db), link, {
      maxAgeMs: this.retentionMs,
      maxBytes: this.options.settings.natsStreamMegabytes * MEGABYTE,
    });
  }
}
