import { systemViewer } from '../auth/viewer';
import { DAY, HOUR, ManualClock, MINUTE, SECOND, after } from '../clock/clock';
import type { Database, Tx } from '../db/database';
import { silentLogger } from '../server/log';
import { run } from '../testing/database';
import { type Shelves, openShelves } from '../testing/shelf';
import { until } from '../testing/until';
import {
  clearTimers,
  fireDueTimers,
  pauseTimers,
  resumeTimers,
  setTimer,
  timerLoops,
  type Timer,
  type TimerHandlers,
} from './timers';

const start = new Date('2026-03-01T12:00:00Z');
const clock = new ManualClock(start);
let shelves: Shelves;
let db: Database;
beforeAll(async () => {
  shelves = await openShelves();
  db = await shelves.open('shelf', clock);
});
beforeEach(async () => {
  await run(shelves.url, 'truncate shelf.timer, shelf.thing');
  clock.advance(start.getTime() - clock.now().getTime());
});
afterAll(() => shelves.close());

const inTx = (use: (tx: Tx) => Promise<void>): Promise<void> =>
  db.transaction(systemViewer('t'), use);
const set = (subject: string, ms: number, kind = 'end'): Promise<void> =>
  inTx((tx) => setTimer(tx, { subject, kind, version: 1 }, after(clock.now(), ms)));
const left = (): Promise<{ subject: string; fireAt: Date | null; attempts: number }[]> =>
  db.query('select subject, "fireAt", attempts from timer order by subject');

/** Fires all that is due; says what fired. */
async function fire(): Promise<string[]> {
  const fired: string[] = [];
  const note = (_tx: Tx, { subject, kind }: { subject: string; kind: string }): Promise<void> => {
    fired.push(`${subject} ${kind}`);
    return Promise.resolve();
  };
  while ((await fireDueTimers(db, { end: note, warn: note })) > 0);
  return fired;
}

test('a timer fires at its moment, once', async () => {
  await set('a', DAY);
  clock.advance(DAY - 1);
  expect(await fire()).toEqual([]);
  clock.advance(1);
  expect(await fire()).toEqual(['a end']);
  expect(await fire()).toEqual([]);
});

test('setting it again moves it; clearing removes all or the kinds named', async () => {
  await set('a', HOUR);
  await set('a', DAY);
  await set('a', HOUR, 'warn');
  await set('b', HOUR);
  clock.advance(HOUR);
  await inTx((tx) => clearTimers(tx, 'a', ['warn']));
  expect(await fire()).toEqual(['b end']);
  await inTx((tx) => clearTimers(tx, 'a'));
  expect(await left()).toEqual([]);
});

test('what is due first fires first', async () => {
  await set('late', 3 * SECOND);
  await set('early', SECOND);
  clock.advance(MINUTE);
  expect(await fire()).toEqual(['early end', 'late end']);
});

test('what fires together still sees what fired before it', async () => {
  for (const [n, name] of ['cleared', 'moved', 'paused'].entries()) {
    await set(name, (n + 1) * SECOND, 'end');
    await set(name, (n + 5) * SECOND, 'warn');
  }
  clock.advance(MINUTE);
  const fired: string[] = [];
  const handlers: TimerHandlers = {
    end: async (tx, { subject }) => {
      const warn = { subject, kind: 'warn', version: 1 };
      if (subject === 'cleared') await clearTimers(tx, subject, ['warn']);
      if (subject === 'moved') await setTimer(tx, warn, after(tx.now, DAY));
      if (subject === 'paused') await pauseTimers(tx, subject, ['warn']);
    },
    warn: (_tx, { subject }) => Promise.resolve(void fired.push(subject)),
  };
  expect(await fireDueTimers(db, handlers)).toBe(6);
  expect(fired).toEqual([]);
  expect((await left()).map(({ subject }) => subject)).toEqual(['moved', 'paused']);
});

test('a paused timer keeps to the millisecond what was left of it', async () => {
  await set('a', 7 * DAY);
  clock.advance(2 * DAY + 1);
  await inTx((tx) => pauseTimers(tx, 'a', ['end']));
  clock.advance(90 * DAY);
  await inTx((tx) => pauseTimers(tx, 'a', ['end'])); // pausing twice takes nothing more
  expect(await fire()).toEqual([]);
  await inTx(async (tx) => {
    await resumeTimers(tx, 'a', ['end']);
  });
  clock.advance(5 * DAY - 2);
  expect(await fire()).toEqual([]);
  clock.advance(1);
  expect(await fire()).toEqual(['a end']);
});

test('one paused when overdue fires at once when resumed', async () => {
  await set('a', SECOND);
  clock.advance(MINUTE);
  await inTx((tx) => pauseTimers(tx, 'a', ['end']));
  await inTx(async (tx) => {
    await resumeTimers(tx, 'a', ['end']);
  });
  expect(await fire()).toEqual(['a end']);
});

test('many timers and two workers: each fires once', async () => {
  const names = Array.from({ length: 100 }, (_, n) => n.toString().padStart(3, '0'));
  for (const name of names) await set(name, SECOND);
  clock.advance(MINUTE);
  const other = await shelves.open('shelf', clock);
  const handlers: TimerHandlers = {
    end: async (tx, { subject }) => {
      await tx.query('select pg_sleep(0.002)');
      await tx.query(
        `insert into thing (name, amount) values ($1, 1)
         on conflict (name) do update set amount = thing.amount + 1`,
        [subject],
      );
    },
  };
  const loops = [db, other].flatMap((one) => timerLoops(one, handlers, silentLogger()));
  for (const loop of loops) loop.start();
  await until(async () => (await left()).length === 0, 'no timer left');
  await Promise.all(loops.map((loop) => loop.stop()));
  const fired = await db.query<{ name: string; amount: bigint }>(
    'select * from thing order by name',
  );
  expect(fired).toEqual(names.map((name) => ({ name, amount: 1n })));
});

