import { systemViewer } from '../auth/viewer';
import { ManualClock, MINUTE, SECOND } from '../clock/clock';
import type { Database } from '../db/database';
import { silentLogger } from '../server/log';
import { run } from '../testing/database';
import { type Shelves, openShelves } from '../testing/shelf';
import { until } from '../testing/until';
import { Consumer } from './consumer';
import { LocalDoorbell } from './doorbell';
import { type EventLog, PostgresEventLog } from './event-log';
import type { Reaction } from './reaction';

const viewer = systemViewer('test');
let shelves: Shelves;
let teller: Database;
let hearer: Database;
let clock: ManualClock;
const doorbell = new LocalDoorbell();
const running: Consumer[] = [];

beforeEach(async () => {
  shelves = await openShelves();
  clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
  teller = await shelves.open('shelf');
  hearer = await shelves.open('drawer', clock);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
  await shelves.close();
});

async function tell(...subjects: string[]): Promise<void> {
  await teller.transaction(viewer, (tx) => {
    for (const subject of subjects) {
      tx.publish({ type: 'thing.added', subject, topics: [], data: { subject } });
    }
    return Promise.resolve();
  });
  doorbell.ring('shelf');
}

/** Counts how often the effect of each fact happened. */
const counting: Reaction = {
  on: 'thing.added',
  may: [],
  run: async (tx, { subject }) => {
    await tx.query(
      `insert into thing (name, amount) values ($1, 1)
       on conflict (name) do update set amount = thing.amount + 1`,
      [subject],
    );
  },
};
const counts = async (): Promise<Record<string, number>> => {
  const rows = await hearer.query<{ name: string; amount: bigint }>(
    'select * from thing order by name',
  );
  return Object.fromEntries(rows.map(({ name, amount }) => [name, Number(amount)]));
};
const heard = (wanted: number): Promise<unknown> =>
  until(async () => Object.keys(await counts()).length === wanted, `${wanted} effects`);

function consume(reaction: Reaction, db = hearer, log?: EventLog): Consumer {
  const consumer = new Consumer({
    db,
    logs: [log ?? new PostgresEventLog('shelf', teller)],
    reactions: [reaction],
    doorbell,
    log: silentLogger(),
  });
  running.push(consumer);
  consumer.start();
  return consumer;
}

test('facts told before and after the start are each acted on once', async () => {
  await tell('a', 'b');
  consume(counting);
  await heard(2);
  await tell('c');
  await heard(3);
  expect(await counts()).toEqual({ a: 1, b: 1, c: 1 });
});

test('a log that shows facts again changes nothing', async () => {
  const log = new PostgresEventLog('shelf', teller);
  let reads = 0;
  const stutters: EventLog = {
    source: 'shelf',
    head: () => log.head(),
    keeps: (after) => log.keeps(after),
    read: async (after, limit) => {
      reads += 1;
      const facts = await log.read(after, limit);
      return reads % 2 === 0 ? facts : [...facts, ...facts];
    },
  };
  consume(counting, hearer, stutters);
  for (const name of ['a', 'b', 'c', 'd']) {
    await tell(name);
    await until(async () => (await counts())[name], name);
  }
  await run(shelves.url, 'delete from drawer."inboxCursor"'); // all is read once more
  await tell('e');
  await heard(5);
  expect(Object.values(await counts())).toEqual([1, 1, 1, 1, 1]);
});

test('a fact whose reaction fails is parked and tried again; its neighbours are not held up', async () => {
  let broken = true;
  consume({
    ...counting,
    run: async (tx, fact) => {
      await counting.run(tx, fact);
      if (fact.subject === 'b' && broken) throw new Error('not yet');
    },
  });
  await tell('a', 'b', 'c');
  await heard(2);
  expect(await counts()).toEqual({ a: 1, c: 1 });
  const parked = () => hearer.first<{ attempts: number }>('select attempts from "inboxParked"');
  await until(parked, 'the parked fact');
  clock.advance(SECOND);
  await until(async () => (await parked())?.attempts === 2, 'a second attempt');
  broken = false;
  clock.advance(SECOND); // the pause has grown: not due yet
  await tell('d');
  await heard(3);
  expect(await counts()).toEqual({ a: 1, c: 1, d: 1 });
  clock.advance(MINUTE);
  await heard(4);
  expect(await counts()).toEqual({ a: 1, b: 1, c: 1, d: 1 });
  await until(async () => (await parked()) === undefined, 'an empty park');
});

test('a reaction hears what was told', async () => {
  await tell('a');
  let fact: unknown;
  consume({ ...counting, run: (_tx, one) => Promise.resolve(void (fact = one)) });
  await until(() => fact !== undefined, 'the fact');
  expect(fact).toMatchObject({ type: 'thing.added', source: 'shelf', data: { subject: 'a' } });
});

test('of two processes one consumes; when its connection dies, the work goes on, each once', async () => {
  const second = await shelves.open('drawer', clock);
  const by: string[] = [];
  const noting = (name: string): Reaction => ({
    ...counting,
    run: async (tx, fact) => {
      await counting.run(tx, fact);
      by.push(name);
    },
  });
  consume(noting('first'));
  await tell('a');
  await heard(1);
  consume(noting('second'), second);
  await tell('b', 'c');
  await heard(3);
  expect(by).toEqual(['first', 'first', 'first']);
  await run(
    shelves.url,
    `select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and granted and classid = (hashtext('consumer')::bigint & 4294967295)::oid
       and database = (select oid from pg_database where datname = current_database())`,
  );
  for (const name of ['d', 'e', 'f']) {
    await tell(name);
    await until(async () => (await counts())[name], name);
  }
  expect(Object.values(await counts())).toEqual([1, 1, 1, 1, 1, 1]);
});

test('when the leader stops, the other takes over', async () => {
  const leader = consume(counting);
  await tell('a');
  await heard(1);
  consume(counting, await shelves.open('drawer', clock));
  await leader.stop();
  await tell('b');
  await heard(2);
  expect(await counts()).toEqual({ a: 1, b: 1 });
});
