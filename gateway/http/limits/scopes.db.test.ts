import { randomUUID } from 'node:crypto';
import type { RunningGateway } from '../../gateway.main';
import { smallKeys } from '../../testing/small-care';
import { SmallWorld } from '../../testing/small-gateway';
import { SocketClient } from '../../testing/socket-client';
import { StreamReader } from '../../testing/stream-reader';
import { PARTS, SSE } from '../../testing/stream-world';
import { hashOf } from '../persisted/manifest';

let world: SmallWorld;
let gateway: RunningGateway;
beforeAll(async () => {
  world = await SmallWorld.open();
  gateway = await world.gateway();
}, 60_000);
afterAll(async () => {
  smallKeys.clear();
  await world.close();
}, 60_000);

const WRITE = 'mutation { careGive }';
const FOLLOW = 'subscription { thingUpdated(id: "thg_1") { kind thing { state } } }';

/** An API key with these scopes; returns its secret. */
function key(...scopes: string[]): string {
  const secret = `tgs_live_${randomUUID()}`;
  const who = { keyId: `key_${secret}`, accountId: 'acc_maker', tenantIds: [], expiresAt: null };
  smallKeys.set(hashOf(secret), { ...who, scopes });
  return secret;
}

const open = (path: string, accept: Record<string, string>, secret: string, query: string) =>
  StreamReader.open({
    port: gateway.port,
    path,
    headers: { ...accept, authorization: `Bearer ${secret}` },
    body: { query },
  });
/** What subgraphs were asked meanwhile, other than whose key it is. */
async function askedBy(run: () => Promise<void>): Promise<string[]> {
  const before = world.graph.seen.length;
  await run();
  return world.graph.seen.slice(before).filter((one) => !one.startsWith('apiKeyCaller'));
}

it('a mutation without its scope is refused before anything is fetched or paid, on every transport', async () => {
  const secret = key('things:read');
  const asked = await askedBy(async () => {
    const http = await open('/graphql', {}, secret, WRITE);
    expect([await http.codes(), http.status]).toEqual([['FORBIDDEN'], 403]);
    expect(http.text).toContain('This needs the scope care:write.');
    expect(http.text).not.toContain('"cost"');
    for (const [path, accept] of [
      ['/graphql', PARTS],
      ['/graphql/stream', SSE],
    ] as const) {
      expect(await (await open(path, accept, secret, WRITE)).codes()).toEqual(['FORBIDDEN']);
    }
    const socket = await SocketClient.signedIn(gateway.port, secret);
    socket.subscribe('1', WRITE);
    const [answer] = await socket.received('1', 1);
    expect(answer?.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    socket.close();
  });
  expect(asked).toEqual([]);
});

it('a subscription without its scope does not begin, on every transport', async () => {
  const secret = key('care:write');
  const asked = await askedBy(async () => {
    for (const [path, accept] of [
      ['/graphql', PARTS],
      ['/graphql/stream', SSE],
    ] as const) {
      expect(await (await open(path, accept, secret, FOLLOW)).codes()).toEqual(['FORBIDDEN']);
    }
    const socket = await SocketClient.signedIn(gateway.port, secret);
    socket.subscribe('1', FOLLOW);
    expect(await socket.refused('1')).toEqual(['FORBIDDEN']);
    socket.close();
  });
  expect(asked).toEqual([]);
});

it('with the scope it is run', async () => {
  const asked = await askedBy(async () => {
    const answer = await open('/graphql', {}, key('care:write'), WRITE);
    await answer.ending();
    expect(answer.text).toContain('"careGive":"given"');
  });
  expect(asked).toEqual(['careGive']);
});
