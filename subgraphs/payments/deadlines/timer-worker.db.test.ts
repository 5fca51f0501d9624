import { runInThisContext } from 'node:vm';
import { DAY, HOUR, ManualClock, MINUTE } from '#kernel/clock/clock';
import { Database, type Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, fireDueTimers } from '#kernel/events/timers';
import { run } from '#kernel/testing/database';
import { user } from '../testing/acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const MEMBER = 'acc_00000000000000000000000003';
const operator = user('acc_00000000000000000000000008', ['OPERATOR']);
/** Of the process itself: jest gives tests a copy, and dates do not look at that. */
const realEnv = (runInThisContext('process') as NodeJS.Process).env;
let world: World;
let others: Database[];
beforeAll(async () => {
  world = await World.open();
  others = [];
});
afterAll(async () => {
  for (const db of others) await db.close();
  await world.close();
});
afterEach(async () => {
  expect(await world.violations()).toEqual([]);
});

/** Another worker: connections of its own, and a clock that may be wrong. */
async function worker(clock = world.clock): Promise<Database> {
  const [schema, role] = ['payments', 'tradegraph_payments'];
  const db = await Database.open({ url: world.url, schema, role, clock, poolSize: 4 });
  others.push(db);
  return db;
}

/** Fires all that is due for one worker; says how many there were. */
async function fire(
  db: Database,
  handlers: TimerHandlers = world.payments.timers,
): Promise<number> {
  let fired = 0;
  for (let n = 1; n > 0; fired += n) n = await fireDueTimers(db, handlers);
  return fired;
}

/** One payment for several orders, all delivered at this moment. */
async function delivered(orders: number): Promise<PlacedGroup> {
  const group = world.group(Array.from({ length: orders }, (_, n) => 1_000n + BigInt(n)));
  for (const { sellerId } of group.orders) await world.openSeller(sellerId, MEMBER, false);
  expect((await world.pay(group)).userErrors).toEqual([]);
  await world.settled();
  for (const n of group.orders.keys()) {
    await world.ship(group, n);
    await world.ship(group, n, 'delivered');
  }
  return group;
}

/** How often each order's money was released, and how often its buyer was reminded. */
async function releases(group: PlacedGroup): Promise<{ released: number[]; reminded: number[] }> {
  const told = await Promise.all(group.orders.map(({ orderId }) => world.told(orderId)));
  const count = (type: string): number[] =>
    told.map((types) => types.filter((one) => one === type).length);
  return { released: count('escrow.released'), reminded: count('escrow.reminder') };
}

const each = (group: PlacedGroup, times: number): number[] => group.orders.map(() => times);

test('two workers at once: each deadline releases and reminds once', async () => {
  const group = await delivered(6);
  world.clock.advance(7 * DAY); // reminders and releases of all of them are due together
  const workers = [world.db, await worker(), await worker()];
  const inNoHurry = Object.fromEntries(
    Object.entries(world.payments.timers).map(([kind, handle]) => [
      kind,
      async (tx: Tx, timer: Timer) => {
        await tx.query('select pg_sleep(0.05)'); // so that nobody is done before the others have begun
        await handle(tx, timer);
      },
    ]),
  );
  const fired = await Promise.all(workers.map((db) => fire(db, inNoHurry)));
  expect(fired.filter((times) => times > 0).length).toBeGreaterThan(1);
  const { released, reminded } = await releases(group);
  expect(released).toEqual(each(group, 1));
  expect(Math.max(...reminded)).toBeLessThanOrEqual(1);
  expect(
    await world.db.query(`select 1 as one from timer where kind in ('T4', 'T4_REMIND')`),
  ).toEqual([]);
});

