import { systemViewer } from '../auth/viewer';
import { run } from '../testing/database';
import { type Shelves, openShelves } from '../testing/shelf';
import { CommitUnknownError, Database } from './database';

const viewer = systemViewer('test');
let shelves: Shelves;
let db: Database;
beforeAll(async () => {
  shelves = await openShelves();
  db = await shelves.open('shelf');
});
beforeEach(async () => {
  await run(shelves.url, 'truncate shelf.thing, shelf.outbox');
});
afterAll(() => shelves.close());

const add = `insert into thing (name, amount) values ($1, $2)
  on conflict (name) do update set amount = thing.amount + excluded.amount`;
const fact = { type: 'thing.added', subject: 'a', topics: [], data: {} };

test('rows have bigints, dates and JSON values', async () => {
  const [row] = await db.query(
    `select 9007199254740993::bigint as big, '2026-01-01T00:00:00Z'::timestamptz as at, '{"a": [1]}'::jsonb as json`,
  );
  expect(row).toEqual({
    big: 9007199254740993n,
    at: new Date('2026-01-01T00:00:00Z'),
    json: { a: [1] },
  });
  expect(await db.first('select 1 as one where false')).toBeUndefined();
});

test('the server ends a transaction that goes on for too long, at work or idle', async () => {
  const [row] = await db.query(
    `select current_setting('transaction_timeout') as whole,
       current_setting('idle_in_transaction_session_timeout') as idle`,
  );
  expect(row).toEqual({ whole: '30s', idle: '10s' });
});

test('a change and its facts are both there or neither', async () => {
  const rang: string[] = [];
  const own = await Database.open({
    url: shelves.url,
    schema: 'shelf',
    role: 'tradegraph_shelf',
    clock: db.clock,
    onFacts: () => rang.push('rang'),
  });
  const add1 = (fail: boolean) =>
    own.transaction(viewer, async (tx) => {
      await tx.query(add, ['a', 1n]);
      tx.publish(fact);
      tx.afterCommit(() => rang.push('committed'));
      if (fail) throw new Error('no');
    });
  await expect(add1(true)).rejects.toThrow('no');
  expect(rang).toEqual([]);
  expect(await db.query('select * from thing')).toEqual([]);
  expect(await db.query('select * from outbox')).toEqual([]);
  await add1(false);
  await own.close();
  expect(rang).toEqual(['committed', 'rang']);
  expect(await db.query('select amount from thing')).toEqual([{ amount: 1n }]);
  expect(await db.query('select type, actor, "correlationId" from outbox')).toEqual([
    { type: 'thing.added', actor: 'system', correlationId: 'test' },
  ]);
});

test('two facts about one version of a thing cannot both be told', async () => {
  const tell = () =>
    db.transaction(viewer, (tx) => {
      tx.publish({ ...fact, version: 1 });
      return Promise.resolve();
    });
  await tell();
  await expect(tell()).rejects.toMatchObject({ code: '23505' });
});

test('of two transactions in a deadlock both succeed', async () => {
  await db.query(add, ['a', 0n]);
  await db.query(add, ['b', 0n]);
  let runs = 0;
  let waiting = 0;
  let go = (): void => undefined;
  const both = new Promise<void>((resolve) => (go = resolve));
  const move = (first: string, second: string): Promise<void> =>
    db.transaction(viewer, async (tx) => {
      runs += 1;
      await tx.query(add, [first, 1n]);
      waiting += 1;
      if (waiting === 2) go();
      await both;
      await tx.query(add, [second, 1n]);
    });
  await Promise.all([move('a', 'b'), move('b', 'a')]);
  expect(runs).toBeGreaterThan(2); // a victim runs again; on a busy machine it may be one twice
  expect(await db.query('select amount from thing')).toEqual([{ amount: 2n }, { amount: 2n }]);
});

test('a connection lost before the commit is retried', async () => {
  let runs = 0;
  await db.transaction(viewer, async (tx) => {
    runs += 1;
    await tx.query(add, ['a', 1n]);
    const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    if (runs === 1) await run(shelves.url, `select pg_terminate_backend(${row?.pid ?? 0})`);
    await tx.query(add, ['a', 1n]);
  });
  expect(runs).toBe(2);
  expect(await db.query('select amount from thing')).toEqual([{ amount: 2n }]);
});

test('losing a connection of one’s own fails what is asked on it and ends nothing else', async () => {
  const client = await db.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  await run(shelves.url, `select pg_terminate_backend(${String(rows[0]?.pid)})`);
  await expect(client.query('select 1')).rejects.toThrow(/terminat|not queryable/);
  client.release(true);
  expect(await db.first('select 1 as one')).toEqual({ one: 1 });
});

test('a refusal or a mistake in the SQL is not retried', async () => {
  let runs = 0;
  const broken = db.transaction(viewer, async (tx) => {
    runs += 1;
    await tx.query('select nothing');
  });
  await expect(broken).rejects.toMatchObject({ code: '42703' });
  expect(runs).toBe(1);
});

describe('at the commit', () => {
  const atCommit = (body: string): Promise<unknown> =>
    run(
      shelves.url,
      `create or replace function shelf.at_commit() returns trigger language plpgsql security definer as
         $$ begin ${body}; return null; end $$;
       create or replace trigger unused after insert on shelf.sealed for each row execute function shelf.at_commit();
       drop trigger if exists late on shelf.thing;
       create constraint trigger late after insert on shelf.thing deferrable initially deferred
         for each row execute function shelf.at_commit()`,
    );
  afterAll(() => run(shelves.url, 'drop trigger if exists late on shelf.thing'));

  const insert = () =>
    db.transaction(viewer, async (tx) => {
      await tx.query(`insert into thing (name) values ('late')`);
    });

  test('a lost connection leaves the outcome open and is said so', async () => {
    await atCommit('perform pg_terminate_backend(pg_backend_pid())');
    await expect(insert()).rejects.toBeInstanceOf(CommitUnknownError);
  });

  test('a deferred check that fails is an answer: nothing happened', async () => {
    await atCommit(`raise exception 'too late' using errcode = '23514'`);
    await expect(insert()).rejects.toMatchObject({ code: '23514' });
  });

  test('a serialization failure is retried', async () => {
    await atCommit(
      `if nextval('shelf.tries') < 3 then raise exception 'again' using errcode = '40001'; end if`,
    );
    await run(shelves.url, 'create sequence shelf.tries');
    await insert();
    expect(await db.query('select name from thing')).toEqual([{ name: 'late' }]);
  });
});