test('a handler that fails leaves no trace and is tried again after growing pauses', async () => {
  await set('a', SECOND);
  await set('b', 2 * SECOND);
  clock.advance(MINUTE);
  let broken = true;
  const done: string[] = [];
  const handlers: TimerHandlers = {
    end: async (tx, { subject }) => {
      await tx.query('insert into thing (name) values ($1)', [subject]);
      if (subject === 'a' && broken) throw new Error('not yet');
      done.push(subject);
    },
  };
  await expect(fireDueTimers(db, handlers)).rejects.toThrow('not yet');
  expect(await fireDueTimers(db, handlers)).toBe(1); // the other one is not held up
  expect(await fireDueTimers(db, handlers)).toBe(0);
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const [timer] = await left();
    expect(timer?.attempts).toBe(attempt);
    const pause = (timer?.fireAt?.getTime() ?? 0) - clock.now().getTime();
    pauses.push(pause);
    clock.advance(pause);
    await expect(fireDueTimers(db, handlers)).rejects.toThrow('not yet');
  }
  expect(pauses[1]! > pauses[0]! && pauses[2]! > pauses[1]!).toBe(true);
  broken = false;
  clock.advance(HOUR);
  expect(await fireDueTimers(db, handlers)).toBe(1);
  expect(done).toEqual(['b', 'a']);
});

test('many of a kind are handled together, those that are not plain one by one', async () => {
  for (let n = 0; n < 12; n++) await set(`s${String(n).padStart(2, '0')}`, (n + 1) * SECOND);
  await set('other', 20 * SECOND, 'warn');
  clock.advance(MINUTE);
  const done: string[] = [];
  const note = (_tx: Tx, { subject }: { subject: string }): Promise<void> => {
    done.push(`alone ${subject}`);
    return Promise.resolve();
  };
  let calls = 0;
  const end = Object.assign(note, {
    together: (_tx: Tx, timers: readonly Timer[]): Promise<readonly Timer[]> => {
      calls += 1;
      const plain = timers.filter(({ subject }) => subject !== 's03');
      done.push(...plain.map(({ subject }) => `together ${subject}`));
      return Promise.resolve(timers.filter((timer) => !plain.includes(timer)));
    },
  });
  while ((await fireDueTimers(db, { end, warn: note })) > 0);
  expect(calls).toBe(1);
  const together = done.filter((one) => one.startsWith('together'));
  expect(together).toHaveLength(11);
  expect(together).toEqual([...together].sort());
  expect(done.slice(11)).toEqual(['alone s03', 'alone other']);
  expect(await left()).toEqual([]);
});

test('one that fails among many is found and waits, the others are not held up', async () => {
  for (let n = 0; n < 12; n++) await set(`s${String(n).padStart(2, '0')}`, (n + 1) * SECOND);
  clock.advance(MINUTE);
  const add = async (tx: Tx, names: readonly string[]): Promise<void> => {
    await tx.query('insert into thing (name) select unnest($1::text[])', [names]);
    if (names.includes('s02')) throw new Error('poison');
  };
  const end = Object.assign((tx: Tx, { subject }: Timer) => add(tx, [subject]), {
    together: async (tx: Tx, timers: readonly Timer[]): Promise<readonly Timer[]> => {
      await add(
        tx,
        timers.map(({ subject }) => subject),
      );
      return [];
    },
  });
  await expect(fireDueTimers(db, { end })).rejects.toThrow('poison');
  expect(await left()).toHaveLength(12); // undone
  expect(await fireDueTimers(db, { end })).toBe(11);
  expect(await left()).toMatchObject([{ subject: 's02', attempts: 1 }]);
  const things = await db.query<{ name: string }>('select name from thing');
  expect(things.map(({ name }) => name)).not.toContain('s02');
});

test('a handler may set its timer again', async () => {
  await set('a', SECOND);
  clock.advance(SECOND);
  let times = 0;
  const handlers: TimerHandlers = {
    end: async (tx, timer) => {
      times += 1;
      await setTimer(tx, timer, after(tx.now, HOUR));
    },
  };
  expect(await fireDueTimers(db, handlers)).toBe(1);
  expect(await fireDueTimers(db, handlers)).toBe(0);
  clock.advance(HOUR);
  expect(await fireDueTimers(db, handlers)).toBe(1);
  expect(times).toBe(2);
});

test('a worker that dies while handling leaves the timer to another', async () => {
  await set('a', SECOND);
  clock.advance(SECOND);
  const dying = db.transaction(systemViewer('t'), async (tx) => {
    await tx.query('select * from timer for update');
    await tx.query('delete from timer');
    const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    expect(await fire()).toEqual([]); // it is another's at the moment
    await run(shelves.url, `select pg_terminate_backend(${row?.pid ?? 0})`);
    throw new Error('died');
  });
  await expect(dying).rejects.toThrow();
  await until(async () => (await fire()).length === 1, 'the timer');
});
