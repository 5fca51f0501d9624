import { createHash, randomBytes } from 'node:crypto';
import { systemViewer } from '#kernel/auth/viewer';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../gateway.main';
import { smallKeys } from '../testing/small-care';
import { SmallWorld } from '../testing/small-gateway';

let world: SmallWorld;
let gateway: RunningGateway;

beforeAll(async () => {
  world = await SmallWorld.open();
  gateway = await world.gateway();
}, 60_000);
afterAll(() => world.close());

interface Answer {
  status: number;
  headers: Headers;
  body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
    extensions?: unknown;
  };
}

async function ask(
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, headers: response.headers, body };
}

const bearer = async (accountId: string): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await world.token(accountId)}`,
});
const codes = ({ body }: Answer): unknown[] => (body.errors ?? []).map((e) => e.extensions['code']);

const COST = { cost: expect.anything() as unknown };
describe('the public door', () => {
  it('answers a query that spans subgraphs under the caller’s rights', async () => {
    const id = await world.thing('acc_one');
    const query = 'query ($id: ID!) { thing(id: $id) { id state care { note } } }';
    const own = await ask(query, { id }, await bearer('acc_one'));
    expect(own).toMatchObject({
      status: 200,
      body: { data: { thing: { id, state: 'new', care: { note: 'care of new' } } } },
    });
    expect(own.body.extensions).toEqual(COST);
    const strange = await ask(query, { id }, await bearer('acc_two'));
    expect(strange.body).toEqual({ data: { thing: null }, extensions: COST });
  });

  it('hides everything inside of a fault but the correlation id, which it gives back', async () => {
    const answer = await ask('{ fault }', {}, { 'x-correlation-id': 'my-correlation-1' });
    expect(answer.body).toEqual({
      extensions: COST,
      data: { fault: null },
      errors: [
        {
          message: 'Internal error',
          path: ['fault'],
          extensions: { code: 'INTERNAL', correlationId: 'my-correlation-1' },
        },
      ],
    });
    expect(answer.headers.get('x-correlation-id')).toBe('my-correlation-1');
  });

  it('passes an expected refusal of a subgraph on', async () => {
    const { errors } = (await ask('{ refused }')).body;
    expect(errors).toMatchObject([
      { message: 'a page holds 1 to 100 items', extensions: { code: 'BAD_PAGE_ARGUMENTS' } },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/expected|marketplace/);
  });

  it.each([
    ['a token of nobody', 'Bearer abcdefghijkl.mnop.qrst'],
    ['another scheme', 'Basic YTpi'],
    ['an unknown key', `Bearer tgs_live_${randomBytes(32).toString('base64url')}`],
  ])('refuses %s and does not take it for anonymous', async (_what, authorization) => {
    const answer = await ask('{ whoami }', {}, { authorization });
    expect([answer.status, codes(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  it('refuses an expired token and one that lives too long', async () => {
    for (const seconds of [-5, 7_200]) {
      const token = await world.token('acc_one', seconds);
      const answer = await ask('{ whoami }', {}, { authorization: `Bearer ${token}` });
      expect([answer.status, codes(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
    }
  });

  it('knows a key by its hash, asks as a service, and forgets it when it is revoked', async () => {
    const secret = `tgs_live_${randomBytes(32).toString('base64url')}`;
    const hash = createHash('sha256').update(secret).digest('hex');
    smallKeys.set(hash, {
      keyId: 'key_1',
      accountId: 'acc_keys',
      tenantIds: ['sel_1'],
      scopes: ['orders:read'],
      expiresAt: null,
    });
    const authorization = `Bearer ${secret}`;
    const lookUps = (): number =>
      world.graph.seen.filter((what) => what === 'apiKeyCaller SERVICE').length;
    const before = lookUps();
    for (let i = 0; i < 3; i++) {
      const { body } = await ask('{ whoami }', {}, { authorization });
      expect(JSON.parse(String(body.data?.['whoami']))).toMatchObject({
        kind: 'API_KEY',
        accountId: 'acc_keys',
        keyId: 'key_1',
        scopes: ['orders:read'],
        tenantIds: ['sel_1'],
      });
    }
    expect(lookUps() - before).toBe(1);
    smallKeys.delete(hash);
    await world.db.transaction(systemViewer('test'), (tx) => {
      tx.publish({ type: 'api_key.revoked', subject: 'key_1', topics: [], data: {} });
      return Promise.resolve();
    });
    await until(
      async () => (await ask('{ whoami }', {}, { authorization })).status === 401,
      'the key to be forgotten',
      5_000,
    );
  });

  it('takes no statement from outside', async () => {
    const answer = await ask(
      '{ whoami }',
      {},
      {
        'tradegraph-statement': 'x.y.z',
        'tradegraph-correlation-id': 'forged-correlation',
      },
    );
    const who = JSON.parse(String(answer.body.data?.['whoami'])) as Record<string, unknown>;
    expect(who['kind']).toBe('ANONYMOUS');
    expect(who['correlationId']).not.toBe('forged-correlation');
  });

  it.each([
    ['depth', `query { thing(id: "1") ${'{ self '.repeat(12)} { id } ${'}'.repeat(12)} }`],
    [
      'aliases',
      `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: thing(id: "1") { b: id }`).join(' ')} }`,
    ],
    ['root fields', `{ ${Array.from({ length: 21 }, (_, i) => `f${i}: __typename`).join(' ')} }`],
    [
      'fragments that double',
      `{ thing(id: "1") { ...F0 } } fragment F12 on Thing { id } ${Array.from(
        { length: 12 },
        (_, i) => `fragment F${i} on Thing { ...F${i + 1} self { ...F${i + 1} } }`,
      ).join(' ')}`,
    ],
  ])('refuses a document with too many %s', async (_what, query) => {
    const answer = await ask(query);
    expect([answer.status, codes(answer)]).toEqual([400, ['QUERY_TOO_COMPLEX']]);
  });

  it('stops parsing after the token limit, and takes deep introspection', async () => {
    const long = await ask(`{ ${'__typename '.repeat(2_001)} }`);
    expect([long.status, codes(long)]).toEqual([200, ['GRAPHQL_PARSE_FAILED']]);
    const deep = `{ __schema { types { fields { type ${'{ ofType '.repeat(10)} { name } ${'}'.repeat(10)} } } } }`;
    expect((await ask(deep)).body.errors).toBeUndefined();
  });

  it('refuses a card number in a variable or a literal, and lets a parcel code pass', async () => {
    const card = '4111 1111 1111 1111';
    const query = 'query ($text: String!) { echo(text: $text) }';
    for (const answer of [
      await ask(query, { text: card }),
      await ask(`{ echo(text: "${card}") }`),
      await ask(query, { text: 'x', unused: { deep: [card] } }),
    ]) {
      expect([answer.status, codes(answer)]).toEqual([400, ['SENSITIVE_DATA_REFUSED']]);
      expect(JSON.stringify(answer.body)).not.toContain('1111');
    }
    expect(world.graph.seen.join()).not.toContain('1111');
    expect((await ask(query, { text: '340123450000000000' })).status).toBe(200);
  });

  it('takes no batch, no subscription over plain POST, no bad JSON and no large body', async () => {
    const post = (body: string, headers = {}): Promise<Response> =>
      fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    expect((await post('[{"query":"{ __typename }"}]')).status).toBe(400);
    const live = await ask('subscription { thingUpdated(id: "1") { cursor } }');
    expect([live.status, codes(live)]).toEqual([400, ['SUBSCRIPTION_TRANSPORT_REQUIRED']]);
    expect((await post('{"query":')).status).toBe(400);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      const odd = await post('{"query":"{ __typename }"}', { 'content-type': type });
      expect([type, odd.status >= 400 && odd.status < 500]).toEqual([type, true]);
    }
    const large = await post(JSON.stringify({ query: `{ __typename #${'x'.repeat(300_000)} }` }));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it.each([
    ['no document', '{"query":null}', 'BAD_REQUEST'],
    ['an empty document', '{"query":""}', 'BAD_REQUEST'],
    [
      'a stored document that is not there',
      '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}',
      'PERSISTED_QUERY_NOT_FOUND',
    ],
    [
      'a name of no operation',
      '{"query":"query a { __typename }","operationName":"constructor"}',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'several operations and no name',
      '{"query":"query a { __typename } query b { __typename }"}',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'variables deeper than the stack',
      `{"query":"query ($x: Int!) { __typename }","variables":{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('calls %s the caller’s fault, not its own', async (_what, body, code) => {
    const response = await fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(response.status).toBeLessThan(500);
  });

  it('refuses a simple request that a foreign page could send unseen', async () => {
    const response = await fetch(
      `http://127.0.0.1:${gateway.port.toString()}/graphql?query=%7B__typename%7D`,
    );
    expect(response.status).toBe(400);
  });

  it('keeps what is internal out of the schema of clients', async () => {
    const response = await fetch(`http://127.0.0.1:${gateway.port.toString()}/schema.graphql`);
    const sdl = await response.text();
    expect(sdl).toContain('thingUpdated');
    expect(sdl).not.toMatch(/apiKeyCaller|_entities|@live|join__/);
    const entities = await ask('{ _entities(representations: []) { __typename } }');
    expect([entities.status, codes(entities)]).toEqual([200, ['GRAPHQL_VALIDATION_FAILED']]);
    const bad = await ask('query ($id: ID!) { thing(id: $id) { id } }');
    expect([bad.status, codes(bad)]).toEqual([200, ['BAD_USER_INPUT']]);
  });

  it('hands hooks on with their bytes and headers untouched', async () => {
    const body = Buffer.from([0, 255, 10, 13, 123, 34, 195, 40]);
    const send = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${gateway.port.toString()}/hooks/${path}`, {
        method: 'POST',
        headers: { 'webhook-signature': 'v1,abc', 'tradegraph-statement': 'forged' },
        body,
      });
    const response = await send('psp/demo-1');
    expect([response.status, await response.text()]).toEqual([202, 'taken']);
    const got = world.hooks.at(-1);
    expect(got?.connection).toBe('demo-1');
    expect(got?.body.equals(body)).toBe(true);
    expect(got?.headers).toMatchObject({ 'webhook-signature': 'v1,abc' });
    expect(got?.headers).not.toHaveProperty('tradegraph-statement');
    for (const path of ['carriers/x', 'nothing/x', 'psp/a%2Fb', '__proto__/x']) {
      expect((await send(path)).status).toBe(404);
    }
  });
});
