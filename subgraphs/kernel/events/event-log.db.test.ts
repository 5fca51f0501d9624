import { systemViewer } from '../auth/viewer';
import type { Database, Tx } from '../db/database';
import { run } from '../testing/database';
import { type Shelves, openShelves } from '../testing/shelf';
import { until } from '../testing/until';
import { ORIGIN, PostgresEventLog } from './event-log';
import { type Fact, type NewFact, type Position, comparePositions } from './fact';
import { appendFacts } from './outbox';

const viewer = systemViewer('test');
let shelves: Shelves;
let db: Database;
let log: PostgresEventLog;
beforeAll(async () => {
  shelves = await openShelves();
  db = await shelves.open('shelf', undefined, 20);
  log = new PostgresEventLog('shelf', db);
});
beforeEach(async () => {
  await run(shelves.url, 'truncate shelf.outbox restart identity');
});
afterAll(() => shelves.close());

const fact = (subject: string, topics: string[] = []) => ({
  type: 'thing.added',
  subject,
  topics,
  data: { subject },
});
const tell = (...facts: NewFact[]): Promise<void> =>
  db.transaction(viewer, (tx) => {
    tx.publish(...facts);
    return Promise.resolve();
  });
/** Takes a number in the outbox now and commits only after a while, as a long transaction does. */
const tellSlowly = (subject: string, seconds: number): Promise<void> =>
  db.transaction(viewer, async (tx) => {
    await appendFacts(tx, [fact(subject)]);
    await tx.query('select pg_sleep($1)', [seconds]);
  });

/** Follows the log until the writers are done and everything committed was read. */
async function follow(done: () => boolean, read: () => Promise<Fact[]>): Promise<Fact[]> {
  const seen: Fact[] = [];
  for (;;) {
    const finished = done();
    const facts = await read();
    seen.push(...facts);
    if (facts.length === 0 && finished) return seen;
  }
}

const WRITERS = 16;
const EACH = 40;
async function writeAll(): Promise<void> {
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 0; n < EACH; n++) await tellSlowly(`${writer}/${n}`, Math.random() * 0.01);
    }),
  );
}

test('a reader that follows 16 writers loses and repeats nothing', async () => {
  let finished = false;
  const writing = writeAll().finally(() => (finished = true));
  let position: Position = ORIGIN;
  const seen = await follow(
    () => finished,
    async () => {
      const facts = await log.read(position, 50);
      position = facts.at(-1)?.position ?? position;
      return facts;
    },
  );
  await writing;
  expect(seen).toHaveLength(WRITERS * EACH);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(WRITERS * EACH);
  const ordered = [...seen].sort((a, b) => comparePositions(a.position, b.position));
  expect(ordered).toEqual(seen);
  for (let writer = 0; writer < WRITERS; writer++) {
    const own = seen.map(({ subject }) => subject).filter((name) => name.startsWith(`${writer}/`));
    expect(own).toEqual(Array.from({ length: EACH }, (_, n) => `${writer}/${n}`));
  }
}, 60_000);

test('a reader by sequence number alone loses facts of the same writers', async () => {
  let finished = false;
  const writing = writeAll().finally(() => (finished = true));
  let last = 0n;
  let seen = 0;
  const done = (): boolean => finished;
  for (let ended = false; !ended;) {
    ended = done();
    const rows = await db.query<{ seq: bigint }>(
      'select seq from outbox where seq > $1 order by seq limit 50',
      [last],
    );
    last = rows.at(-1)?.seq ?? last;
    seen += rows.length;
    if (rows.length > 0) ended = false;
  }
  await writing;
  expect(seen).toBeLessThan(WRITERS * EACH);
}, 60_000);

test('a fact is not shown while an older transaction may still commit one before it', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let older: Tx | undefined;
  const slow = db.transaction(viewer, async (tx) => {
    await appendFacts(tx, [fact('older')]);
    older = tx;
    await held;
  });
  await until(() => older !== undefined, 'the older transaction');
  await tellSlowly('younger', 0);
  expect(await log.read(ORIGIN, 10)).toEqual([]);
  release();
  await slow;
  expect((await log.read(ORIGIN, 10)).map(({ subject }) => subject)).toEqual(['older', 'younger']);
});

test('facts of one transaction stay in the order told', async () => {
  const names = Array.from({ length: 30 }, (_, n) => n.toString());
  await tell(...names.map((name) => fact(name)));
  expect((await readable(names.length)).map(({ subject }) => subject)).toEqual(names);
});

test('the head is behind everything there is and in front of everything to come', async () => {
  await tellSlowly('before', 0);
  const head = await log.head();
  expect(await log.read(head, 10)).toEqual([]);
  await tellSlowly('after', 0);
  expect((await log.read(head, 10)).map(({ subject }) => subject)).toEqual(['after']);
});

/** A transaction of any other database of the same server can hold facts back for a while. */
const readable = (count: number): Promise<Fact[]> =>
  until(async () => {
    const facts = await log.read(ORIGIN, 100);
    return facts.length >= count && facts;
  }, `${count.toString()} facts to be readable`);

test('a topic’s reader gets that topic’s facts only', async () => {
  await tell(fact('a', ['order:1', 'seller:1']), fact('b', ['order:2']), fact('c', ['order:1']));
  await readable(3);
  const of = async (...topics: string[]): Promise<string[]> =>
    (await log.read(ORIGIN, 10, topics)).map(({ subject }) => subject);
  expect(await of('order:1')).toEqual(['a', 'c']);
  expect(await of('seller:1', 'order:2')).toEqual(['a', 'b']);
  expect(await of('order:3')).toEqual([]);
});

test('after a restore a raised epoch comes behind all that was before', async () => {
  await tellSlowly('old', 0);
  await run(shelves.url, 'update shelf."outboxEpoch" set epoch = 2');
  await tellSlowly('new', 0);
  await run(shelves.url, 'update shelf."outboxEpoch" set epoch = 1');
  await tellSlowly('late in the old one', 0);
  const facts = await readable(3);
  expect(facts.map(({ subject }) => subject)).toEqual(['old', 'late in the old one', 'new']);
});

test('a place is kept as long as nothing after it is older than the log promises', async () => {
  const brief = new PostgresEventLog('shelf', db, 1_000);
  await tell(fact('a'));
  await readable(1);
  expect(await brief.keeps(ORIGIN)).toBe(true);
  const behind = await log.head();
  await run(shelves.url, `update shelf.outbox set time = time - interval '2 seconds'`);
  expect(await brief.keeps(ORIGIN)).toBe(false);
  expect([await brief.keeps(behind), await log.keeps(ORIGIN)]).toEqual([true, true]);
  await tell(fact('b'));
  expect(await brief.keeps(behind)).toBe(true);
});
