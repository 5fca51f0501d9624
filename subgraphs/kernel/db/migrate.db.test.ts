import { Client } from 'pg';
import { type TestDatabase, cloneDatabase, run } from '../testing/database';
import { shelf } from '../testing/shelf';
import { LOG_READER_ROLE, migrate } from './migrate';

let clone: TestDatabase;
let url: string;
beforeEach(async () => {
  clone = await cloneDatabase();
  url = clone.url;
});
afterEach(() => clone.drop());

/** Runs SQL as a role; the SQLSTATE of its refusal, or `ok`. */
async function as(role: string, text: string): Promise<string> {
  const client = new Client({ connectionString: url, options: `-c role=${role}` });
  await client.connect();
  try {
    await client.query(text);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.end();
  }
}
const DENIED = '42501';

test('a second run does nothing', async () => {
  expect(await migrate(url, shelf('shelf'))).toHaveLength(2);
  expect(await migrate(url, shelf('shelf'))).toEqual([]);
});

test('of several at once each step runs once', async () => {
  const runs = await Promise.all(
    (['shelf', 'drawer', 'shelf', 'drawer', 'shelf'] as const).map((name) =>
      migrate(url, shelf(name)),
    ),
  );
  expect(runs.flat()).toHaveLength(4);
  expect(await run(url, 'select count(*)::int as n from shelf.migration')).toEqual([{ n: 2 }]);
});

test('a step that fails leaves nothing of itself', async () => {
  const steps = [
    ...shelf('shelf').steps,
    { at: 1_750_000_000_001, name: 'Broken', sql: 'create table half (); select 1/0' },
  ];
  await expect(migrate(url, { ...shelf('shelf'), steps })).rejects.toThrow('division by zero');
  expect(await run(url, `select to_regclass('shelf.half') as half`)).toEqual([{ half: null }]);
  expect(await migrate(url, shelf('shelf'))).toEqual([]); // the good ones stayed, the lock is free
});

test('a subgraph’s role works in its own schema and in no other', async () => {
  await migrate(url, shelf('shelf'));
  await migrate(url, shelf('drawer'));
  const shelves = await run(url, `select tablename from pg_tables where schemaname = 'drawer'`);
  expect(shelves.length).toBeGreaterThan(5);
  for (const { tablename } of shelves) {
    expect(await as('tradegraph_shelf', `select * from drawer."${String(tablename)}"`)).toBe(
      DENIED,
    );
    expect(await as('tradegraph_drawer', `select * from drawer."${String(tablename)}"`)).toBe('ok');
  }
  expect(await as('tradegraph_shelf', `insert into drawer.thing values ('a')`)).toBe(DENIED);
  expect(await as('tradegraph_shelf', `select drawer.seal_thing('a')`)).toBe(DENIED);
  expect(await as('tradegraph_shelf', 'create table shelf.mine ()')).toBe(DENIED);
});

test('real subgraphs’ roles see no other subgraph', async () => {
  await migrate(url, shelf('shelf'));
  const tables = await run(
    url,
    `select schemaname as schema, tablename as name
     from pg_tables join pg_roles on rolname = 'tradegraph_' || schemaname
     where has_schema_privilege(rolname, schemaname, 'usage')`,
  );
  const schemas = [...new Set(tables.map(({ schema }) => String(schema)))];
  for (const role of schemas) {
    for (const { schema, name } of tables.filter((table) => table['schema'] !== role)) {
      const query = `select 1 from ${String(schema)}."${String(name)}" limit 1`;
      expect([role, query, await as(`tradegraph_${role}`, query)]).toEqual([role, query, DENIED]);
    }
  }
}, 60_000);

test('what was told cannot be untold, and what only functions write only functions write', async () => {
  await migrate(url, shelf('shelf'));
  const shelfRole = (text: string): Promise<string> => as('tradegraph_shelf', text);
  expect(await shelfRole(`update shelf.outbox set type = 'x'`)).toBe(DENIED);
  expect(await shelfRole('delete from shelf.outbox')).toBe(DENIED);
  expect(await shelfRole('truncate shelf.outbox')).toBe(DENIED);
  expect(await shelfRole('delete from shelf.migration')).toBe(DENIED);
  expect(await shelfRole(`insert into shelf.sealed values ('a')`)).toBe(DENIED);
  expect(await shelfRole(`select shelf.seal_thing('a')`)).toBe('ok');
  expect(await shelfRole('select * from shelf.sealed')).toBe('ok');
});

test('the log’s reader reads outboxes and nothing else', async () => {
  await migrate(url, shelf('shelf'));
  expect(await as(LOG_READER_ROLE, 'select * from shelf.outbox, shelf."outboxEpoch"')).toBe('ok');
  for (const table of ['thing', 'inbox', 'timer', 'idempotency', 'migration', '"inboxParked"']) {
    expect(await as(LOG_READER_ROLE, `select * from shelf.${table}`)).toBe(DENIED);
  }
  expect(await as(LOG_READER_ROLE, `update shelf."outboxEpoch" set epoch = 2`)).toBe(DENIED);
});
