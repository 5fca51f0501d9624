import { systemViewer } from '#kernel/auth/viewer';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../gateway.main';
import { SmallWorld } from '../testing/small-gateway';
import { setState } from '../testing/small-graph';
import { type LiveMessage, SocketClient } from '../testing/socket-client';

let world: SmallWorld;
let gateway: RunningGateway;
let other: RunningGateway;
const clients: SocketClient[] = [];

beforeAll(async () => {
  world = await SmallWorld.open();
  [gateway, other] = await Promise.all([world.gateway(), world.gateway()]);
}, 60_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => world.close());

const LIVE = `subscription ($id: ID!, $after: Cursor) {
  thingUpdated(id: $id, after: $after) { kind cursor eventType occurredAt thing { id version } }
}`;
const as = systemViewer('live-test');
const set = (id: string, state: string) => setState(world.db, as, id, state);

async function client(account = 'acc_one', port = gateway.port): Promise<SocketClient> {
  const opened = await SocketClient.signedIn(port, await world.token(account));
  clients.push(opened);
  return opened;
}

const update = (message: LiveMessage | undefined): Record<string, unknown> =>
  message?.data?.thingUpdated ?? {};
const kinds = (messages: readonly LiveMessage[]): unknown[] =>
  messages.map((message) => update(message)['eventType'] ?? 'SNAPSHOT');

