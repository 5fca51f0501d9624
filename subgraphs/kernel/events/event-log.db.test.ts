import { systemViewer } from '../auth/viewer';
import type { Database } from '../db/database';
import { run } from '../testing/database';
import { outboxRows, tell, tellSlowly, thing } from '../testing/log-proof';
import { type Shelves, openShelves } from '../testing/shelf';
import { until } from '../testing/until';
import { ORIGIN, PostgresEventLog } from './event-log';
import { appendFacts } from './outbox';

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

const WRITERS = 16;
const EACH = 40;

test('a reader by sequence number alone loses facts of 16 writers', async () => {
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; n < EACH; n++)
      await tellSlowly(db, [thing(`${writer.toString()}/${n.toString()}`)], Math.random() * 0.01);
  };
  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  let finished = false;
  void writing.then(() => (finished = true));
  const done = (): boolean => finished;
  let last = 0n;
  let seen = 0;
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

test('a place of an older epoch lies before those of a newer one, whenever it was written', async () => {
  await tellSlowly(db, [thing('old')], 0);
  await run(shelves.url, 'update shelf."outboxEpoch" set epoch = 2');
  await tellSlowly(db, [thing('new')], 0);
  await run(shelves.url, 'update shelf."outboxEpoch" set epoch = 1');
  await tellSlowly(db, [thing('late in the old one')], 0);
  const facts = await until(async () => {
    const read = await log.read(ORIGIN, 100);
    return read.length >= 3 && read;
  }, 'three facts to be readable');
  expect(facts.map(({ subject }) => subject)).toEqual(['old', 'late in the old one', 'new']);
});

test('the last place is that of the last fact, or before the first one when there is none', async () => {
  const { epoch } = await log.head();
  expect(await log.last()).toEqual({ epoch, xid: '0', seq: '0' });
  await tell(db, thing('a'), thing('b'));
  const [row] = (await outboxRows(db)).slice(-1);
  await until(async () => (await log.last()).seq === row?.position.seq, 'the last fact');
  expect(await log.last()).toEqual(row?.position);
});

test('a transaction that hangs holds facts back for ten seconds at most, and is undone', async () => {
  let hangs = false;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const hanging = db.transaction(systemViewer('test'), async (tx) => {
    await appendFacts(tx, [thing('hanging')]);
    hangs = true;
    await held;
  });
  await until(() => hangs, 'the hanging transaction');
  const began = performance.now();
  await tell(db, thing('younger'));
  expect(await log.read(ORIGIN, 10)).toEqual([]);
  const shown = async (): Promise<boolean> => (await log.read(ORIGIN, 10)).length > 0;
  await until(shown, 'the younger fact', 20_000);
  expect(performance.now() - began).toBeGreaterThan(5_000);
  release();
  await expect(hanging).rejects.toThrow();
  expect((await log.read(ORIGIN, 10)).map(({ subject }) => subject)).toEqual(['younger']);
}, 60_000);
