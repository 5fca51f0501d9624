import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../../gateway.main';
import { SmallWorld } from '../../testing/small-gateway';
import { SocketClient } from '../../testing/socket-client';
import { StreamReader } from '../../testing/stream-reader';
import { PARTS, SSE } from '../../testing/stream-world';

let world: SmallWorld;
let gateway: RunningGateway;
let busy: NodeJS.Timeout | undefined;
beforeAll(async () => {
  world = await SmallWorld.open();
  gateway = await world.gateway({
    limits: {
      bucket: { size: 1_000_000, restorePerSecond: 100_000, gateways: 1 },
      overload: { delayMs: 70, forMs: 400, lookEveryMs: 100 },
    },
  });
}, 60_000);
afterAll(async () => {
  clearInterval(busy);
  await world.close();
}, 60_000);

/** Holds the event loop up for this long again and again: all that runs here is late, and nothing stands still. */
function holdUp(ms: number): void {
  busy = setInterval(() => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }, 1);
}

const PATIENCE_MS = 40_000;
const ask = (query = '{ whoami }'): Promise<Response> =>
  fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

it('new operations are refused on every transport while the loop is late; live streams go on', async () => {
  const id = await world.thing('acc_busy');
  const token = await world.token('acc_busy');
  const live = `subscription { thingUpdated(id: "${id}") { kind } }`;
  const socket = await SocketClient.signedIn(gateway.port, token);
  socket.subscribe('1', live);
  await socket.received('1', 1);
  const open = (path: string, accept: Record<string, string>) =>
    StreamReader.open({
      port: gateway.port,
      path,
      headers: { ...accept, authorization: `Bearer ${token}` },
      body: { query: live },
    });
  const stream = await open('/graphql/stream', SSE);
  await stream.received(1);

  holdUp(120);
  const refused = await until(
    async () => {
      const answer = await ask();
      return answer.status === 503 && answer;
    },
    'a refusal',
    PATIENCE_MS,
  );
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'OVERLOADED', retryAfterMs: 5_000 } }],
  });
  socket.subscribe('2', '{ whoami }');
  socket.subscribe('3', live);
  expect(await socket.refused('2')).toEqual(['OVERLOADED']);
  expect(await socket.refused('3')).toEqual(['OVERLOADED']);
  expect(await (await open('/graphql/stream', SSE)).codes()).toEqual(['OVERLOADED']);
  const parts = await open('/graphql', PARTS);
  expect([parts.status, await parts.codes()]).toEqual([503, ['OVERLOADED']]);
  const alive = await fetch(`http://127.0.0.1:${gateway.port.toString()}/healthz`);
  expect(alive.status).toBe(200);
  await world.tellSecond(id);
  expect((await socket.received('1', 2, PATIENCE_MS)).length).toBeGreaterThan(1);
  expect((await stream.received(2, PATIENCE_MS)).length).toBeGreaterThan(1);

  clearInterval(busy);
  await until(async () => (await ask()).status === 200, 'new work again', PATIENCE_MS);
  socket.subscribe('4', '{ whoami }');
  expect((await socket.received('4', 1))[0]?.data).toHaveProperty('whoami');
  expect(socket.closed).toBeUndefined();
  stream.leave();
  socket.close();
}, 120_000);
