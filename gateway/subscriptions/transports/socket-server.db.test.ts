import { systemViewer } from '#kernel/auth/viewer';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../../gateway.main';
import { SmallWorld } from '../../testing/small-gateway';
import { SocketClient } from '../../testing/socket-client';

let world: SmallWorld;
let gateway: RunningGateway;
const clients: SocketClient[] = [];

beforeAll(async () => {
  world = await SmallWorld.open();
  gateway = await world.gateway();
}, 60_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => world.close());

const LIVE = `subscription ($id: ID!, $after: Cursor) {
  thingUpdated(id: $id, after: $after) { kind cursor eventType occurredAt thing { id version } }
}`;
const as = systemViewer('live-test');

async function client(account = 'acc_one', port = gateway.port): Promise<SocketClient> {
  const opened = await SocketClient.signedIn(port, await world.token(account));
  clients.push(opened);
  return opened;
}

describe('a socket', () => {
  it('closes with 4403 when its token expires, and with 4401 for one that was never good', async () => {
    const id = await world.thing('acc_one');
    const short = await SocketClient.signedIn(gateway.port, await world.token('acc_one', 2));
    clients.push(short);
    short.subscribe('1', LIVE, { id });
    await short.received('1', 1);
    expect((await short.closing()).code).toBe(4403);
    const expired = await SocketClient.signedIn(gateway.port, await world.token('acc_one', -1));
    expect((await expired.closing()).code).toBe(4403);
    const bad = await SocketClient.signedIn(gateway.port, 'not.a-good.token');
    expect((await bad.closing()).code).toBe(4401);
    const odd = await SocketClient.open(gateway.port);
    odd.send({ type: 'connection_init', payload: { authorization: { bearer: 'x' } } });
    expect((await odd.closing()).code).toBe(4401);
  });

  it('ends subscriptions of a revoked key or of an account whose rights changed', async () => {
    const id = await world.thing('acc_old_rights');
    const one = await client('acc_old_rights');
    one.subscribe('1', LIVE, { id });
    await one.received('1', 1);
    await world.db.transaction(as, (tx) => {
      const data = { accountId: 'acc_old_rights', permVersion: 2 };
      const about = { subject: 'acc_old_rights', version: 2, topics: [] };
      tx.publish({ type: 'account.access_changed', ...about, data });
      return Promise.resolve();
    });
    expect(await one.refused('1')).toEqual(['SUBSCRIPTION_REVOKED']);
  });

  it.each([
    [
      'a condition on the root',
      'subscription ($x: Boolean!) { thingUpdated(id: "1") @include(if: $x) { kind } }',
    ],
    [
      'two root fields',
      'subscription { a: thingUpdated(id: "1") { kind } b: thingUpdated(id: "2") { kind } }',
    ],
    ['an unknown field', 'subscription { thingUpdated(id: "1") { nothing } }'],
    ['defer', 'subscription { thingUpdated(id: "1") { ... @defer { kind } } }'],
    ['introspection at the root', 'subscription { __typename }'],
  ])('refuses %s', async (_what, query) => {
    const one = await client();
    one.subscribe('1', query, { x: true });
    expect(await one.refused('1')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(one.closed).toBeUndefined();
  });

  it('refuses card numbers, deep documents, bad variables and more than 50 live fields', async () => {
    const id = await world.thing('acc_one');
    const one = await client();
    one.subscribe('card', LIVE, { id: '4111111111111111' });
    expect(await one.refused('card')).toEqual(['SENSITIVE_DATA_REFUSED']);
    const deep = `subscription { thingUpdated(id: "1") { thing ${'{ self '.repeat(12)} { id } ${'}'.repeat(12)} } }`;
    one.subscribe('deep', deep);
    expect(await one.refused('deep')).toEqual(['QUERY_TOO_COMPLEX']);
    one.subscribe('none', LIVE, {});
    expect(await one.refused('none')).toEqual(['BAD_USER_INPUT']);
    one.socket.setMaxListeners(0);
    for (let i = 0; i < 51; i++) one.subscribe(i.toString(), LIVE, { id });
    await Promise.all(Array.from({ length: 50 }, (_, i) => one.received(i.toString(), 1)));
    expect(await one.refused('50')).toEqual(['SUBSCRIPTION_LIMIT']);
    one.send({ id: '0', type: 'complete' });
    await until(async () => {
      const again = `again${one.frames.length.toString()}`;
      one.subscribe(again, LIVE, { id });
      return (await one.received(again, 1)).length > 0;
    }, 'a place to become free');
  });

  it('runs queries and mutations, masked like those over HTTP', async () => {
    const id = await world.thing('acc_one');
    const one = await client();
    one.subscribe('1', 'mutation ($id: ID!) { thingSet(id: $id, state: "ws") { state } }', { id });
    expect(await one.received('1', 1)).toEqual([
      { data: { thingSet: { state: 'ws' } }, extensions: { cost: expect.anything() as unknown } },
    ]);
    one.subscribe('2', '{ fault }');
    const [fault] = await one.received('2', 1);
    expect(fault).toMatchObject({ errors: [{ message: 'Internal error', path: ['fault'] }] });
    one.subscribe('3', '{ nonsense');
    expect(await one.refused('3')).toEqual(['GRAPHQL_PARSE_FAILED']);
  });

  it('closes one that does not greet, one that is too loud, and all with 1012 at a stop', async () => {
    const silent = await SocketClient.open(gateway.port);
    expect((await silent.closing()).code).toBe(4408);
    const loud = await client();
    loud.socket.send('x'.repeat(70_000));
    expect((await loud.closing()).code).toBe(1009);
    const third = await world.gateway();
    const one = await client('acc_one', third.port);
    await third.close();
    expect((await one.closing()).code).toBe(1012);
  });
});
