import { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { newSecret, newSigningKey, publicHalf } from '../auth/keys';
import { StatementSigner, StatementVerifier, signCall } from '../auth/statement';
import { type Viewer, makeViewer } from '../auth/viewer';
import { systemClock } from '../clock/clock';
import { httpDoor } from './http-door';
import { silentLogger } from './log';
import type { HookRequest, Subgraph } from './subgraph';

const key = newSigningKey();
const channelSecret = newSecret();
const viewer = makeViewer({ kind: 'USER', accountId: 'acc_1', scopes: ['*'], correlationId: 'x' });
let begun = 0;
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      who: {
        type: GraphQLString,
        resolve: (_root, _args, { accountId, correlationId }: Viewer) =>
          `${accountId ?? 'nobody'} ${correlationId}`,
      },
      late: {
        type: GraphQLString,
        resolve: () => {
          begun += 1;
          return new Promise((resolve) => setTimeout(resolve, 400, 'late'));
        },
      },
    },
  }),
});

let url: string;
let databaseUp = true;
const hooks: HookRequest[] = [];
const subgraph = {
  name: 'payments',
  schema,
  context: (who: Viewer) => who,
  db: { query: () => (databaseUp ? Promise.resolve([]) : Promise.reject(new Error('away'))) },
  hooks: {
    psp: (request: HookRequest) => {
      hooks.push(request);
      return Promise.resolve({ status: 202, body: 'taken' });
    },
  },
} as unknown as Subgraph;
const verifier = new StatementVerifier(publicHalf(key), 'payments', systemClock);
const servers: Server[] = [];

/** Where a door listens. */
async function open(check: StatementVerifier): Promise<string> {
  const tools = { channelSecret, clock: systemClock, log: silentLogger() };
  const server = httpDoor({ subgraph, verifier: check, ...tools });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
beforeAll(async () => {
  url = await open(verifier);
});
afterAll(() =>
  Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))),
);

async function call(
  path: string,
  body: string,
  change: Record<string, string> = {},
  audience = 'payments',
  {
    timeout = '3000',
    to = url,
    signal,
  }: { timeout?: string; to?: string; signal?: AbortSignal } = {},
) {
  const statement = await new StatementSigner(key, systemClock).sign(viewer, audience);
  const signed = {
    statement,
    time: Date.now().toString(),
    timeout,
    correlationId: 'corr',
    path,
    body,
  };
  const headers = {
    'tradegraph-statement': statement,
    'tradegraph-time': signed.time,
    'tradegraph-timeout': timeout,
    'tradegraph-correlation-id': 'corr',
    'tradegraph-signature': signCall(channelSecret, signed),
    ...change,
  };
  return fetch(to + path, { method: 'POST', body, headers, ...(signal && { signal }) });
}
const question = JSON.stringify({ query: '{ who }' });

test('a signed call is answered for its viewer', async () => {
  const response = await call('/graphql', question);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ data: { who: 'acc_1 corr' } });
});

test.each<[string, Record<string, string>, string]>([
  ['no signature', { 'tradegraph-signature': '' }, 'payments'],
  ['another’s signature', { 'tradegraph-signature': 'c2lnbmF0dXJl' }, 'payments'],
  ['another time', { 'tradegraph-time': (Date.now() - 5).toString() }, 'payments'],
  ['another timeout', { 'tradegraph-timeout': '9000' }, 'payments'],
  ['another correlation id', { 'tradegraph-correlation-id': 'other' }, 'payments'],
  ['a statement for another subgraph', {}, 'fulfillment'],
])('a call with %s is refused', async (_what, change, audience) => {
  expect((await call('/graphql', question, change, audience)).status).toBe(401);
  expect((await call('/hooks/psp/main', '{}', change, audience)).status).toBe(401);
});

const late = JSON.stringify({ query: '{ late }' });

test('nobody waits longer than the gateway does, and what is late already is not begun', async () => {
  const answered = async (timeout: string): Promise<unknown> => {
    const response = await call('/graphql', late, {}, 'payments', { timeout });
    return [response.status, await response.json()];
  };
  expect(await answered('100')).toEqual([504, { error: 'TIMEOUT' }]);
  expect(begun).toBe(1);
  expect(await answered('0')).toEqual([504, { error: 'TIMEOUT' }]);
  expect(begun).toBe(1);
  expect(await answered('2000')).toEqual([200, { data: { late: 'late' } }]);
  for (const timeout of ['', '-1', '1e9', '9999999']) {
    expect(await answered(timeout)).toEqual([401, { error: 'UNAUTHENTICATED' }]);
  }
  expect(begun).toBe(2);
});

test('a call whose gateway is gone is not begun', async () => {
  const gone = new AbortController();
  let looked = (): void => undefined;
  const checked = new Promise<void>((resolve) => (looked = resolve));
  const slowly = {
    verify: async () => {
      gone.abort();
      await new Promise((resolve) => servers.at(-1)?.once('closed one', resolve));
      setImmediate(looked);
      return viewer;
    },
  } as unknown as StatementVerifier;
  const to = await open(slowly);
  servers.at(-1)?.on('connection', (socket) => {
    socket.once('close', () => servers.at(-1)?.emit('closed one'));
  });
  const before = begun;
  await expect(
    call('/graphql', late, {}, 'payments', { to, signal: gone.signal }),
  ).rejects.toThrow();
  await checked;
  expect(begun).toBe(before);
});

test('a body that is not a request, or too large, is refused', async () => {
  expect((await call('/graphql', 'null')).status).toBe(400);
  expect((await call('/graphql', '{')).status).toBe(400);
  expect((await call('/graphql', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
});

test('a hook gets the bytes as they came', async () => {
  const body = ' {"amount": 1.0 } ';
  expect((await call('/hooks/psp/main', body)).status).toBe(202);
  expect(hooks.at(-1)).toMatchObject({ connection: 'main', body: Buffer.from(body) });
  expect((await call('/hooks/none/main', body)).status).toBe(404);
  expect((await call('/hooks/constructor/main', body)).status).toBe(404);
});

test('health needs no signature; ready says what is not', async () => {
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  databaseUp = false;
  const response = await fetch(`${url}/readyz`);
  expect([response.status, await response.json()]).toEqual([
    503,
    { subgraph: 'payments', notReady: 'database' },
  ]);
  databaseUp = true;
  expect((await fetch(`${url}/graphql`)).status).toBe(404);
});
