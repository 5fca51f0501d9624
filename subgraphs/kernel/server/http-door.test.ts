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
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      who: {
        type: GraphQLString,
        resolve: (_root, _args, { accountId, correlationId }: Viewer) =>
          `${accountId ?? 'nobody'} ${correlationId}`,
      },
    },
  }),
});

let server: Server;
let url: string;
let databaseUp = true;
const hooks: HookRequest[] = [];
beforeAll(async () => {
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
  server = httpDoor({
    subgraph,
    verifier: new StatementVerifier(publicHalf(key), 'payments', systemClock),
    channelSecret,
    clock: systemClock,
    log: silentLogger(),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function call(
  path: string,
  body: string,
  change: Record<string, string> = {},
  audience = 'payments',
) {
  const statement = await new StatementSigner(key, systemClock).sign(viewer, audience);
  const signed = { statement, time: Date.now().toString(), correlationId: 'corr', path, body };
  const headers = {
    'tradegraph-statement': statement,
    'tradegraph-time': signed.time,
    'tradegraph-correlation-id': 'corr',
    'tradegraph-signature': signCall(channelSecret, signed),
    ...change,
  };
  return fetch(url + path, { method: 'POST', body, headers });
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
  ['another correlation id', { 'tradegraph-correlation-id': 'other' }, 'payments'],
  ['a statement for another subgraph', {}, 'fulfillment'],
])('a call with %s is refused', async (_what, change, audience) => {
  expect((await call('/graphql', question, change, audience)).status).toBe(401);
  expect((await call('/hooks/psp/main', '{}', change, audience)).status).toBe(401);
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
