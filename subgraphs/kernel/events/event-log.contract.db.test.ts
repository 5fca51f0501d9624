import { systemViewer } from '../auth/viewer';
import { ManualClock, SECOND } from '../clock/clock';
import type { Database, Tx } from '../db/database';
import { run } from '../testing/database';
import { StreamLog } from '../testing/event-logs';
import { level, proveLog, tell, tellSlowly, thing } from '../testing/log-proof';
import { NatsServer, natsProgram, withoutNats } from '../testing/nats-server';
import { type Shelves, openShelves } from '../testing/shelf';
import { until } from '../testing/until';
import { type EventLog, PostgresEventLog } from './event-log';
import type { Fact, Position } from './fact';
import { appendFacts } from './outbox';

jest.setTimeout(90_000);
const viewer = systemViewer('test');
const RETENTION_MS = 10 * SECOND;

interface OpenLog {
  readonly log: EventLog;
  close(): Promise<void>;
}

const openPostgres = (db: Database): Promise<OpenLog> => {
  const log = new PostgresEventLog('shelf', db, RETENTION_MS);
  return Promise.resolve({ log, close: () => Promise.resolve() });
};

async function openJetStream(db: Database): Promise<OpenLog> {
  const nats = await NatsServer.start();
  const stream = await StreamLog.open({ db, nats, retentionMs: RETENTION_MS });
  stream.relay();
  await stream.following();
  const close = async (): Promise<void> => {
    await stream.close();
    await nats.stop();
  };
  return { log: stream.log, close };
}

const LOGS = [
  { name: 'PostgreSQL', isHere: true, open: openPostgres },
  { name: `JetStream${withoutNats}`, isHere: natsProgram() !== undefined, open: openJetStream },
];

/** What holds for every log, whatever carries the facts. */
describe.each(LOGS)('an event log on $name', ({ isHere, open }) => {
  const it = isHere ? test : test.skip;
  const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
  let shelves: Shelves;
  let db: Database;
  let opened: OpenLog;
  let log: EventLog;
  /** Behind everything that earlier tests told. */
  let start: Position;

  beforeAll(async () => {
    if (!isHere) return;
    shelves = await openShelves();
    db = await shelves.open('shelf', clock, 24);
    opened = await open(db);
    log = opened.log;
  });
  beforeEach(async () => {
    if (isHere) start = await level(db, log);
  });
  afterAll(async () => {
    if (!isHere) return;
    await opened.close();
    await shelves.close();
  });

  /** A transaction of any other database of the same server can hold facts back for a while. */
  const readable = (count: number, after = start, topics?: readonly string[]): Promise<Fact[]> =>
    until(async () => {
      const facts = await log.read(after, 100, topics);
      return facts.length >= count && facts;
    }, `${count.toString()} facts to be readable`);
  const namesOf = (facts: readonly Fact[]): string[] => facts.map(({ subject }) => subject);

  it('shows every reader exactly what 16 writers committed, in order', async () => {
    await proveLog({ db, log });
  });

  it('gives back the fact as it was told', async () => {
    await tell(db, { ...thing('whole', ['order:1', 'order:2']), version: 3 }, thing('plain'));
    const facts = await readable(2);
    const outbox = new PostgresEventLog('shelf', db);
    expect(facts).toEqual(await outbox.read(start, 10));
    expect(facts[0]).toMatchObject({ version: 3, topics: ['order:1', 'order:2'], source: 'shelf' });
    expect(facts[1]).not.toHaveProperty('version');
  });

  it('shows no fact while an older transaction may still commit one before it', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let older: Tx | undefined;
    const slow = db.transaction(viewer, async (tx) => {
      await appendFacts(tx, [thing('older')]);
      older = tx;
      await held;
    });
    await until(() => older !== undefined, 'the older transaction');
    await tell(db, thing('younger'));
    await new Promise((resolve) => setTimeout(resolve, 400)); // long enough to show it wrongly
    expect(await log.read(start, 10)).toEqual([]);
    release();
    await slow;
    expect(namesOf(await readable(2))).toEqual(['older', 'younger']);
  });

  it('keeps facts of one transaction in the order told', async () => {
    const names = Array.from({ length: 30 }, (_, n) => n.toString());
    await tell(db, ...names.map((name) => thing(name)));
    expect(namesOf(await readable(names.length))).toEqual(names);
  });

  it('has its head behind everything shown and in front of everything to come', async () => {
    await tellSlowly(db, [thing('before')], 0);
    await level(db, log);
    const head = await log.head();
    expect(await log.read(head, 10)).toEqual([]);
    await tellSlowly(db, [thing('after')], 0);
    expect(namesOf(await readable(1, head))).toEqual(['after']);
  });

  it('gives a topic’s reader that topic’s facts only', async () => {
    const [first, second, third] = [['order:1', 'seller:1'], ['order:2'], ['order:1']];
    await tell(db, thing('a', first), thing('b', second), thing('c', third));
    await readable(3);
    const of = async (...topics: string[]): Promise<string[]> =>
      namesOf(await log.read(start, 10, topics));
    expect(await of('order:1')).toEqual(['a', 'c']);
    expect(await of('order:1', 'seller:1')).toEqual(['a', 'c']);
    expect(await of('seller:1', 'order:2')).toEqual(['a', 'b']);
    expect(await of('order:3')).toEqual([]);
    expect(namesOf(await log.read(start, 1, ['order:1', 'order:2']))).toEqual(['a']);
  });

  it('keeps a place as long as nothing after it is older than it promises', async () => {
    await tell(db, thing('a'));
    await readable(1);
    const behind = await level(db, log);
    expect(await log.keeps(start)).toBe(true);
    clock.advance(RETENTION_MS + 1);
    expect([await log.keeps(start), await log.keeps(behind)]).toEqual([false, true]);
    await tell(db, thing('b'));
    await readable(1, behind);
    expect(await log.keeps(behind)).toBe(true);
  });

  it('goes on in a raised epoch behind all that was before', async () => {
    await tellSlowly(db, [thing('old')], 0);
    await run(shelves.url, 'update shelf."outboxEpoch" set epoch = epoch + 1');
    await tellSlowly(db, [thing('new')], 0);
    expect(namesOf(await readable(2))).toEqual(['old', 'new']);
    expect((await log.head()).epoch).toBe(2);
  });
});
