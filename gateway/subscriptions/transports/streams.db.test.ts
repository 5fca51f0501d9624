import { systemViewer } from '#kernel/auth/viewer';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../../gateway.main';
import { SmallWorld } from '../../testing/small-gateway';
import { setState } from '../../testing/small-graph';
import { type StreamMessage, StreamReader } from '../../testing/stream-reader';
import { PARTS, SSE } from '../../testing/stream-world';

let world: SmallWorld;
let gateway: RunningGateway;
let other: RunningGateway;
const readers: StreamReader[] = [];

beforeAll(async () => {
  world = await SmallWorld.open();
  [gateway, other] = await Promise.all([world.gateway(), world.gateway()]);
}, 60_000);
afterEach(() => {
  for (const reader of readers.splice(0)) reader.leave();
});
afterAll(() => world.close());

const LIVE = `subscription ($id: ID!, $after: Cursor) {
  thingUpdated(id: $id, after: $after) {
    kind cursor occurredAt thing { state version care { note } }
  }
}`;
const as = systemViewer('streams-test');
const set = (id: string, state: string) => setState(world.db, as, id, state);

interface Call {
  readonly account?: string;
  readonly seconds?: number;
  readonly claims?: Record<string, unknown>;
  readonly port?: number;
  readonly query?: string;
}
const TRANSPORTS = {
  sse: { path: '/graphql/stream', headers: SSE },
  multipart: { path: '/graphql', headers: PARTS },
} as const;

async function follow(
  transport: keyof typeof TRANSPORTS,
  variables: Record<string, unknown>,
  { account = 'acc_one', seconds, claims, port = gateway.port, query = LIVE }: Call = {},
): Promise<StreamReader> {
  const { path, headers } = TRANSPORTS[transport];
  const authorization = `Bearer ${await world.token(account, seconds, claims)}`;
  const reader = await StreamReader.open({
    port,
    path,
    headers: { ...headers, authorization },
    body: { query, variables },
  });
  readers.push(reader);
  return reader;
}

const update = (message: StreamMessage | undefined): Record<string, unknown> =>
  (message?.data?.['thingUpdated'] ?? {}) as Record<string, unknown>;
const last = (messages: readonly StreamMessage[]): Record<string, unknown> | undefined =>
  messages.at(-1)?.errors?.[0]?.extensions;

