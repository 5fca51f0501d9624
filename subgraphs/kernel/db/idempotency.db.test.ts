import { systemViewer } from '../auth/viewer';
import { run } from '../testing/database';
import { type Shelves, openShelves } from '../testing/shelf';
import type { Database } from './database';
import { sortedJson } from '../json/sorted';
import { type Intent, digest, once } from './idempotency';

const viewer = systemViewer('test');
let shelves: Shelves;
let db: Database;
beforeAll(async () => {
  shelves = await openShelves();
  db = await shelves.open('shelf');
});
beforeEach(async () => {
  await run(shelves.url, 'truncate shelf.thing, shelf.idempotency');
});
afterAll(() => shelves.close());

const intent: Intent = { scope: 'acc_1:pay', key: 'k', input: { amount: 5n, currency: 'EUR' } };
let calls = 0;
const pay = (change: Partial<Intent> = {}, answer?: unknown): Promise<unknown> =>
  db.transaction(viewer, (tx) =>
    once(tx, { ...intent, ...change }, async () => {
      calls += 1;
      await tx.query(
        `insert into thing (name, amount) values ('paid', 1)
         on conflict (name) do update set amount = thing.amount + 1`,
      );
      return answer === undefined ? { paymentId: `pay_${calls}` } : answer;
    }),
  );
const paid = async (): Promise<bigint | undefined> =>
  (await db.first<{ amount: bigint }>('select amount from thing'))?.amount;

test('the same key and input get the first answer, and nothing more happens', async () => {
  const first = await pay();
  expect(await pay()).toEqual(first);
  expect(await pay({ input: { currency: 'EUR', amount: 5n } })).toEqual(first);
  expect(await paid()).toBe(1n);
});

test('the same key with another input is refused', async () => {
  await pay();
  const other = pay({ input: { amount: 6n, currency: 'EUR' } });
  await expect(other).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
    field: ['input', 'idempotencyKey'],
  });
  expect(await paid()).toBe(1n);
});

test.each(['', 'k'.repeat(201), 'order-4242424242424242-2', 'a 4242 4242 4242 4242'])(
  '%j is no key, and is not kept',
  async (key) => {
    await expect(pay({ key })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID' });
    expect(await db.query('select 1 as one from idempotency')).toEqual([]);
  },
);

test('another key, caller or mutation is another intent', async () => {
  await Promise.all([pay(), pay({ key: 'l' }), pay({ scope: 'acc_2:pay' })]);
  expect(await paid()).toBe(3n);
});

test('of twenty at once one acts, all get its answer', async () => {
  const wide = await shelves.open('shelf', undefined, 20);
  let acted = 0;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      wide.transaction(viewer, (tx) =>
        once(tx, intent, async () => {
          acted += 1;
          await tx.query('select pg_sleep(0.05)');
          return { by: n };
        }),
      ),
    ),
  );
  expect(acted).toBe(1);
  expect(new Set(answers.map((answer) => sortedJson(answer))).size).toBe(1);
});

test('a first call that failed leaves the key free', async () => {
  const failed = db.transaction(viewer, (tx) =>
    once(tx, intent, () => Promise.reject(new Error('declined'))),
  );
  await expect(failed).rejects.toThrow('declined');
  await pay();
  expect(await paid()).toBe(1n);
});

test('nothing is an answer, too', async () => {
  expect(await pay({}, null)).toBeNull();
  expect(await pay({}, null)).toBeNull();
  expect(await paid()).toBe(1n);
});

test('a digest depends on values, not on the order of keys', () => {
  expect(digest({ a: 1, b: { c: [1, 2], d: 3n } })).toBe(
    digest({ b: { d: '3', c: [1, 2] }, a: 1 }),
  );
  expect(digest({ a: [1, 2] })).not.toBe(digest({ a: [2, 1] }));
  expect(digest({ a: null })).not.toBe(digest({}));
});
