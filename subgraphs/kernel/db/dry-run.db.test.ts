import { systemViewer } from '../auth/viewer';
import { Refusal } from '../errors/refusal';
import { run } from '../testing/database';
import { type Shelves, openShelves } from '../testing/shelf';
import type { Database, Tx } from './database';
import { dryRun } from './dry-run';
import { once } from './idempotency';

const viewer = systemViewer('test');
const intent = { scope: 'acc_a:thingAdd', key: 'k', input: {} };
let shelves: Shelves;
let db: Database;
beforeAll(async () => {
  shelves = await openShelves();
  db = await shelves.open('shelf');
});
afterAll(() => shelves.close());

const add = (tx: Tx): Promise<number> =>
  once(tx, intent, async () => {
    await tx.query(`insert into thing (name, amount) values ('a', 1)`);
    tx.publish({ type: 'thing.added', subject: 'a', topics: [], data: {} });
    return (await tx.query('select * from thing')).length;
  });

test('the use case runs for real and leaves nothing: no row, no fact, no key, no callback', async () => {
  let called = 0;
  const found = await dryRun(db, viewer, async (tx) => {
    tx.afterCommit(() => (called += 1));
    return add(tx);
  });
  expect(found).toBe(1);
  expect(called).toBe(0);
  for (const table of ['thing', 'outbox', 'idempotency']) {
    expect(await run(shelves.url, `select * from shelf.${table}`)).toEqual([]);
  }
  expect(await db.transaction(viewer, add)).toBe(1); // the key is still free
});

test('what the use case refuses, and what breaks it, is thrown', async () => {
  const refusal = new Refusal('NO', 'not now');
  await expect(dryRun(db, viewer, () => Promise.reject(refusal))).rejects.toBe(refusal);
  await expect(dryRun(db, viewer, (tx) => tx.query('select 1 / 0'))).rejects.toThrow('zero');
});
