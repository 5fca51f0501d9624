import fc from 'fast-check';
import { until } from '#kernel/testing/until';
import { LiveWorld } from '../testing/live-world';

let world: LiveWorld;
const others: LiveWorld[] = [];
beforeEach(() => {
  world = new LiveWorld();
  world.roles.set('ann', 'SELLER');
});
afterEach(() => Promise.all([world, ...others.splice(0)].map((one) => one.close())));

describe('a cursor', () => {
  it('of any message of a run of 500 events over two sources brings the rest, each once (wundergraph/cosmo #3259, apollo-client #1025)', async () => {
    const { outlet } = world.follow('ann');
    await outlet.received(1);
    const events = 500;
    for (let i = 0; i < events; i++) {
      world.tell(`n${i.toString()}`, 'a', i % 3 === 0 ? 1 : 0);
      if (i % 7 === 0) world.tell('other', 'b');
      if (i % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await outlet.received(events + 1);
    const all = outlet.events;
    expect(new Set(all).size).toBe(events + 1);
    const other = new LiveWorld(); // another gateway over the same logs
    others.push(other);
    other.roles.set('ann', 'SELLER');
    Object.assign(other.logs[0], { facts: world.logs[0].facts, last: events * 2 });
    Object.assign(other.logs[1], { facts: world.logs[1].facts, last: events * 2 });
    const resumed = outlet.messages.map(({ cursor }) =>
      other.follow('ann', 'shared', { after: cursor }),
    );
    for (const [i, one] of resumed.entries()) {
      await one.outlet.received(events - i);
      const rest = all.slice(i + 1);
      // In order for each source; between sources there is no order to keep.
      for (const source of [0, 1]) {
        expect(one.outlet.events.filter(of(source))).toEqual(rest.filter(of(source)));
      }
      one.close();
    }
  }, 60_000);

  it('and a snapshot that took long lose nothing that others were sent meanwhile', async () => {
    world.roles.set('ben', 'SELLER');
    const ann = world.follow('ann');
    await ann.outlet.received(1);
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    world.during = ({ accountId, correlationId }) =>
      accountId === 'ben' && correlationId === 'subscribing' ? slow : undefined;
    const ben = world.follow('ben');
    await until(() => world.ran.some(({ as }) => as === 'ben'), 'the snapshot to be asked for');
    world.tell('meanwhile');
    await ann.outlet.received(2);
    release();
    await ben.outlet.received(2);
    expect(ben.outlet.events).toEqual(['SNAPSHOT', 'meanwhile']);
  });

  it('brings nothing twice when the log was read further than the tail had come', async () => {
    world.roles.set('ben', 'SELLER');
    const ann = world.follow('ann');
    await ann.outlet.received(1);
    const [, two] = world.logs;
    const read = two.read.bind(two);
    let isBehind = true;
    two.read = (after, limit, topics) =>
      topics === undefined && isBehind ? Promise.resolve([]) : read(after, limit, topics);
    world.tell('two', 'a', 1);
    const ben = world.follow('ben', 'shared', { after: ann.outlet.messages[0]?.cursor });
    await ben.outlet.received(1);
    world.tell('one');
    await ben.outlet.received(2);
    isBehind = false;
    world.tell('last', 'a', 1);
    await Promise.all([ann.outlet.received(4), ben.outlet.received(3)]);
    expect(ann.outlet.events).toEqual(['SNAPSHOT', 'one', 'two', 'last']);
    expect(ben.outlet.events).toEqual(['two', 'one', 'last']);
  });

  it('brings nothing twice that was held behind what the log told of another source', async () => {
    world.roles.set('ben', 'SELLER');
    const ann = world.follow('ann');
    await ann.outlet.received(1);
    const [, two] = world.logs;
    const read = two.read.bind(two);
    let isBehind = true;
    two.read = (after, limit, topics) =>
      topics === undefined && isBehind ? Promise.resolve([]) : read(after, limit, topics);
    world.tell('two', 'a', 1);
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    let runs = 0;
    world.during = () => {
      const isRight = world.ran.at(-1)?.query.includes('liveAccess') === true;
      return !isRight && runs++ === 0 ? slow : undefined;
    };
    const ben = world.follow('ben', 'shared', { after: ann.outlet.messages[0]?.cursor });
    await until(() => runs === 1, 'the log to be told');
    world.tell('one');
    await ann.outlet.received(2);
    release();
    await ben.outlet.received(2);
    isBehind = false;
    world.tell('last', 'a', 1);
    await Promise.all([ann.outlet.received(4), ben.outlet.received(3)]);
    expect(ben.outlet.events).toEqual(['two', 'one', 'last']);
  });

  it('brings the rest also when more comes meanwhile than is held', async () => {
    world.roles.set('ben', 'SELLER');
    const ann = world.follow('ann');
    await ann.outlet.received(1);
    world.tell('n0', 'a', 1);
    await ann.outlet.received(2);
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    world.during = ({ accountId, correlationId }) =>
      accountId === 'ben' && correlationId.startsWith('cause') ? slow : undefined;
    const ben = world.follow('ben', 'shared', { after: ann.outlet.messages[0]?.cursor });
    await until(
      () => world.ran.some(({ as, causedBy }) => as === 'ben' && causedBy.startsWith('cause')),
      'the first',
    );
    for (let i = 1; i <= 600; i++) {
      world.tell(`n${i.toString()}`);
      if (i % 100 === 0) await ann.outlet.received(i + 2);
    }
    release();
    await ben.outlet.received(601);
    expect(ben.outlet.events).toEqual(ann.outlet.events.slice(1));
  });

  it('that was never made for this thing, and one below the floor, are refused; the rest goes on', async () => {
    const { outlet } = world.follow('ann');
    await outlet.received(1);
    const cursor = outlet.messages[0]?.cursor;
    const forged = world.follow('ann', 'shared', { id: 'b', after: cursor });
    await forged.outlet.stopped();
    expect(forged.outlet.code).toBe('CURSOR_INVALID');
    world.tell('forgotten');
    await outlet.received(2);
    world.logs[0].floor = { epoch: 1, xid: '1', seq: '9' };
    const late = world.follow('ann', 'shared', { after: cursor });
    await late.outlet.stopped();
    expect([late.outlet.code, late.outlet.messages]).toEqual(['CURSOR_EXPIRED', []]);
    world.tell('still');
    await outlet.received(3);
  });

  it('is never behind what was sent and never ahead of what was not, whenever somebody comes', async () => {
    const moves = fc.array(fc.constantFrom('one', 'two', 'join', 'wait'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(moves, async (steps) => {
        const one = new LiveWorld();
        others.push(one);
        one.roles.set('ann', 'SELLER');
        const all = [one.follow('ann')];
        for (const step of steps) {
          if (step === 'join') all.push(one.follow('ann'));
          else if (step === 'wait') await new Promise((resolve) => setTimeout(resolve, 2));
          else
            one.tell(
              `${step} ${one.logs[0].facts.length.toString()} ${one.logs[1].facts.length.toString()}`,
              'a',
              step === 'one' ? 0 : 1,
            );
        }
        const last = [one.tell('last one'), one.tell('last two', 'a', 1)];
        for (const { outlet } of all) {
          await outlet.received(1);
          const { messages } = outlet;
          await Promise.all(
            last.map(({ type }) =>
              expectEventually(() => outlet.events.includes(type) || outlet.messages.length === 1),
            ),
          );
          for (const [i, { cursor }] of messages.entries()) {
            const again = one.follow('ann', 'shared', { after: cursor });
            const rest = outlet.events.slice(i + 1);
            if (rest.length > 0) await again.outlet.received(rest.length);
            // At least everything that came after it; what came before its snapshot may come again.
            expect(rest.filter((event) => !again.outlet.events.includes(event))).toEqual([]);
            again.close();
          }
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

/** Every third event is of the second source. */
const of =
  (source: number) =>
  (event: string): boolean =>
    (Number(event.slice(1)) % 3 === 0 ? 1 : 0) === source;

async function expectEventually(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
}
