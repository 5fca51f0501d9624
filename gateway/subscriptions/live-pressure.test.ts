import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '#kernel/testing/until';
import { LiveWorld } from '../testing/live-world';

const MIB = 1024 * 1024;
let world: LiveWorld;
const open = (options: { longestLagMs?: number } = {}): void => {
  world = new LiveWorld(options);
  for (const account of ['ann', 'ben']) world.roles.set(account, 'SELLER');
};
afterEach(() => world.close());

describe('a slow reader', () => {
  it('of LOSSLESS loses nothing, delays nobody and is kept nothing for (graphql-hive/router #1161, #1165; graphql-yoga #4341)', async () => {
    open();
    const [slow, fast] = [world.follow('ann'), world.follow('ben')];
    await Promise.all([slow, fast].map(({ outlet }) => outlet.received(1)));
    slow.outlet.weight = MIB / 4;
    for (let i = 0; i < 1_000; i++) world.tell(`n${i.toString()}`, 'a', i % 2 === 0 ? 1 : 0);
    await fast.outlet.received(1_001);
    expect(slow.outlet.messages.length).toBeLessThan(10);
    expect(world.hub.lagging).toBe(1);
    for (let i = 0; slow.outlet.messages.length < 1_001 && i < 2_000; i++) {
      slow.outlet.drain();
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.outlet.weight = 0;
    slow.outlet.drain();
    await slow.outlet.received(1_001);
    for (const parity of [0, 1]) {
      const names = Array.from({ length: 500 }, (_, i) => `n${(2 * i + parity).toString()}`);
      for (const { outlet } of [slow, fast]) {
        expect(outlet.events.filter((name) => Number(name.slice(1)) % 2 === parity)).toEqual(names);
      }
    }
    world.tell('live again');
    await slow.outlet.received(1_002);
    expect(world.hub.lagging).toBe(0);
  }, 30_000);

  it('of LATEST gets the newest of each thing', async () => {
    open();
    const [slow, fast] = [world.follow('ann', 'latest'), world.follow('ben', 'latest')];
    await Promise.all([slow, fast].map(({ outlet }) => outlet.received(1)));
    slow.outlet.weight = 2 * MIB;
    for (let i = 0; i < 50; i++) {
      world.tell(`n${i.toString()}`, 'a', 0, { subject: i % 2 === 0 ? 'even' : 'odd' });
      await fast.outlet.received(i + 2);
    }
    slow.outlet.weight = 0;
    slow.outlet.drain();
    await until(() => slow.outlet.messages.length >= 4, 'the newest');
    expect(slow.outlet.events).toEqual(['SNAPSHOT', 'n0', 'n48', 'n49']);
    world.tell('live again');
    await slow.outlet.received(5);
  });

  it('is given up after its time, with the cursor to go on from', async () => {
    open({ longestLagMs: 100 });
    const [slow, fast] = [world.follow('ann'), world.follow('ben')];
    await Promise.all([slow, fast].map(({ outlet }) => outlet.received(1)));
    slow.outlet.weight = 2 * MIB;
    world.tell('one');
    world.tell('two');
    await slow.outlet.stopped();
    expect(slow.outlet.code).toBe('SUBSCRIPTION_LAGGED');
    const after = slow.outlet.ended?.error?.extensions['cursor'] as string;
    expect(after).toBe(slow.outlet.messages.at(-1)?.cursor);
    const again = world.follow('ann', 'shared', { after });
    await again.outlet.received(1);
    expect(again.outlet.events).toEqual(['two']);
    expect(fast.outlet.ended).toBeUndefined();
  });

  it('who comes back after its facts were forgotten is told so', async () => {
    open();
    const slow = world.follow('ann');
    await slow.outlet.received(1);
    slow.outlet.weight = 2 * MIB;
    world.tell('one');
    world.tell('two');
    await until(() => world.hub.lagging === 1, 'a lagging reader');
    world.logs[0].floor = { epoch: 1, xid: '2', seq: '2' };
    slow.outlet.drain();
    await slow.outlet.stopped();
    expect(slow.outlet.code).toBe('SUBSCRIPTION_LAGGED');
  });
});

describe('a slow graph', () => {
  it.each(['shared', 'latest'] as const)(
    'makes a group of %s read on from the log, or skip',
    async (field) => {
      open();
      let release: () => void = () => undefined;
      const slow = new Promise<void>((resolve) => (release = resolve));
      const { outlet } = world.follow('ann', field);
      await outlet.received(1);
      world.during = () => slow;
      const events = 900;
      for (let i = 0; i < events; i++) world.tell(`n${i.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      release();
      await until(() => outlet.events.includes(`n${(events - 1).toString()}`), 'the last');
      const names = Array.from({ length: events }, (_, i) => `n${i.toString()}`);
      if (field === 'shared') expect(outlet.events).toEqual(['SNAPSHOT', ...names]);
      else expect(outlet.messages.length).toBeLessThan(events);
    },
  );
});

test('memory after 1,000 events is about that after 100', async () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  open();
  const all = Array.from({ length: 200 }, () => world.follow('ann'));
  await Promise.all(all.map(({ outlet }) => outlet.received(1)));
  const heapAfter = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) world.tell(`n${i.toString()}`);
    for (const { outlet } of all) await outlet.received(1 + count);
    for (const { outlet } of all) outlet.messages.length = 1;
    world.ran.length = 0;
    world.logs[0].facts.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
    return process.memoryUsage().heapUsed;
  };
  const early = await heapAfter(100);
  for (let i = 0; i < 8; i++) await heapAfter(100);
  expect((await heapAfter(100)) / early).toBeLessThan(1.05);
}, 30_000);
