import { until } from '#kernel/testing/until';
import { gatewayError } from '../../gateway.errors';
import { StreamWorld, live, message } from '../../testing/stream-world';

let world: StreamWorld;
beforeEach(async () => {
  world = await StreamWorld.open();
});
afterEach(() => world.close());

describe.each([
  ['Server-Sent Events', 'sse'],
  ['multipart', 'parts'],
] as const)('%s', (name, kind) => {
  const start = (body: object, headers?: Record<string, string>) => world[kind](body, headers);

  it('refuse a bad credential with 401 and a strange origin with 403', async () => {
    const bad = await start(live('1'), { authorization: 'bad' });
    expect([bad.status, await bad.codes()]).toEqual([401, ['UNAUTHENTICATED']]);
    const strange = await start(live('1'), { origin: 'https://bad.example' });
    expect([strange.status, await strange.codes()]).toEqual([403, ['FORBIDDEN']]);
  });

  it('are counted by account and by network, and each place becomes free again', async () => {
    const mine = [await start(live('1')), await start(live('1')), await start(live('1'))];
    const fourth = await start(live('1'));
    expect([fourth.status, fourth.header('retry-after'), await fourth.codes()]).toEqual([
      429,
      '5',
      ['THROTTLED'],
    ]);
    const others = { authorization: 'acc_two' };
    await start(live('1'), others);
    await start(live('1'), others);
    const sixth = await start(live('1'), { authorization: 'acc_three' });
    expect([sixth.status, await sixth.codes()]).toEqual([429, ['THROTTLED']]);
    mine[0]?.leave();
    await until(() => world.followers[0]?.closed, 'the place to become free');
    expect((await start(live('1'))).status).toBe(200);
  });

  it('end with UNAUTHENTICATED and the cursor when the credential expires', async () => {
    world.expiresAt = new Date(Date.now() + 150);
    const reader = await start(live('1', 'c0'));
    const { outlet } = await world.follower();
    const [error] = await reader.received(1);
    expect(error?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', cursor: 'c0' });
    expect(await reader.ending()).toBe('complete');
    outlet.next(message(1));
    expect(reader.text).not.toContain('c1');
  });

  it('tell who stops reading, keep nothing more than was pushed, and cut off who never comes back', async () => {
    const reader = await start(live('1'));
    const { outlet } = await world.follower();
    reader.response.pause();
    const wide = { json: JSON.stringify({ data: 'x'.repeat(1_000_000) }), cursor: 'w' };
    await until(() => {
      outlet.next(wide);
      return outlet.buffered > 1_000_000;
    }, 'the network to take no more');
    const before = outlet.buffered;
    await new Promise((resolve) => setTimeout(resolve, 100)); // three signs of life would have been sent
    expect(outlet.buffered).toBeLessThanOrEqual(before);
    let drained = 0;
    outlet.whenDrained(() => (drained += 1));
    expect(drained).toBe(0);
    reader.response.resume();
    await until(() => drained === 1, 'the reader to catch up');
    expect(outlet.buffered).toBeLessThan(before);
    reader.response.pause();
    await until(() => {
      outlet.next(wide);
      return outlet.buffered > 1_000_000;
    }, 'the network to take no more');
    outlet.whenDrained(() => (drained += 1));
    outlet.end(gatewayError('SUBSCRIPTION_REVOKED'));
    await until(() => world.followers[0]?.closed, 'the reader to be cut off');
    expect(drained).toBe(2);
  });

  it('tell at once that a quick reader has caught up, and one that left too', async () => {
    const reader = await start(live('1'));
    const { outlet } = await world.follower();
    await new Promise<void>((resolve) => {
      outlet.whenDrained(resolve);
    });
    reader.leave();
    await until(() => world.followers[0]?.closed, 'the client to be gone');
    await new Promise<void>((resolve) => {
      outlet.whenDrained(resolve);
    });
    outlet.next(message(1));
    outlet.end();
  });

  it('end when the process stops, so that clients come back; later ones are refused', async () => {
    const readers_ = [await start(live('1', 'c0')), await start(live('1', 'c0'))];
    world.entrance.close();
    await world.streams.drain();
    for (const reader of readers_) {
      expect(await reader.ending()).toBe('complete');
      expect(reader.text).not.toContain('event: complete');
      if (name === 'multipart') {
        expect(await reader.codes()).toEqual(['SERVICE_RESTART']);
        expect(reader.messages[0]?.errors?.[0]?.extensions['cursor']).toBe('c0');
      }
    }
    const late = await start(live('1'));
    expect([late.status, late.header('retry-after'), await late.codes()]).toEqual([
      503,
      '5',
      ['SERVICE_RESTART'],
    ]);
  });
});
