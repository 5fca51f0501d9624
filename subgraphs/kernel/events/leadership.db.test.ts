import { run } from '../testing/database';
import { type Shelves, openShelves } from '../testing/shelf';
import { until } from '../testing/until';
import { Leadership } from './leadership';

let shelves: Shelves;
beforeEach(async () => {
  shelves = await openShelves();
});
afterEach(() => shelves.close());

const take = async (task: string, schema: 'shelf' | 'drawer' = 'shelf'): Promise<Leadership> =>
  new Leadership(await shelves.open(schema), task);

test('one leads a task of a schema, until it resigns', async () => {
  const [first, second, other, elsewhere] = [
    await take('a'),
    await take('a'),
    await take('b'),
    await take('a', 'drawer'),
  ];
  expect([await first.leads(), await second.leads()]).toEqual([true, false]);
  expect([await other.leads(), await elsewhere.leads()]).toEqual([true, true]);
  first.resign();
  await until(() => second.leads(), 'the second to lead');
  expect(await first.leads()).toBe(false);
  for (const one of [second, other, elsewhere]) one.resign();
});

test('one whose connection is lost leads no more', async () => {
  const [first, second] = [await take('a'), await take('a')];
  expect(await first.leads()).toBe(true);
  await run(
    shelves.url,
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  await until(() => second.leads(), 'the second to lead');
  await until(async () => !(await first.leads()), 'the first to notice');
  second.resign();
});

test('one that waits to lead keeps no connection and adds no listeners', async () => {
  const leader = await take('a');
  expect(await leader.leads()).toBe(true);
  const narrow = await shelves.open('shelf', undefined, 1);
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warn);
  const waiting = new Leadership(narrow, 'a');
  for (let tries = 0; tries < 30; tries++) expect(await waiting.leads()).toBe(false);
  expect(await narrow.query('select 1 as one')).toEqual([{ one: 1 }]);
  process.off('warning', warn);
  expect(warnings).toEqual([]);
  leader.resign();
});
