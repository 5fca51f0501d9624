import { run } from '../testing/database';
import { type Shelves, openShelves } from '../testing/shelf';
import { until } from '../testing/until';
import { LocalDoorbell, PostgresDoorbell } from './doorbell';

let shelves: Shelves;
beforeAll(async () => {
  shelves = await openShelves();
});
afterAll(() => shelves.close());

const drop = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and query ilike 'listen tradegraph_doorbell%'`;

test('a ring in one process is heard in another, also after the connection was lost', async () => {
  const [here, there] = [new PostgresDoorbell(shelves.url), new PostgresDoorbell(shelves.url)];
  let rings = 0;
  const stop = there.listen('payments', () => (rings += 1));
  const rung = async (): Promise<void> => {
    const before = rings;
    await until(() => {
      here.ring('payments');
      return rings > before;
    }, 'a ring');
  };
  await rung();
  await run(shelves.url, drop);
  await rung();
  stop();
  const before = rings;
  here.ring('payments');
  let heard = false;
  there.listen('payments', () => (heard = true));
  await until(() => {
    here.ring('payments');
    return heard;
  }, 'the next ring');
  expect(rings).toBe(before);
  await Promise.all([here.close(), there.close()]);
});

test('a doorbell whose database is away fails nobody', async () => {
  const away = new PostgresDoorbell('postgres://nobody@127.0.0.1:1/none');
  away.listen('payments', () => undefined);
  away.ring('payments');
  await away.close();
});

test('within a process it rings at once and for its source only', () => {
  const bell = new LocalDoorbell();
  const heard: string[] = [];
  bell.listen('a', () => heard.push('a'));
  const stop = bell.listen('b', () => heard.push('b'));
  bell.ring('a');
  bell.ring('b');
  stop();
  bell.ring('b');
  expect(heard).toEqual(['a', 'b']);
});
