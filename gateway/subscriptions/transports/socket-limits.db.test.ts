import { WebSocket } from 'ws';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../../gateway.main';
import { SmallWorld } from '../../testing/small-gateway';
import { SocketClient } from '../../testing/socket-client';
import { StreamReader } from '../../testing/stream-reader';
import { SSE } from '../../testing/stream-world';

let world: SmallWorld;
let gateway: RunningGateway;
const clients: SocketClient[] = [];

beforeAll(async () => {
  world = await SmallWorld.open();
  gateway = await world.gateway({
    transportLimits: { connectionsPerAccount: 2, connectionsPerNetwork: 4, initMs: 300 },
    trustedProxies: 1,
    allowedOrigins: ['https://shop.example'],
  });
}, 60_000);
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await until(async () => (await upgrade()) === undefined, 'all places to be free');
});
afterAll(() => world.close());

/** What refuses an upgrade; undefined when it is accepted. The address is the one that a proxy tells. */
async function upgrade(
  headers: Record<string, string> = {},
  path = '/graphql',
): Promise<readonly [number | undefined, unknown] | undefined> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${gateway.port.toString()}${path}`,
    'graphql-transport-ws',
    { headers },
  );
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(undefined);
    });
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () => {
        const { errors = [] } = JSON.parse(text || '{}') as {
          errors?: { extensions: { code: string } }[];
        };
        resolve([response.statusCode, errors[0]?.extensions.code]);
      });
    });
  });
}

async function client(account?: string): Promise<SocketClient> {
  const opened =
    account === undefined
      ? await SocketClient.open(gateway.port)
      : await SocketClient.signedIn(gateway.port, await world.token(account));
  clients.push(opened);
  return opened;
}

const isAlive = async (): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${gateway.port.toString()}/healthz`)).ok;

describe('sockets', () => {
  it('are so many for a network, streams included, whatever the client says it is', async () => {
    for (const account of ['acc_a', 'acc_a', 'acc_b']) await client(account);
    const stream = await StreamReader.open({
      port: gateway.port,
      path: '/graphql/stream',
      headers: { ...SSE, authorization: `Bearer ${await world.token('acc_b')}` },
      body: {
        query: `subscription { thingUpdated(id: "${await world.thing('acc_b')}") { kind } }`,
      },
    });
    await stream.received(1);
    expect(await upgrade()).toEqual([429, 'THROTTLED']);
    const said = { 'x-forwarded-for': '203.0.113.1' };
    expect(await upgrade(said)).toBeUndefined(); // our proxy says that this is somebody else
    expect(await upgrade({ 'x-forwarded-for': '203.0.113.1, 127.0.0.1' })).toEqual([
      429,
      'THROTTLED',
    ]);
    stream.leave();
    await until(async () => (await upgrade()) === undefined, 'the place of the stream');
  });

  it('are so many for an account: the next is told to come back later', async () => {
    await client('acc_a');
    const second = await client('acc_a');
    const third = await client('acc_a');
    expect(await third.closing()).toEqual({
      code: 1013,
      reason: 'This account has too many open connections.',
    });
    second.close();
    await until(async () => {
      const again = await client('acc_a');
      return again.closed === undefined && again.frames.length > 0;
    }, 'the place to become free');
  });

  it('of pages that the settings do not name are refused', async () => {
    expect(await upgrade({ origin: 'https://bad.example' })).toEqual([403, 'FORBIDDEN']);
    expect(await upgrade({ origin: 'https://shop.example' })).toBeUndefined();
    expect(
      await upgrade({ origin: `http://127.0.0.1:${gateway.port.toString()}` }),
    ).toBeUndefined();
    expect(await upgrade({}, '/other')).toEqual([404, undefined]);
    const plain = await fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://bad.example' },
      body: '{"query":"{ whoami }"}',
    });
    expect([plain.status, plain.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it.each([
    ['messages', (one: SocketClient) => one.send({ type: 'ping' })],
    ['ping frames', (one: SocketClient) => one.socket.ping()],
    ['operations', (one: SocketClient, i: number) => one.subscribe(i.toString(), '{ whoami }')],
  ])(
    'that flood with %s are closed with 4429 and cost nobody else anything',
    async (_what, send) => {
      const other = await client('acc_b');
      const flooding = await client('acc_a');
      for (let i = 0; i < 3_000; i++) send(flooding, i);
      expect((await flooding.closing()).code).toBe(4429);
      expect(flooding.frames.length).toBeLessThan(200);
      other.send({ type: 'ping' });
      await until(() => other.frames.some(({ type }) => type === 'pong'), 'an answer');
      expect(await isAlive()).toBe(true);
    },
  );

  it('that send too much at once are closed with 1009', async () => {
    const loud = await client('acc_a');
    loud.socket.send('x'.repeat(65_537));
    expect((await loud.closing()).code).toBe(1009);
    const pieces = await client('acc_a');
    for (let i = 0; i < 8; i++) pieces.socket.send('x'.repeat(10_000), { fin: i === 7 });
    expect((await pieces.closing()).code).toBe(1009);
    const largest = await client('acc_a');
    largest.send({ type: 'ping', payload: { text: 'x'.repeat(65_000) } });
    await until(() => largest.frames.some(({ type }) => type === 'pong'), 'an answer');
    expect(await isAlive()).toBe(true);
  });

  it.each([
    ['do not greet', 4408, []],
    [
      'ask before they greet',
      4401,
      ['{"id":"1","type":"subscribe","payload":{"query":"{ whoami }"}}'],
    ],
    ['greet twice', 4429, ['{"type":"connection_init"}', '{"type":"connection_init"}']],
    ['send no JSON', 4400, ['nonsense']],
    ['send nothing known', 4400, ['{"type":"unknown"}']],
    ['show a bad credential', 4401, ['{"type":"connection_init","payload":{"authorization":"x"}}']],
    [
      'use an id twice',
      4409,
      [
        '{"type":"connection_init"}',
        '{"id":"1","type":"subscribe","payload":{"query":"{ slow(ms: 500) }"}}',
        '{"id":"1","type":"subscribe","payload":{"query":"{ whoami }"}}',
      ],
    ],
  ])('that %s are closed with %i', async (_what, code, frames) => {
    const one = await client();
    for (const [i, frame] of frames.entries()) {
      one.socket.send(frame);
      if (i === 0 && frames.length === 3) await until(() => one.frames.length > 0, 'the greeting');
    }
    expect((await one.closing()).code).toBe(code);
  });

  it('are closed with 1012 when the process stops, and new connections are refused meanwhile', async () => {
    const id = await world.thing('acc_a');
    const stopping = await world.gateway({ transportLimits: { goodbyeMs: 700 } });
    const authorization = `Bearer ${await world.token('acc_a')}`;
    const held = await SocketClient.open(stopping.port, { authorization });
    const deaf = await SocketClient.open(stopping.port, { authorization });
    clients.push(held, deaf);
    deaf.socket.pause(); // one that does not answer the close, so that there is a while to look
    const stopped = stopping.close();
    expect((await held.closing()).code).toBe(1012);
    const late = await StreamReader.open({
      port: stopping.port,
      path: '/graphql/stream',
      headers: { ...SSE, authorization },
      body: { query: `subscription { thingUpdated(id: "${id}") { kind } }` },
    });
    expect([late.status, await late.codes()]).toEqual([503, ['SERVICE_RESTART']]);
    await stopped;
    deaf.socket.resume();
    await deaf.closing();
  });
});
