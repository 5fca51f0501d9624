import { createHash } from 'node:crypto';
import { accessTopic } from '#kernel/auth/access-topics';
import { systemViewer } from '#kernel/auth/viewer';
import { type EventLog, PostgresEventLog } from '#kernel/events/event-log';
import type { Fact, Position } from '#kernel/events/fact';
import { until } from '#kernel/testing/until';
import { smallKeys, smallVersions } from '../testing/small-care';
import { SmallWorld } from '../testing/small-gateway';
import { setState } from '../testing/small-graph';
import { SocketClient } from '../testing/socket-client';

jest.setTimeout(60_000);

const LIVE = `subscription ($id: ID!, $after: Cursor) {
  thingUpdated(id: $id, after: $after) { kind cursor eventType thing { id version } }
}`;
const KEY = `tgs_live_${'k'.repeat(43)}`;
const HASH = createHash('sha256').update(KEY).digest('hex');
const as = systemViewer('silence-test');

/** A log whose database can be cut off. */
class CutLog implements EventLog {
  isCut = false;

  constructor(private readonly log: EventLog) {}

  get source(): string {
    return this.log.source;
  }

  head(): Promise<Position> {
    return this.through(() => this.log.head());
  }

  read(after: Position, limit: number, topics?: readonly string[]): Promise<Fact[]> {
    return this.through(() => this.log.read(after, limit, topics));
  }

  keeps(after: Position): Promise<boolean> {
    return this.through(() => this.log.keeps(after));
  }

  private through<T>(call: () => Promise<T>): Promise<T> {
    return this.isCut ? Promise.reject(new Error('cut off')) : call();
  }
}

let world: SmallWorld;
const clients: SocketClient[] = [];
beforeAll(async () => {
  world = await SmallWorld.open();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => world.close());

async function follow(port: number, token: string, id: string): Promise<SocketClient> {
  const client = await SocketClient.signedIn(port, token);
  clients.push(client);
  client.subscribe('1', LIVE, { id });
  await client.received('1', 1);
  return client;
}

async function ask(port: number, token: string): Promise<{ status: number; who: string }> {
  const response = await fetch(`http://127.0.0.1:${port.toString()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ whoami }' }),
  });
  const { data } = (await response.json()) as { data?: { whoami: string } };
  return { status: response.status, who: data?.whoami ?? '' };
}

const accessChanged = (accountId: string, permVersion: number): Promise<unknown> =>
  world.db.transaction(as, (tx) => {
    const about = { subject: accountId, version: permVersion, topics: [accessTopic(tx.now)] };
    tx.publish({ type: 'account.access_changed', ...about, data: { accountId, permVersion } });
    return Promise.resolve();
  });

it('a gateway that cannot hear of revocations asks the owners before it answers or delivers', async () => {
  const second = new CutLog(new PostgresEventLog('small_two', world.second));
  const logs = [new PostgresEventLog('small_one', world.db), second];
  const { port } = await world.gateway({ logs });
  smallKeys.set(HASH, {
    keyId: 'key_1',
    accountId: 'acc_keyed',
    tenantIds: [],
    scopes: ['*'],
    expiresAt: null,
    costBudget: null,
  });
  const [keyed, left, staying] = [
    await world.thing('acc_keyed'),
    await world.thing('acc_left'),
    await world.thing('acc_staying'),
  ];
  const [leftToken, stayingToken] = [
    await world.token('acc_left'),
    await world.token('acc_staying'),
  ];
  const byKey = await follow(port, KEY, keyed);
  const byOld = await follow(port, leftToken, left);
  const byGood = await follow(port, stayingToken, staying);
  await setState(world.db, as, staying, 'heard');
  await byGood.received('1', 2);
  const asked = (): number =>
    world.graph.seen.filter((what) => what === 'accountAccess SERVICE').length;
  expect(asked()).toBe(0);

  second.isCut = true;
  smallKeys.delete(HASH); // revoked, and its gateway cannot hear of it
  smallVersions.set('acc_left', 2); // signed out everywhere, likewise
  expect((await ask(port, KEY)).status).toBe(200); // for 5 s at most
  await until(async () => (await ask(port, KEY)).status === 401, 'the key to be refused', 10_000);
  expect((await ask(port, leftToken)).status).toBe(401);
  expect(await ask(port, stayingToken)).toMatchObject({ status: 200 });
  for (const id of [keyed, left, staying]) await setState(world.db, as, id, 'secret');
  expect(await byKey.refused('1')).toEqual(['SUBSCRIPTION_REVOKED']);
  expect(await byOld.refused('1')).toEqual(['SUBSCRIPTION_REVOKED']);
  expect(await byGood.received('1', 3)).toHaveLength(3);
  expect([byKey.messages('1').length, byOld.messages('1').length]).toEqual([1, 1]);
  // What runs once on a socket that is open passes the same check.
  byOld.subscribe('2', '{ whoami }');
  expect(await byOld.refused('2')).toEqual(['UNAUTHENTICATED']);

  second.isCut = false;
  await until(
    async () => {
      const before = asked();
      await ask(port, stayingToken);
      return asked() === before;
    },
    'the owners to be left alone again',
    20_000,
  );
});

it('a gateway that starts knows whose tokens are worth nothing', async () => {
  const token = await world.token('acc_gone');
  const newer = await world.token('acc_gone', 600, { permVersion: 2 });
  await accessChanged('acc_gone', 2);
  const { port } = await world.gateway();
  // Another transaction on the server may hold the fact back for a moment.
  await until(async () => (await ask(port, token)).status === 401, 'the token to be refused');
  expect((await ask(port, newer)).who).toContain('acc_gone');
});