test('a worker that dies between doing and committing has done nothing; the next one does it', async () => {
  const group = await delivered(1);
  world.clock.advance(7 * DAY);
  const dying = await worker();
  let deaths = 0;
  const handlers: TimerHandlers = {
    T4: async (tx, timer) => {
      await world.payments.timers['T4']?.(tx, timer);
      expect(
        (
          await tx.first<{ state: string }>('select state from tranche where id = $1', [
            timer.subject,
          ])
        )?.state,
      ).toBe('RELEASED');
      if ((deaths += 1) > 5) return;
      const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await run(world.url, `select pg_terminate_backend(${String(row?.pid)})`);
    },
  };
  await expect(fireDueTimers(dying, handlers)).rejects.toThrow();
  expect(deaths).toBe(5); // as often as a lost connection is tried again
  expect((await world.tranche(group))['state']).toBe('DELIVERED');
  world.clock.advance(MINUTE);
  await fire(world.db);
  expect((await releases(group)).released).toEqual([1]);
});

test('clocks that jump: nothing fires early, late or twice', async () => {
  const group = await delivered(2);
  const behind = await worker(new ManualClock(world.clock.now()));
  const ahead = new ManualClock(world.clock.now());
  const jumping = await worker(ahead);
  ahead.advance(5 * DAY);
  await fire(jumping); // only reminders are due there
  ahead.advance(-6 * DAY);
  expect(await fire(jumping)).toBe(0);
  expect(await fire(behind)).toBe(0);
  expect(await releases(group)).toEqual({ released: [0, 0], reminded: [1, 1] });
  world.clock.advance(30 * DAY); // weeks in one step
  await Promise.all([fire(world.db), fire(behind), fire(jumping)]);
  expect(await releases(group)).toEqual({ released: [1, 1], reminded: [1, 1] });
  world.clock.advance(-20 * DAY);
  expect(await fire(world.db)).toBe(0);
  expect((await releases(group)).released).toEqual([1, 1]);
});

test('seven days are 168 hours over a change of summer time, and a pause keeps the millisecond', async () => {
  const zone = realEnv['TZ'];
  realEnv['TZ'] = 'Europe/Berlin';
  expect(new Date('2027-03-28T12:00:00Z').getHours()).toBe(14);
  try {
    const saturday = new Date('2027-03-27T10:00:00.000Z'); // before the last Sunday of March
    world.clock.advance(saturday.getTime() - world.clock.now().getTime());
    const group = await delivered(2);
    world.clock.advance(HOUR + 1);
    const trancheId = String((await world.tranche(group, 1))['id']);
    const { hold } = await world.hold(operator, trancheId, 'dst 1');
    world.clock.advance(3 * DAY); // over the change
    expect((await world.lift(operator, (hold as { id: string }).id, 'dst 2')).userErrors).toEqual(
      [],
    );
    world.clock.advance(4 * DAY - HOUR - 2); // one millisecond before the first one's end
    await fire(world.db);
    expect((await releases(group)).released).toEqual([0, 0]);
    world.clock.advance(1);
    await fire(world.db);
    expect((await releases(group)).released).toEqual([1, 0]);
    world.clock.advance(3 * DAY - 1);
    await fire(world.db);
    expect((await releases(group)).released).toEqual([1, 0]);
    world.clock.advance(1);
    await fire(world.db);
    expect((await releases(group)).released).toEqual([1, 1]);
  } finally {
    if (zone === undefined) delete realEnv['TZ'];
    else realEnv['TZ'] = zone;
  }
});

test('a hundred deadlines that fall due together are worked off by two workers, each once', async () => {
  const groups = Array.from({ length: 100 }, () => world.group([1_000n]));
  await Promise.all(
    groups.map(({ request: { part: _, ...terms } }) => world.hear('order_group.placed', terms)),
  );
  world.clock.advance(16 * MINUTE);
  await Promise.all([fire(world.db), fire(await worker())]);
  const expired = await world.db.query<{ id: string; n: bigint }>(
    `select data->>'orderGroupId' as id, count(*) as n from outbox where type = 'payment.expired'
     and data->>'orderGroupId' = any ($1) group by 1`,
    [groups.map(({ request }) => request.orderGroupId)],
  );
  expect(expired.map(({ n }) => n)).toEqual(groups.map(() => 1n));
});
