import {
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  type JsMsg,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { Queries } from '../../db/database';
import type { Position } from '../fact';
import { type Step, fromMessage, positionText, toMessage } from './fact-message';
import type { NatsLink } from './nats-link';

/** How much a stream keeps; what it forgot is read from the outbox. */
export interface StreamLimits {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

/** Where a stream ends. */
export interface StreamEnd {
  readonly seq: number;
  /** Undefined when it holds no message, or somebody else's. */
  readonly position: Position | undefined;
}

const NANOSECONDS = 1_000_000;
/** A repeated message is known by its position for so long; after that its sequence number gives it away. */
const KNOWN_MS = 120_000;
const PUBLISH_MS = 5_000;
/** A consumer whose server went away without a word is noticed after two missed heartbeats, at half of this each. */
const PULL_MS = 5_000;

/** The stream of one source's facts. Messages follow each other without a gap, in the order of the outbox. */
export class FactStream {
  constructor(
    readonly name: string,
    readonly link: NatsLink,
    private readonly limits: StreamLimits,
  ) {}

  /** Creates it when it is not there, and gives it these limits. */
  async ensure(): Promise<StreamInfo> {
    const { name, limits } = this;
    const { streams } = await this.manager();
    const wanted = {
      name,
      subjects: [`${name}.>`],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_age: limits.maxAgeMs * NANOSECONDS,
      max_bytes: limits.maxBytes,
      duplicate_window: Math.min(KNOWN_MS, limits.maxAgeMs) * NANOSECONDS,
    };
    const known = await streams.info(name).catch(() => undefined);
    if (known === undefined) return streams.add(wanted);
    const { max_age: age, max_bytes: bytes } = known.config;
    const isRight = age === wanted.max_age && bytes === wanted.max_bytes;
    return isRight ? known : streams.update(name, wanted);
  }

  async end(): Promise<StreamEnd> {
    const { state } = await this.ensure();
    if (state.messages === 0) return { seq: state.last_seq, position: undefined };
    const { streams } = await this.manager();
    const last = await streams.getMessage(this.name, { seq: state.last_seq });
    if (last === null) throw new Error(`the last message of ${this.name} cannot be read`);
    const step = fromMessage({ headers: last.header, body: last.string() });
    return { seq: state.last_seq, position: step?.position };
  }

  /** Adds a step as message number `seq`, or throws: whoever else writes at the same time, there is one in its place. */
  async publish(step: Step, seq: number): Promise<void> {
    const { headers, body } = toMessage(step);
    const subject = `${this.name}.${step.fact?.type ?? 'mark'}`;
    const { seq: got } = await jetstream(this.link.connection).publish(subject, body, {
      msgID: positionText(step.position),
      headers,
      expect: { lastSequence: seq - 1 },
      timeout: PUBLISH_MS,
    });
    if (got !== seq) throw new Error(`message ${String(seq)} of ${this.name} is ${String(got)}`);
  }

  /** The messages from a sequence number on, as they come. */
  async consume(from: number): Promise<ConsumerMessages> {
    const consumer = await jetstream(this.link.connection).consumers.get(this.name, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    return consumer.consume({
      max_messages: 1_000,
      expires: PULL_MS,
      abort_on_missing_resource: true, // a stream made anew counts from 1
    });
  }

  private manager() {
    return jetstreamManager(this.link.connection, { checkAPI: false });
  }
}

/** What a message says; undefined when it is no message of ours. */
export const stepOf = (message: JsMsg): Step | undefined =>
  fromMessage({ headers: message.headers, body: message.string() });

/** A name for the stream of an outbox that no other outbox has: several databases may share one NATS. */
export async function streamName(source: string, db: Queries): Promise<string> {
  const row = await db.first<{ cluster: string; database: string }>(
    `select c.system_identifier::text as cluster, d.oid::text as database
     from pg_control_system() c, pg_database d where d.datname = current_database()`,
  );
  if (row === undefined) throw new Error('the database does not say which it is');
  return `tradegraph-${row.cluster}-${row.database}-${source}`;
}