describe.each(['sse', 'multipart'] as const)('a live field over %s', (transport) => {
  it('begins with a snapshot and brings each change across subgraphs', async () => {
    const id = await world.thing('acc_one');
    const reader = await follow(transport, { id });
    await reader.received(1);
    await set(id, 'sold');
    const [snapshot, change] = await reader.received(2);
    expect([reader.status, reader.header('access-control-allow-origin')]).toEqual([200, '*']);
    expect(update(snapshot)).toMatchObject({ kind: 'SNAPSHOT', thing: { state: 'new' } });
    expect(update(change)).toMatchObject({
      kind: 'CHANGE',
      thing: { state: 'sold', version: 1, care: { note: 'care of sold' } },
    });
    expect(change?.extensions?.cursor).toBe(update(change)['cursor']);
  });

  it('goes on behind any message at another gateway', async () => {
    const id = await world.thing('acc_one');
    const reader = await follow(transport, { id });
    await reader.received(1);
    for (let i = 1; i <= 6; i++) {
      await set(id, i.toString());
      await reader.received(1 + i);
    }
    const messages = await reader.received(7);
    for (const [i, message] of messages.entries()) {
      const after = message.extensions?.cursor;
      const again = await follow(transport, { id, after }, { port: other.port });
      const rest = await again.received(6 - i);
      expect(rest.map((one) => update(one)['occurredAt'])).toEqual(
        messages.slice(i + 1).map((one) => update(one)['occurredAt']),
      );
      again.leave();
    }
  });

  it('refuses strangers, forged cursors and documents that are refused everywhere', async () => {
    const id = await world.thing('acc_one');
    const stranger = await follow(transport, { id }, { account: 'acc_two' });
    expect(await stranger.codes()).toEqual(['FORBIDDEN']);
    const forged = await follow(transport, { id, after: 'x'.repeat(40) });
    expect(await forged.codes()).toEqual(['CURSOR_INVALID']);
    const card = await follow(transport, { id: '4111111111111111' });
    expect(await card.codes()).toEqual(['SENSITIVE_DATA_REFUSED']);
    const deep = `subscription ($id: ID!) { thingUpdated(id: $id) { thing ${'{ self '.repeat(12)} { id } ${'}'.repeat(12)} } }`;
    expect(await (await follow(transport, { id }, { query: deep })).codes()).toEqual([
      'QUERY_TOO_COMPLEX',
    ]);
    const two = `subscription ($id: ID!) { a: thingUpdated(id: $id) { kind } b: thingUpdated(id: $id) { kind } }`;
    expect(await (await follow(transport, { id }, { query: two })).codes()).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    expect(await (await follow(transport, {})).codes()).toEqual(['BAD_USER_INPUT']);
    const { path, headers } = TRANSPORTS[transport];
    const expired = await StreamReader.open({
      port: gateway.port,
      path,
      headers: { ...headers, authorization: `Bearer ${await world.token('acc_one', -10)}` },
      body: { query: LIVE, variables: { id } },
    });
    expect([expired.status, await expired.codes()]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  it('ends with UNAUTHENTICATED when the token expires, and goes on with a fresh one', async () => {
    const id = await world.thing('acc_one');
    const reader = await follow(transport, { id }, { seconds: 2 });
    await reader.received(1);
    expect(await reader.ending()).toBe('complete');
    const { code, cursor } = last(reader.messages) ?? {};
    expect(code).toBe('UNAUTHENTICATED');
    await set(id, 'missed');
    const again = await follow(transport, { id, after: cursor });
    expect(update((await again.received(1))[0])).toMatchObject({ thing: { state: 'missed' } });
  });

  it('ends when rights are taken away, before anything more is sent', async () => {
    const id = await world.thing('acc_one');
    const reader = await follow(transport, { id });
    await reader.received(1);
    await world.db.query(`update thing set "ownerId" = 'acc_two' where id = $1`, [id]);
    await set(id, 'secret of acc_two');
    expect(await reader.ending()).toBe('complete');
    expect(last(reader.messages)?.['code']).toBe('SUBSCRIPTION_REVOKED');
    expect(reader.text).not.toContain('secret of');
  });

  it('keeps everything for a slow reader, and nobody waits for it', async () => {
    const id = await world.thing('acc_one');
    const wide = `subscription ($id: ID!) { thingUpdated(id: $id) { thing { version } ${Array.from(
      { length: 25 },
      (_, i) => `cursor_${i.toString()}: cursor`,
    ).join(' ')} } }`;
    const slow = await follow(transport, { id }, { query: wide });
    const fast = await follow(transport, { id }, { query: wide });
    await Promise.all([slow.received(1), fast.received(1)]);
    slow.response.pause();
    const total = 600;
    await world.db.transaction(as, (tx) => {
      for (let i = 0; i < total; i++) {
        const subject = `${id}.${i.toString()}`;
        tx.publish({ type: `n${i.toString()}`, subject, topics: [`thing:${id}`], data: {} });
      }
      return Promise.resolve();
    });
    await fast.received(1 + total, 30_000);
    slow.response.resume();
    const messages = await slow.received(1 + total, 30_000);
    expect(new Set(messages.map(({ extensions }) => extensions?.cursor)).size).toBe(1 + total);
  }, 60_000);

  it('is forgotten when the client leaves, and its place is free again', async () => {
    const id = await world.thing('acc_leaver');
    const account = 'acc_leaver';
    const asked = (): number =>
      world.graph.seen.filter((what) => what === `thing ${account}`).length;
    for (let i = 0; i < 25; i++) {
      const reader = await follow(transport, { id }, { account });
      await reader.received(1);
      reader.leave();
      await until(() => reader.ended !== undefined, 'the reader to be gone');
    }
    const witness = await world.thing('acc_one');
    const watching = await follow(transport, { id: witness });
    await watching.received(1);
    const before = asked();
    await set(id, 'nobody looks');
    await set(witness, 'later'); // once this has arrived, the change before it was handled too
    await watching.received(2);
    expect(asked()).toBe(before);
  });

  it('is let go when the process stops; the client goes on elsewhere', async () => {
    const third = await world.gateway();
    const id = await world.thing('acc_one');
    const reader = await follow(transport, { id }, { port: third.port });
    const [snapshot] = await reader.received(1);
    await third.close();
    expect(await reader.ending()).toBe('complete');
    expect(reader.text).not.toContain('event: complete');
    if (transport === 'multipart') {
      expect(last(reader.messages)).toMatchObject({
        code: 'SERVICE_RESTART',
        cursor: snapshot?.extensions?.cursor,
      });
    }
    await set(id, 'meanwhile');
    const after = snapshot?.extensions?.cursor;
    const again = await follow(transport, { id, after });
    expect(update((await again.received(1))[0])).toMatchObject({ thing: { state: 'meanwhile' } });
  });
});

describe('Server-Sent Events', () => {
  it('run queries and mutations, masked like those over HTTP', async () => {
    const id = await world.thing('acc_one');
    const query = 'mutation ($id: ID!) { thingSet(id: $id, state: "sse") { state } }';
    const write = await follow('sse', { id }, { query });
    expect(await write.received(1)).toEqual([
      { data: { thingSet: { state: 'sse' } }, extensions: { cost: expect.anything() as unknown } },
    ]);
    expect(await write.ending()).toBe('complete');
    const fault = await follow('sse', {}, { query: '{ fault }' });
    expect(await fault.codes()).toEqual(['INTERNAL']);
    expect(fault.text).not.toContain('secret');
    const large = await follow('sse', { x: 'x'.repeat(300_000) });
    expect([large.status, await large.codes()]).toEqual([413, ['BAD_REQUEST']]);
  });

  it('answer a preflight that lets pages send their credential and the last id', async () => {
    const reader = await StreamReader.open({
      port: gateway.port,
      path: '/graphql/stream',
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(reader.status).toBe(204);
    expect(reader.header('access-control-allow-headers')).toMatch(/authorization.*last-event-id/);
  });
});
