import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicHalf } from '#kernel/auth/keys';
import { StatementSigner, StatementVerifier } from '#kernel/auth/statement';
import { makeViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { httpDoor } from '#kernel/server/http-door';
import { silentLogger } from '#kernel/server/log';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../gateway.main';
import { SmallWorld } from '../testing/small-gateway';
import { SocketClient } from '../testing/socket-client';
import { HttpDoor } from './sources/http-door';
import { SubgraphFailure } from './sources/subgraph-failure';

let world: SmallWorld;
let gateway: RunningGateway;
const servers = new Map<string, Server>();
const urls = new Map<string, string>();

beforeAll(async () => {
  world = await SmallWorld.open();
  for (const subgraph of world.graph.subgraphs) {
    const verifier = new StatementVerifier(
      publicHalf(world.signingKey),
      subgraph.name,
      systemClock,
    );
    const { channelSecret } = world;
    const options = { subgraph, verifier, channelSecret, clock: systemClock, log: silentLogger() };
    urls.set(subgraph.name, await listen(subgraph.name, httpDoor(options)));
  }
  gateway = await world.gateway({ doors: doors() });
}, 60_000);
afterAll(async () => {
  await world.close();
  for (const server of servers.values()) server.close();
});

const doors = (): { name: string; url: string }[] =>
  [...urls].map(([name, url]) => ({ name, url }));

async function listen(name: string, server: Server, port = 0): Promise<string> {
  servers.set(name, server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
}

interface Body {
  data?: unknown;
  errors?: { path?: unknown; message: string; extensions: Record<string, unknown> }[];
}

async function ask(query: string, token?: string, { port } = gateway): Promise<Body> {
  const response = await fetch(`http://127.0.0.1:${port.toString()}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Body;
}

const where = ({ errors = [] }: Body): unknown[] =>
  errors.map(({ path, extensions }) => [path, extensions['code']]);

describe('subgraphs over HTTP', () => {
  it('answer the same as in this process, hooks and live fields too', async () => {
    const id = await world.thing('acc_one');
    const token = await world.token('acc_one');
    expect(await ask(`{ thing(id: "${id}") { state care { note } } }`, token)).toMatchObject({
      data: { thing: { state: 'new', care: { note: 'care of new' } } },
    });
    const one = await SocketClient.signedIn(gateway.port, token);
    one.subscribe('1', `subscription { thingUpdated(id: "${id}") { thing { care { note } } } }`);
    await one.received('1', 1);
    await ask(`mutation { thingSet(id: "${id}", state: "sold") { id } }`, token);
    const [, change] = await one.received('1', 2);
    expect(change?.data?.thingUpdated).toEqual({ thing: { care: { note: 'care of sold' } } });
    one.close();
    const body = Buffer.from([0, 255, 128, 10]);
    const hook = await fetch(`http://127.0.0.1:${gateway.port.toString()}/hooks/psp/demo`, {
      method: 'POST',
      headers: { 'webhook-id': 'msg_1', 'content-type': 'application/octet-stream' },
      body,
    });
    expect([hook.status, await hook.text()]).toEqual([202, 'taken']);
    expect(world.hooks.at(-1)?.body.equals(body)).toBe(true);
    expect(world.hooks.at(-1)?.headers).toMatchObject({
      'webhook-id': 'msg_1',
      'content-type': 'application/octet-stream',
    });
  });

  it('take too long: their fields are null, and a mutation is sent once', async () => {
    const fetchLimits = { queryMs: 1_000, mutationMs: 2_000 };
    const hasty = await world.gateway({ doors: doors(), fetchLimits });
    const [late, inTime, tooLate] = await Promise.all([
      ask('{ slow(ms: 6000) whoami }', undefined, hasty),
      ask('mutation { slowly(ms: 1200) }', undefined, hasty),
      ask('mutation { slowly(ms: 6000) }', undefined, hasty),
    ]);
    expect(late.data).toMatchObject({ slow: null, whoami: expect.any(String) as string });
    expect(where(late)).toEqual([[['slow'], 'SUBGRAPH_TIMEOUT']]);
    expect([inTime.data, inTime.errors]).toEqual([{ slowly: 'late' }, undefined]);
    expect(where(tooLate)).toEqual([[['slowly'], 'SUBGRAPH_TIMEOUT']]);
    expect(world.graph.seen.filter((what) => what === 'slowly')).toHaveLength(2);
  });

  it('are told when the client has left, but a mutation that was sent is done', async () => {
    const token = await world.token('acc_one'); // what anonymous callers ask is shared, so nobody ends it
    const ends: boolean[] = [];
    const note = (_request: unknown, response: ServerResponse): void => {
      response.once('close', () => ends.push(response.writableFinished));
    };
    servers.get('payments')?.on('request', note);
    const leave = async (query: string): Promise<void> => {
      const client = new AbortController();
      const begun = new Promise((resolve) => servers.get('payments')?.once('request', resolve));
      const answer = fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
        signal: client.signal,
      });
      answer.catch(() => undefined);
      await begun;
      client.abort();
      await expect(answer).rejects.toThrow();
    };
    await leave('{ slow(ms: 2500) }');
    await until(() => ends.length === 1, 'the query to be given up');
    await leave('mutation { slowly(ms: 300) }');
    await until(() => ends.length === 2, 'the mutation to be done');
    expect(ends).toEqual([false, true]);
    servers.get('payments')?.off('request', note);
    world.graph.seen.splice(0);
  });

  it('refuse a statement of another signer or another channel', async () => {
    const viewer = makeViewer({ kind: 'USER', accountId: 'acc_one', correlationId: 'corr-0001' });
    const url = urls.get('marketplace') ?? '';
    const tools = { name: 'marketplace', url, clock: systemClock };
    const good = new StatementSigner(world.signingKey, systemClock);
    const forged = new StatementSigner(world.accountKey, systemClock);
    for (const [signer, channelSecret, outcome] of [
      [good, world.channelSecret, 'answered'],
      [forged, world.channelSecret, 'refused'],
      [good, 'another secret', 'refused'],
    ] as const) {
      const door = new HttpDoor({ ...tools, signer, channelSecret });
      const got = await door.execute({ query: '{ whoami }' }, viewer).then(
        () => 'answered',
        (error: unknown) => (error instanceof SubgraphFailure ? 'refused' : error),
      );
      expect(got).toBe(outcome);
      await door.close();
    }
    const bare = await fetch(`${url}/graphql`, { method: 'POST', body: '{"query":"{ whoami }"}' });
    expect(bare.status).toBe(401);
  });

  it('are gone: only their fields are null, nothing of ours is told, and they come back', async () => {
    const id = await world.thing('acc_one');
    const token = await world.token('acc_one');
    const query = `{ thing(id: "${id}") { state c: care { note } } slow(ms: 1) }`;
    const gone = servers.get('payments');
    const port = Number(new URL(urls.get('payments') ?? '').port);
    await until(async () => (await ready()).status === 200, 'all to be ready once');
    gone?.closeAllConnections();
    await new Promise((resolve) => gone?.close(resolve));
    const partial = await ask(query, token);
    expect(partial.data).toEqual({ thing: { state: 'new', c: null }, slow: null });
    expect(where(partial).sort()).toEqual([
      [['slow'], 'SUBGRAPH_UNAVAILABLE'],
      [['thing', 'c'], 'SUBGRAPH_UNAVAILABLE'],
    ]);
    expect(JSON.stringify(partial)).not.toMatch(/payments|127\.0\.0\.1|ECONN|stack/);
    const state = await ready();
    expect([state.status, await state.json()]).toEqual([
      200,
      expect.objectContaining({ ready: true, notReady: [], degraded: ['payments'] }),
    ]);
    const [subgraph] = world.graph.subgraphs.filter(({ name }) => name === 'payments');
    if (subgraph === undefined) throw new Error('the small graph has payments');
    const verifier = new StatementVerifier(publicHalf(world.signingKey), 'payments', systemClock);
    const { channelSecret } = world;
    const options = { subgraph, verifier, channelSecret, clock: systemClock, log: silentLogger() };
    await listen('payments', httpDoor(options), port);
    expect((await ask(query, token)).errors).toBeUndefined();
  });

  it('answer with the wrong number of entities: counts as no answer', async () => {
    const short = createServer((request, response) => {
      request.resume();
      response.end('{"data":{"_entities":[]}}');
    });
    const url = await listen('short', short);
    const places = doors().map((door) => (door.name === 'payments' ? { ...door, url } : door));
    gateway = await world.gateway({ doors: places });
    const id = await world.thing('acc_one');
    const body = await ask(
      `{ thing(id: "${id}") { state care { note } } }`,
      await world.token('acc_one'),
    );
    expect(body.data).toEqual({ thing: { state: 'new', care: null } });
    expect(where(body)).toEqual([[['thing', 'care'], 'SUBGRAPH_UNAVAILABLE']]);
  });
});

const ready = (): Promise<Response> => fetch(`http://127.0.0.1:${gateway.port.toString()}/readyz`);
