import { HOUR, systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { LOG_READER_ROLE } from '#kernel/db/migrate';
import { type Doorbell, LocalDoorbell, PostgresDoorbell } from '#kernel/events/doorbell';
import { type EventLog, PostgresEventLog } from '#kernel/events/event-log';
import { FactStream, streamName } from '#kernel/events/jetstream/fact-stream';
import { JetStreamEventLog } from '#kernel/events/jetstream/jetstream-log';
import { NatsLink } from '#kernel/events/jetstream/nats-link';
import { Relay } from '#kernel/events/jetstream/relay';
import { Leadership } from '#kernel/events/leadership';
import { Poller } from '#kernel/events/poller';
import { makeLogger } from '#kernel/server/log';
import { givenOptions, serveCommands } from '../bench.program';

/** What one process of the log bench does. */
export interface LogPartOptions {
  readonly schema: string;
  readonly databaseUrl: string;
  /** None: it reads the outbox. */
  readonly natsUrl?: string;
  readonly does: 'read' | 'relay';
}

const BATCH = 500;
const POLL_MS = 100;
const STREAM = { maxAgeMs: HOUR, maxBytes: 256 * 1_024 * 1_024 };

const { schema, databaseUrl: url, natsUrl, does } = givenOptions() as LogPartOptions;
const log = makeLogger(does, 'warn');
let latencies: number[] = [];

async function start(): Promise<void> {
  const db = await Database.open({ url, schema, role: LOG_READER_ROLE, clock: systemClock });
  const outbox = new PostgresEventLog(schema, db);
  const doorbell = new PostgresDoorbell(url);
  if (natsUrl === undefined) return follow(outbox, doorbell);
  const stream = new FactStream(await streamName(schema, db), new NatsLink(natsUrl, log), STREAM);
  if (does === 'relay') {
    const leadership = new Leadership(db, 'relay');
    new Relay({ outbox, stream, leadership, doorbell, log }).start();
    return;
  }
  const arrivals = new LocalDoorbell();
  const onFacts = (source: string): void => {
    arrivals.ring(source);
  };
  const reader = new JetStreamEventLog({ stream, outbox, log, onFacts });
  reader.start();
  await follow(reader, arrivals);
}

/** As a gateway follows a log, noting how old each fact is when it comes. */
async function follow(from: EventLog, doorbell: Doorbell): Promise<void> {
  let position = await from.head();
  const step = async (): Promise<boolean> => {
    const facts = await from.read(position, BATCH);
    const now = Date.now();
    for (const fact of facts) latencies.push(now - Number(fact.data['committedAfter']));
    position = facts.at(-1)?.position ?? position;
    return facts.length > 0;
  };
  const poller = new Poller('bench', step, POLL_MS, log);
  doorbell.listen(from.source, () => {
    poller.wake();
  });
  poller.start();
}

/** The ages of the facts that came since it was last asked. */
function taken(): number[] {
  const all = latencies;
  latencies = [];
  return all;
}

serveCommands({ start, taken });