describe('a live field', () => {
  it('begins with a snapshot and brings each change across subgraphs, aliases and fragments', async () => {
    const id = await world.thing('acc_one');
    const one = await client();
    one.subscribe(
      '1',
      `subscription S($id: ID!, $care: Boolean!) {
        live: thingUpdated(id: $id) { __typename ...U k: kind again: thing { version } }
      }
      fragment U on ThingUpdate {
        cursor eventType thing { ...T care @include(if: $care) { note } }
      }
      fragment T on Thing { id state }`,
      { id, care: true },
    );
    await one.received('1', 1);
    await set(id, 'sold');
    const [snapshot, change] = await one.received('1', 2);
    expect(snapshot).toEqual({
      data: {
        live: {
          __typename: 'ThingUpdate',
          cursor: snapshot?.extensions.cursor,
          eventType: null,
          thing: { id, state: 'new', care: { note: 'care of new' } },
          k: 'SNAPSHOT',
          again: { version: 0 },
        },
      },
      extensions: { cursor: expect.any(String) as string },
    });
    expect(change?.data).toMatchObject({
      live: {
        eventType: 'thing.changed',
        thing: { state: 'sold', care: { note: 'care of sold' } },
        k: 'CHANGE',
        again: { version: 1 },
      },
    });
  });

  it('takes aliases named like the properties of every object for ordinary keys', async () => {
    const id = await world.thing('acc_one');
    const one = await client();
    one.subscribe(
      '1',
      `subscription ($id: ID!) {
        constructor: thingUpdated(id: $id) {
          __proto__: kind toString: thing { __proto__: state valueOf: id }
        }
      }`,
      { id },
    );
    const [snapshot] = await one.received('1', 1);
    expect(JSON.stringify(snapshot?.data)).toBe(
      `{"constructor":{"__proto__":"SNAPSHOT","toString":{"__proto__":"new","valueOf":"${id}"}}}`,
    );
  });

  it('tells a stranger, an anonymous one and one who asks for nothing there the same nothing', async () => {
    const id = await world.thing('acc_one');
    const stranger = await client('acc_two');
    stranger.subscribe('1', LIVE, { id });
    stranger.subscribe('2', LIVE, { id: 'thg_none' });
    stranger.subscribe('3', 'subscription ($id: ID!) { thingUpdated(id: $id) { kind } }', { id });
    for (const operation of ['1', '2', '3']) {
      expect(await stranger.refused(operation)).toEqual(['FORBIDDEN']);
    }
    const anonymous = await SocketClient.open(gateway.port, {});
    clients.push(anonymous);
    anonymous.subscribe('1', LIVE, { id });
    expect(await anonymous.refused('1')).toEqual(['UNAUTHENTICATED']);
    expect(anonymous.closed).toBeUndefined();
    await set(id, 'seen by nobody');
    const owner = await client();
    owner.subscribe('1', LIVE, { id });
    await owner.received('1', 1);
    expect(stranger.frames.concat(anonymous.frames).some(({ type }) => type === 'next')).toBe(
      false,
    );
  });

  it('ends when the thing can no longer be seen, before anything of it is sent', async () => {
    const id = await world.thing('acc_one');
    const one = await client();
    one.subscribe('1', LIVE, { id });
    await one.received('1', 1);
    await world.db.query(`update thing set "ownerId" = 'acc_two' where id = $1`, [id]);
    await set(id, 'secret of acc_two');
    expect(await one.refused('1')).toEqual(['SUBSCRIPTION_REVOKED']);
    expect(one.messages('1')).toHaveLength(1);
    const two = await client('acc_two');
    two.subscribe('1', LIVE, { id });
    await two.received('1', 1);
  });

  it('goes on behind any message at another gateway, each change once and in order', async () => {
    const id = await world.thing('acc_one');
    const one = await client();
    one.subscribe('1', LIVE, { id });
    await one.received('1', 1);
    const expected: string[] = ['SNAPSHOT'];
    for (let i = 0; i < 12; i++) {
      if (i % 3 === 2) await world.tellSecond(id, `care.given${i.toString()}`);
      else await set(id, i.toString());
      expected.push(i % 3 === 2 ? `care.given${i.toString()}` : 'thing.changed');
      await one.received('1', expected.length);
    }
    const all = one.messages('1');
    expect(kinds(all)).toEqual(expected);
    for (const [i, message] of all.entries()) {
      const again = await client('acc_one', other.port);
      const after = update(message)['cursor'];
      again.subscribe('1', LIVE, { id, after });
      const rest = await again.received('1', all.length - 1 - i);
      expect(kinds(rest)).toEqual(expected.slice(i + 1));
      await again.received('1', rest.length);
      again.close();
    }
  });

  it('loses and repeats nothing under 16 writers, across two sources and a reconnect', async () => {
    const things = await Promise.all(Array.from({ length: 16 }, () => world.thing('acc_one')));
    const [first = ''] = things;
    const one = await client();
    for (const [i, id] of things.entries()) one.subscribe(i.toString(), LIVE, { id });
    await Promise.all(things.map((_, i) => one.received(i.toString(), 1)));
    const writes = 12;
    const writers = things.map(async (id, i) => {
      for (let n = 0; n < writes; n++) {
        if (n % 4 === 3) await world.tellSecond(id, `second ${n.toString()}`);
        else await set(id, `${i.toString()}.${n.toString()}`);
      }
    });
    const cut = await until(() => one.messages('0')[4], 'some messages');
    const again = await client('acc_one', other.port);
    again.subscribe('1', LIVE, { id: first, after: cut.extensions.cursor });
    await Promise.all(writers);
    for (const [i] of things.entries()) {
      const messages = await one.received(i.toString(), 1 + writes, 20_000);
      expect(messages).toHaveLength(1 + writes);
      const versions = messages
        .filter((message) => update(message)['eventType'] === 'thing.changed')
        .map((message) => (update(message)['thing'] as { version: number }).version);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    }
    const whole = one.messages('0');
    const rest = await again.received('1', whole.length - 5, 20_000);
    const cursorless = (messages: readonly LiveMessage[]): unknown[] =>
      messages.map((message) => update(message)['occurredAt']).sort();
    expect(cursorless(rest)).toEqual(cursorless(whole.slice(5)));
  }, 60_000);

  it('delivers what is committed between the heads and the snapshot after the snapshot', async () => {
    const id = await world.thing('acc_one');
    const client_ = await world.db.connect();
    await client_.query('begin');
    await client_.query(`update thing set state = 'late', version = version + 1 where id = $1`, [
      id,
    ]);
    await client_.query(
      `insert into outbox (epoch, id, type, subject, "subjectVersion", topics, data, actor, "correlationId", time)
       select epoch, 'evt_late', 'thing.late', $1, 1, array['thing:' || $1], '{}', 'test', 'test', now()
       from "outboxEpoch"`,
      [id],
    );
    const one = await client();
    one.subscribe('1', LIVE, { id });
    await one.received('1', 1);
    await set(await world.thing('acc_one'), 'a later transaction commits first');
    await client_.query('commit');
    client_.release();
    expect(kinds(await one.received('1', 2))).toEqual(['SNAPSHOT', 'thing.late']);
  });

  it('refuses forged cursors and those of another thing, and the socket goes on', async () => {
    const [a, b] = [await world.thing('acc_one'), await world.thing('acc_one')];
    const one = await client();
    one.subscribe('1', LIVE, { id: a });
    const [snapshot] = await one.received('1', 1);
    const cursor = snapshot?.extensions.cursor ?? '';
    const forged = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;
    one.subscribe('2', LIVE, { id: b, after: cursor });
    one.subscribe('3', LIVE, { id: a, after: forged });
    one.subscribe('4', LIVE, { id: a, after: 'nonsense' });
    for (const operation of ['2', '3', '4']) {
      expect(await one.refused(operation)).toEqual(['CURSOR_INVALID']);
    }
    await set(a, 'still live');
    await one.received('1', 2);
  });

  it('says so when the source was restored since the cursor was made', async () => {
    const id = await world.thing('acc_one');
    const one = await client();
    one.subscribe('1', LIVE, { id });
    const [snapshot] = await one.received('1', 1);
    await world.db.query('update "outboxEpoch" set epoch = epoch + 1');
    one.subscribe('2', LIVE, { id, after: snapshot?.extensions.cursor });
    expect(await one.refused('2')).toEqual(['CURSOR_EXPIRED']);
    await set(id, 'in the new epoch');
    await one.received('1', 2);
  });

  it('runs equal questions of one caller about one event once', async () => {
    const id = await world.thing('acc_shared');
    const all = await Promise.all(Array.from({ length: 10 }, () => client('acc_shared')));
    for (const one of all) one.subscribe('1', LIVE, { id });
    await Promise.all(all.map((one) => one.received('1', 1)));
    const asked = (): number =>
      world.graph.seen.filter((what) => what === 'thing acc_shared').length;
    const before = asked();
    await set(id, 'shared');
    await Promise.all(all.map((one) => one.received('1', 2)));
    expect(asked() - before).toBeLessThanOrEqual(2); // usually 1: one may still be sending its snapshot
  });

  it('keeps everything for a slow reader of LOSSLESS, and nobody waits for it', async () => {
    const id = await world.thing('acc_one');
    const [slow, fast] = [await client(), await client()];
    const wide = `subscription ($id: ID!) { thingUpdated(id: $id) { thing { version } ${Array.from(
      { length: 25 },
      (_, i) => `cursor_${i.toString()}: cursor`,
    ).join(' ')} } }`;
    for (const one of [slow, fast]) one.subscribe('1', wide, { id });
    await Promise.all([slow.received('1', 1), fast.received('1', 1)]);
    slow.socket.pause();
    const total = 600;
    await world.db.transaction(as, (tx) => {
      for (let i = 0; i < total; i++) {
        const subject = `${id}.${i.toString()}`;
        tx.publish({ type: `n${i.toString()}`, subject, topics: [`thing:${id}`], data: {} });
      }
      return Promise.resolve();
    });
    await fast.received('1', 1 + total, 30_000);
    slow.socket.resume();
    expect(await slow.received('1', 1 + total, 30_000)).toHaveLength(1 + total);
    const cursors = slow.messages('1').map(({ extensions }) => extensions.cursor);
    expect(new Set(cursors).size).toBe(1 + total);
  }, 60_000);
});
