import { ManualClock, SECOND } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import type { GatewayOptions } from '../../gateway.options';
import type { RunningGateway } from '../../gateway.main';
import { smallKeys } from '../../testing/small-care';
import { SmallWorld } from '../../testing/small-gateway';
import { SocketClient } from '../../testing/socket-client';
import { Manifests, hashOf } from '../persisted/manifest';

let world: SmallWorld;
beforeAll(async () => {
  world = await SmallWorld.open();
});
afterAll(() => world.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
    readonly extensions?: { readonly cost?: Record<string, unknown> };
  };
}

async function ask(
  { port }: RunningGateway,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port.toString()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { status } = response;
  return { status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}
const code = ({ body }: Answer): unknown => body.errors?.[0]?.extensions['code'];
const bearer = async (account: string) => ({
  authorization: `Bearer ${await world.token(account)}`,
});
const limited = (limits: NonNullable<GatewayOptions['limits']>): Promise<RunningGateway> =>
  world.gateway({ limits });

const CARED = 'query ($id: ID!) { thing(id: $id) { id care { note } } }';
const LIVE = 'subscription ($id: ID!) { thingUpdated(id: $id) { kind thing { state } } }';

describe('the cost of operations', () => {
  it('is told with every answer, and what was not needed is given back', async () => {
    const gateway = await limited({ bucket: { size: 100, restorePerSecond: 1, gateways: 1 } });
    const id = await world.thing('acc_cost');
    const own = await ask(gateway, { query: CARED, variables: { id } }, await bearer('acc_cost'));
    expect(own.body.extensions?.cost).toEqual({
      requestedQueryCost: 2,
      actualQueryCost: 2,
      throttleStatus: { maximumAvailable: 100, currentlyAvailable: 98, restoreRate: 1 },
    });
    const none = { query: CARED, variables: { id: 'thg_none' } };
    const missing = await ask(gateway, none, await bearer('acc_none'));
    expect(missing.body.extensions?.cost).toMatchObject({
      requestedQueryCost: 2,
      actualQueryCost: 1,
      throttleStatus: { currentlyAvailable: 99 },
    });
  });

  it('is limited for one operation, however the size is given', async () => {
    const gateway = await limited({ costLimit: 40 });
    const many = (count: number) =>
      Array.from(
        { length: count },
        (_, i) => `a${i.toString()}: thing(id: 1) { self { self { id } } }`,
      );
    expect((await ask(gateway, { query: `{ ${many(13).join(' ')} }` })).status).toBe(200);
    const dear = await ask(gateway, { query: `{ ${many(14).join(' ')} }` });
    expect([dear.status, code(dear)]).toEqual([400, 'MAX_COST_EXCEEDED']);
    expect(JSON.stringify(dear.body)).toMatch(/can cost 42; the limit is 40/);
    expect(dear.body.extensions?.cost).toMatchObject({
      requestedQueryCost: 42,
      actualQueryCost: 0,
    });
  });

  it('is limited for each caller over time, who is told when to come back', async () => {
    const gateway = await limited({ bucket: { size: 25, restorePerSecond: 5, gateways: 1 } });
    const write = { query: 'mutation { thingSet(id: "none", state: "x") { state } }' };
    const one = await bearer('acc_one');
    for (let i = 0; i < 2; i++) expect((await ask(gateway, write, one)).status).toBe(200);
    const before = world.graph.seen.length;
    const refused = await ask(gateway, write, one);
    expect([refused.status, code(refused)]).toEqual([429, 'THROTTLED']);
    const { retryAfterMs } = refused.body.errors?.[0]?.extensions ?? {};
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(1_000);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(world.graph.seen).toHaveLength(before);
    expect((await ask(gateway, write, await bearer('acc_two'))).status).toBe(200);
    expect((await ask(gateway, write)).status).toBe(200); // its network is another caller
    expect(
      (
        await until(async () => {
          const again = await ask(gateway, write, one);
          return again.status === 200 && again;
        }, 'the budget to come back')
      ).status,
    ).toBe(200);
  });

  it('is the key’s own when it has one, and a changed one is in use half a minute later', async () => {
    const clock = new ManualClock(new Date('2026-03-01T10:00:00Z'));
    const gateway = await world.gateway({
      clock,
      limits: { bucket: { size: 1_000, restorePerSecond: 10, gateways: 2 } },
    });
    const secret = 'tgs_live_cost_budget_of_a_key';
    const withBudget = (costBudget: number | null) =>
      smallKeys.set(hashOf(secret), {
        keyId: 'key_budget',
        accountId: 'acc_maker',
        tenantIds: [],
        scopes: [],
        expiresAt: null,
        costBudget,
      });
    const mine = async () => {
      const authorization = `Bearer ${secret}`;
      const { body } = await ask(gateway, { query: '{ __typename }' }, { authorization });
      return body.extensions?.cost?.['throttleStatus'];
    };
    const of = (maximumAvailable: number, restoreRate: number) =>
      expect.objectContaining({ maximumAvailable, restoreRate }) as unknown;
    withBudget(200);
    expect(await mine()).toEqual(of(100, 1));
    const socket = await SocketClient.signedIn(gateway.port, secret);
    withBudget(4_000);
    expect(await mine()).toEqual(of(100, 1));
    clock.advance(31 * SECOND);
    expect(await mine()).toEqual(of(2_000, 20));
    // A connection that was opened before goes by it too.
    socket.subscribe('1', '{ __typename }');
    expect(await socket.received('1', 1)).toMatchObject([
      { extensions: { cost: { throttleStatus: of(2_000, 20) } } },
    ]);
    socket.close();
    withBudget(null);
    clock.advance(31 * SECOND);
    expect(await mine()).toEqual(of(500, 5));
    smallKeys.delete(hashOf(secret));
  });

  it('is one budget on every transport, which messages are charged to as well', async () => {
    const gateway = await limited({ bucket: { size: 40, restorePerSecond: 1, gateways: 1 } });
    const id = await world.thing('acc_live');
    const socket = await SocketClient.signedIn(gateway.port, await world.token('acc_live'));
    socket.subscribe('1', LIVE, { id });
    await socket.received('1', 1);
    const left = async (): Promise<unknown> => {
      const { body } = await ask(gateway, { query: '{ whoami }' }, await bearer('acc_live'));
      return (body.extensions?.cost?.['throttleStatus'] as { currentlyAvailable: number })
        .currentlyAvailable;
    };
    const before = Number(await left());
    expect(before).toBeLessThanOrEqual(40 - 5);
    await ask(
      gateway,
      {
        query: 'mutation ($id: ID!) { thingSet(id: $id, state: "y") { state } }',
        variables: { id },
      },
      await bearer('acc_live'),
    );
    await socket.received('1', 2);
    expect(Number(await left())).toBeLessThanOrEqual(before - 12 + 1);
    for (let i = 2; i < 12; i++) socket.subscribe(i.toString(), LIVE, { id });
    expect(await socket.refused('11')).toEqual(['THROTTLED']);
    socket.close();
  });
});

describe('who may see the schema', () => {
  const schema = { query: '{ ...F } fragment F on Query { __schema { queryType { name } } }' };
  const sdl = ({ port }: RunningGateway, headers = {}): Promise<globalThis.Response> =>
    fetch(`http://127.0.0.1:${port.toString()}/schema.graphql`, { headers });

  it('is said by the policy, for introspection and the file alike', async () => {
    const open = await limited({ introspection: 'public' });
    const some = await limited({ introspection: 'signed-in' });
    const none = await limited({ introspection: 'off' });
    const one = await bearer('acc_one');
    expect((await ask(open, schema)).body.data).toBeTruthy();
    const refused = await ask(some, schema);
    expect([refused.status, code(refused)]).toEqual([401, 'UNAUTHENTICATED']);
    expect((await ask(some, schema, one)).body.data).toBeTruthy();
    const never = await ask(none, schema, one);
    expect([never.status, code(never)]).toEqual([403, 'FORBIDDEN']);
    expect((await ask(none, { query: '{ __typename }' })).status).toBe(200);
    expect((await sdl(open)).status).toBe(200);
    expect([(await sdl(some)).status, (await sdl(some, one)).status]).toEqual([401, 200]);
    expect((await sdl(none, one)).status).toBe(403);
  });
});

describe('registered operations', () => {
  const WHO = 'query Who { whoami }';
  const manifests = new Manifests(
    new Map([
      [
        'shop',
        new Map([
          ['who', WHO],
          ['live', LIVE],
        ]),
      ],
    ]),
  );
  const shop = { 'apollographql-client-name': 'shop' };
  const hashed = { persistedQuery: { version: 1, sha256Hash: hashOf(WHO) } };

  it('run by their names over every transport, and alone in SAFELIST mode', async () => {
    const gateway = await world.gateway({ persisted: { manifests, mode: 'SAFELIST' } });
    expect((await ask(gateway, { documentId: 'who' }, shop)).body.data).toHaveProperty('whoami');
    expect((await ask(gateway, { query: WHO }, shop)).body.data).toHaveProperty('whoami');
    const other = await ask(gateway, { query: '{ whoami }' }, shop);
    expect([other.status, code(other)]).toEqual([403, 'OPERATION_NOT_ALLOWED']);
    const url = `http://127.0.0.1:${gateway.port.toString()}/graphql`;
    const safe = { ...shop, 'apollo-require-preflight': '1', ...(await bearer('acc_list')) };
    const byUrl = await fetch(`${url}?documentId=who`, { headers: safe });
    expect(await byUrl.json()).toHaveProperty('data.whoami');
    const id = await world.thing('acc_list');
    const parts = await fetch(url, {
      method: 'POST',
      headers: {
        ...safe,
        'content-type': 'application/json',
        accept: 'multipart/mixed;subscriptionSpec="1.0"',
      },
      body: JSON.stringify({ documentId: 'live', variables: { id } }),
    });
    expect([parts.status, parts.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^multipart/),
    ]);
    await parts.body?.cancel();
    const stream = await fetch(`${url}/stream?documentId=who`, {
      headers: { ...safe, accept: 'text/event-stream' },
    });
    expect(await stream.text()).toContain('"whoami"');
    const strange = await fetch(`${url}/stream`, {
      method: 'POST',
      headers: { ...safe, 'content-type': 'application/json' },
      body: JSON.stringify({ query: LIVE, variables: { id } }).replace('kind', 'kind cursor'),
    });
    expect(await strange.text()).toContain('OPERATION_NOT_ALLOWED');
  });

  it('are remembered by their hash, over HTTP and sockets alike', async () => {
    const gateway = await world.gateway();
    const url = `http://127.0.0.1:${gateway.port.toString()}/graphql?extensions=${encodeURIComponent(JSON.stringify(hashed))}`;
    const get = () => fetch(url, { headers: { 'apollo-require-preflight': '1' } });
    const unknown = await ask(gateway, { extensions: hashed });
    expect([unknown.status, code(unknown)]).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
    expect(await (await get()).json()).toMatchObject({
      errors: [{ message: 'PersistedQueryNotFound' }],
    });
    expect((await ask(gateway, { query: WHO, extensions: hashed })).body.data).toHaveProperty(
      'whoami',
    );
    expect(await (await get()).json()).toHaveProperty('data.whoami');
    const socket = await SocketClient.open(gateway.port, {});
    socket.send({ id: '1', type: 'subscribe', payload: { query: '', extensions: hashed } });
    expect((await socket.received('1', 1))[0]?.data).toHaveProperty('whoami');
    socket.close();
  });
});
