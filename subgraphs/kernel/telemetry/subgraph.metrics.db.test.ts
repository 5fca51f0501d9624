import { systemViewer } from '../auth/viewer';
import { systemClock } from '../clock/clock';
import { Database } from '../db/database';
import { PostgresEventLog } from '../events/event-log';
import { type Shelves, openShelves } from '../testing/shelf';
import { until } from '../testing/until';
import { SubgraphMetrics } from './subgraph.metrics';

let shelves: Shelves;
let db: Database;
let other: Database;
let metrics: SubgraphMetrics;

beforeAll(async () => {
  shelves = await openShelves();
  db = await shelves.open('shelf');
  other = await shelves.open('drawer');
  metrics = new SubgraphMetrics([{ name: 'shelf', db }]);
  metrics.watchInboxes([new PostgresEventLog('drawer', other)]);
}, 60_000);
afterAll(() => shelves.close());

async function value(series: string): Promise<number | undefined> {
  const text = await metrics.registry.metrics();
  const line = text.split('\n').find((one) => one.startsWith(`tradegraph_subgraph_${series} `));
  return line === undefined ? undefined : Number(line.split(' ')[1]);
}

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);
const tell = (at: Database): Promise<void> =>
  at.transaction(systemViewer('test'), (tx) => {
    tx.publish({ type: 'thing.told', subject: 'one', topics: [], data: {} });
    return Promise.resolve();
  });

it('parked facts', async () => {
  expect(await value('parked_facts{subgraph="shelf"}')).toBe(0);
  await db.query(
    `insert into "inboxParked" ("eventId", source, fact, attempts, "nextAt", error)
     values ('evt_1', 'drawer', '{}', 1, $1, 'failed')`,
    [ago(0)],
  );
  expect(await value('parked_facts{subgraph="shelf"}')).toBe(1);
});

it('timers that are due, and how late the latest is', async () => {
  const set = `insert into timer (subject, kind, "fireAt") values ($1, 'due', $2)`;
  await db.query(set, ['later', new Date(Date.now() + 60_000)]);
  expect(await value('timers_overdue{subgraph="shelf"}')).toBe(0);
  expect(await value('timer_delay_seconds{subgraph="shelf"}')).toBe(0);
  await db.query(set, ['late', ago(90)]);
  expect(await value('timers_overdue{subgraph="shelf"}')).toBe(1);
  expect(await value('timer_delay_seconds{subgraph="shelf"}')).toBeGreaterThanOrEqual(90);
});

it('how far behind the facts of a source a subgraph is', async () => {
  const lag = (): Promise<number | undefined> =>
    value('outbox_lag_seconds{subgraph="shelf",source="drawer"}');
  expect(await lag()).toBe(0);
  await tell(other);
  // A transaction of any other database of the same server can hold the fact back for a while.
  await until(async () => ((await lag()) ?? 0) > 0, 'the fact to be seen');
  await db.query(
    `insert into "inboxCursor" (source, epoch, xid, seq)
     values ('drawer', 9, '1'::xid8, 1)`,
  );
  expect(await lag()).toBe(0);
});

it('facts that an open transaction holds back', async () => {
  const client = await other.connect();
  await client.query('begin');
  await client.query('select pg_current_xact_id()');
  await tell(db);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await value('outbox_held_seconds{subgraph="shelf"}')).toBeGreaterThan(0);
  await client.query('rollback');
  client.release();
  const held = (): Promise<number | undefined> => value('outbox_held_seconds{subgraph="shelf"}');
  await until(async () => (await held()) === 0, 'nothing to be held back');
});

it('connections of the pool', async () => {
  const busy = (): Promise<number | undefined> =>
    value('pool_connections{subgraph="shelf",state="busy"}');
  const before = (await busy()) ?? 0;
  const client = await db.connect();
  expect(await busy()).toBe(before + 1);
  client.release();
  expect(await value('pool_connections{subgraph="shelf",state="waiting"}')).toBe(0);
});

it('a database that does not answer is told, and fails nothing else', async () => {
  const { url } = shelves;
  const gone = await Database.open({ url, schema: 'drawer', clock: systemClock });
  await gone.close();
  const both = new SubgraphMetrics([
    { name: 'shelf', db },
    { name: 'drawer', db: gone },
  ]);
  const text = await both.registry.metrics();
  expect(text).toContain('tradegraph_subgraph_database_up{subgraph="shelf"} 1');
  expect(text).toContain('tradegraph_subgraph_database_up{subgraph="drawer"} 0');
  expect(text).not.toContain('parked_facts{subgraph="drawer"}');
});
