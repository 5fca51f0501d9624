import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../../gateway.main';
import { SmallWorld } from '../../testing/small-gateway';
import { SocketClient } from '../../testing/socket-client';
import { StreamReader } from '../../testing/stream-reader';
import { PARTS, SSE } from '../../testing/stream-world';

let world: SmallWorld;
beforeAll(async () => {
  world = await SmallWorld.open();
}, 60_000);
afterAll(() => world.close(), 60_000);

const BUCKET = { size: 1_000, restorePerSecond: 0.001, gateways: 1 };
const limited = (operations: number, withinMs = 600_000): Promise<RunningGateway> =>
  world.gateway({ limits: { bucket: BUCKET, planning: { operations, withinMs } } });
let made = 0;
/** A query that no gateway has seen. */
const fresh = (field = 'whoami'): string => `query New${(made += 1).toString()} { ${field} }`;
const live = (id: string): string =>
  `subscription Live${(made += 1).toString()} { thingUpdated(id: "${id}") { kind thing { state } } }`;
const bearer = async (account: string) => ({
  authorization: `Bearer ${await world.token(account)}`,
});
type Answer = {
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
  readonly extensions?: { readonly cost?: { readonly throttleStatus: Record<string, number> } };
};

async function ask({ port }: RunningGateway, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${port.toString()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const body = (await response.json()) as Answer;
  return { status: response.status, headers: response.headers, body };
}

const left = ({ body }: { readonly body: Answer }): number =>
  body.extensions?.cost?.throttleStatus['currentlyAvailable'] ?? NaN;

it('new operations of one caller are refused with the time to wait; known ones and others go on', async () => {
  const gateway = await limited(2);
  const one = await bearer('acc_new');
  const known = fresh();
  expect((await ask(gateway, known, one)).status).toBe(200);
  const last = await ask(gateway, fresh(), one);
  const seen = world.graph.seen.length;
  const refused = await ask(gateway, fresh('thing(id: "none") { self { self { id } } }'), one);
  expect(refused.status).toBe(429);
  const [error] = refused.body.errors ?? [];
  expect(error?.extensions).toMatchObject({ code: 'PLANNING_LIMIT' });
  const wait = Number(error?.extensions['retryAfterMs']);
  expect(wait).toBeGreaterThan(500_000);
  expect(refused.headers.get('retry-after')).toBe(Math.ceil(wait / 1_000).toString());
  expect(world.graph.seen).toHaveLength(seen);
  // What was not run costs nothing.
  expect(left(refused)).toBeGreaterThanOrEqual(left(last));
  expect((await ask(gateway, known, one)).status).toBe(200);
  expect((await ask(gateway, fresh(), await bearer('acc_other'))).status).toBe(200);
  expect((await ask(gateway, fresh())).status).toBe(200); // its network is another caller
});

it('one that many send at once is counted once', async () => {
  const gateway = await limited(1);
  const one = await bearer('acc_burst');
  const query = fresh();
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(gateway, query, one)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
});

it('is one quota on every transport, for queries and subscriptions alike', async () => {
  const gateway = await limited(4);
  const { port } = gateway;
  const id = await world.thing('acc_wide');
  const headers = await bearer('acc_wide');
  const socket = await SocketClient.signedIn(port, await world.token('acc_wide'));
  const open = (path: string, accept: Record<string, string>, query: string) =>
    StreamReader.open({ port, path, headers: { ...accept, ...headers }, body: { query } });
  socket.subscribe('1', fresh());
  await socket.received('1', 1);
  socket.subscribe('2', live(id));
  await socket.received('2', 1);
  expect(await (await open('/graphql/stream', SSE, live(id))).received(1)).toHaveLength(1);
  expect(await (await open('/graphql', PARTS, live(id))).received(1)).toHaveLength(1);
  expect((await ask(gateway, fresh(), headers)).body.errors?.[0]?.extensions).toMatchObject({
    code: 'PLANNING_LIMIT',
  });
  socket.subscribe('3', fresh());
  const [answer] = await socket.received('3', 1);
  expect(answer?.errors?.[0]?.extensions).toMatchObject({ code: 'PLANNING_LIMIT' });
  socket.subscribe('4', live(id));
  expect(await socket.refused('4')).toEqual(['PLANNING_LIMIT']);
  for (const query of [fresh(), live(id)]) {
    expect(await (await open('/graphql/stream', SSE, query)).codes()).toEqual(['PLANNING_LIMIT']);
  }
  const parts = await open('/graphql', PARTS, live(id));
  expect([parts.status, await parts.codes()]).toEqual([429, ['PLANNING_LIMIT']]);
  expect(Number(parts.header('retry-after'))).toBeGreaterThan(500);
  socket.close();
});

it('what is planned again after a newer supergraph is nobody’s', async () => {
  const gateway = await limited(2);
  const id = await world.thing('acc_reload');
  const headers = await bearer('acc_reload');
  const socket = await SocketClient.signedIn(gateway.port, await world.token('acc_reload'));
  socket.subscribe('1', live(id));
  await socket.received('1', 1);
  const known = fresh();
  expect((await ask(gateway, known, headers)).status).toBe(200);
  await gateway.replaceSupergraph(`${world.graph.supergraphSdl}\n# newer`);
  await world.tellSecond(id);
  await until(() => socket.messages('1').length > 1, 'a message after the reload');
  expect((await ask(gateway, known, headers)).status).toBe(200);
  socket.close();
});

it('is over after its time', async () => {
  const gateway = await limited(1, 300);
  expect((await ask(gateway, fresh())).status).toBe(200);
  expect((await ask(gateway, fresh())).status).toBe(429);
  await until(async () => (await ask(gateway, fresh())).status === 200, 'room for another');
});
