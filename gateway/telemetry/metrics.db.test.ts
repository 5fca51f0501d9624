import type { Server } from 'node:http';
import { metricsServer, processMetrics } from '#kernel/telemetry/metrics-server';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../gateway.main';
import { type HttpDoors, listenLocally, serveDoors } from '../testing/http-doors';
import { SmallWorld } from '../testing/small-gateway';
import { SocketClient } from '../testing/socket-client';
import { GatewayMetrics } from './gateway.metrics';

const metrics = new GatewayMetrics();
let world: SmallWorld;
let gateway: RunningGateway;
let doors: HttpDoors;
let server: Server;
let url: string;
let token: string;
let thing: string;

beforeAll(async () => {
  world = await SmallWorld.open();
  doors = await serveDoors(world);
  gateway = await world.gateway({
    doors: [...doors.places.slice(0, 1), { name: 'payments', url: 'http://127.0.0.1:9' }].concat(
      doors.places.slice(2),
    ),
    metrics,
  });
  server = metricsServer([metrics.registry, processMetrics()]);
  url = await listenLocally(server);
  token = await world.token('acc_one');
  thing = await world.thing('acc_one');
}, 60_000);
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await world.close();
  doors.close();
}, 60_000);

const scrape = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** The value of one series; 0 when it is not there. */
async function value(series: string): Promise<number> {
  const line = (await scrape()).split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

async function ask(query: string, authorization?: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(authorization !== undefined && { authorization: `Bearer ${authorization}` }),
    },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

/** By how much a series grows while something is done. */
async function growth(series: string, act: () => Promise<unknown>): Promise<number> {
  const before = await value(series);
  await act();
  return (await value(series)) - before;
}

it('serves nothing but /metrics', async () => {
  expect((await fetch(`${url}/graphql`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${url}/metrics`)).headers.get('content-type')).toContain('text/plain');
});

it('operations by kind, transport and outcome, with their duration', async () => {
  const requests = (kind: string, outcome: string): string =>
    `tradegraph_requests_total{kind="${kind}",transport="http",outcome="${outcome}"}`;
  expect(await growth(requests('query', 'OK'), () => ask('{ whoami }'))).toBe(1);
  const set = () => ask(`mutation { thingSet(id: "${thing}", state: "x") { id } }`, token);
  expect(await growth(requests('mutation', 'OK'), set)).toBe(1);
  expect(await growth(requests('query', 'INTERNAL'), () => ask('{ fault }'))).toBe(1);
  expect(await growth(requests('unread', 'GRAPHQL_PARSE_FAILED'), () => ask('{'))).toBe(1);
  // A code that a subgraph made up is no label of its own.
  expect(await growth(requests('query', 'OTHER'), () => ask('{ refused }'))).toBe(1);
  const seconds = 'tradegraph_request_duration_seconds_count{kind="query",transport="http"}';
  expect(await growth(seconds, () => ask('{ whoami }'))).toBe(1);
});

it('plans that were found and that had to be made', async () => {
  const fresh = '{ mine: whoami }';
  const lookups = (result: string): string => `tradegraph_plan_lookups_total{result="${result}"}`;
  const planned = 'tradegraph_planning_duration_seconds_count{outcome="planned"}';
  const before = await value(planned);
  expect(await growth(lookups('miss'), () => ask(fresh))).toBe(1);
  expect((await value(planned)) - before).toBe(1);
  expect(await growth(lookups('hit'), () => ask(fresh))).toBe(1);
});

it('calls to subgraphs by outcome, entities that were asked for together, breakers', async () => {
  const fetches = (subgraph: string, outcome: string): string =>
    `tradegraph_subgraph_fetches_total{subgraph="${subgraph}",outcome="${outcome}"}`;
  expect(await growth(fetches('marketplace', 'answered'), () => ask('{ whoami }'))).toBe(1);
  const took = 'tradegraph_subgraph_fetch_duration_seconds_count{subgraph="marketplace"}';
  expect(await growth(took, () => ask('{ whoami }'))).toBe(1);
  const slow = (): Promise<unknown> => ask('{ slow(ms: 1) }');
  expect(await growth(fetches('payments', 'unavailable'), slow)).toBe(1);
  const state = (subgraph: string, is: string): Promise<number> =>
    value(`tradegraph_breaker_state{subgraph="${subgraph}",state="${is}"}`);
  expect(await state('payments', 'CLOSED')).toBe(1);
  for (let i = 0; i < 20; i++) await slow();
  expect(await state('payments', 'OPEN')).toBe(1);
  expect(await state('payments', 'CLOSED')).toBe(0);
  expect(await state('marketplace', 'CLOSED')).toBe(1);
  expect(await growth(fetches('payments', 'spared'), slow)).toBe(1);
});

it('queries that were answered by an equal one in flight', async () => {
  const both = () => Promise.all(Array.from({ length: 8 }, () => ask('{ echo(text: "same") }')));
  await until(
    async () => (await growth('tradegraph_shared_queries_total', both)) > 0,
    'a shared query',
  );
});

it('subscriptions, groups, executions, deliveries, sockets and why they end', async () => {
  thing = await world.thing('acc_one'); // what was told of the other one may still be on its way
  const document = `subscription { thingUpdated(id: "${thing}") { thing { state } } }`;
  const sockets = await Promise.all([
    SocketClient.signedIn(gateway.port, token),
    SocketClient.signedIn(gateway.port, token),
  ]);
  for (const socket of sockets) {
    socket.subscribe('1', document);
    await socket.received('1', 1);
  }
  expect(await value('tradegraph_live_sockets')).toBe(2);
  expect(await value('tradegraph_live_subscriptions{transport="socket"}')).toBe(2);
  expect(await value('tradegraph_live_begun_total{transport="socket"}')).toBe(2);
  expect(await value('tradegraph_live_following')).toBe(2);
  expect(await value('tradegraph_live_groups')).toBe(1);
  expect(await value('tradegraph_live_lagging')).toBe(0);
  const executions = await value('tradegraph_live_executions_total');
  const set = () => ask(`mutation { thingSet(id: "${thing}", state: "y") { id } }`, token);
  const delivered = await growth('tradegraph_live_deliveries_total', async () => {
    await set();
    for (const socket of sockets) await socket.received('1', 2);
  });
  expect(delivered).toBe(2);
  expect((await value('tradegraph_live_executions_total')) - executions).toBe(1);
  expect(await value('tradegraph_live_deliveries_per_execution')).toBeGreaterThan(0);
  expect(await value('tradegraph_live_commit_to_delivery_seconds_count')).toBeGreaterThan(0);
  const [one, two] = sockets;
  const cursor = one.messages('1')[0]?.extensions.cursor ?? '';
  const catchUps = 'tradegraph_live_catch_ups_total';
  const before = await value(catchUps);
  const caughtUp = await growth('tradegraph_live_catch_up_facts_total', async () => {
    one.subscribe('2', document.replace('")', `", after: "${cursor}")`));
    await one.received('2', 1);
    await until(async () => (await value(catchUps)) > before, 'the end of the catch-up');
  });
  expect(caughtUp).toBe(1);
  const ends = (reason: string): string =>
    `tradegraph_live_ends_total{transport="socket",reason="${reason}"}`;
  one.socket.close();
  await until(async () => (await value(ends('COMPLETE'))) === 2, 'two ends');
  two.subscribe('3', `subscription { thingUpdated(id: "nobody's") { kind } }`);
  await until(async () => (await value(ends('FORBIDDEN'))) === 1, 'a refusal');
  const brief = await SocketClient.signedIn(gateway.port, await world.token('acc_one', 2));
  brief.subscribe('1', document);
  await until(async () => (await value(ends('UNAUTHENTICATED'))) === 1, 'an expiry');
  two.socket.close();
  await until(async () => (await value('tradegraph_live_sockets')) === 0, 'no socket');
  expect(await value('tradegraph_live_subscriptions{transport="socket"}')).toBe(0);
}, 30_000);

it('how far behind the logs are, and the process itself', async () => {
  expect(await value('tradegraph_live_tail_lag_seconds{source="small_one"}')).toBeLessThan(30);
  expect(await scrape()).toContain('tradegraph_live_tail_lag_seconds{source="small_two"}');
  expect(await value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  expect(await scrape()).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
});

it('what was sent together with another, and what a newer one replaced', async () => {
  const fresh = new GatewayMetrics();
  fresh.fetches.coalesced('payments');
  fresh.live.coalesced();
  fresh.live.watch({ live: 3, groups: 2, lagging: 1 }, []);
  const text = await fresh.registry.metrics();
  expect(text).toContain('tradegraph_coalesced_fetches_total{subgraph="payments"} 1');
  expect(text).toContain('tradegraph_live_coalesced_total 1');
  expect(text).toContain('tradegraph_live_lagging 1');
});

it('no label holds an id or what a client chose', async () => {
  await ask('query Secret_name { whoami }', token);
  const text = await scrape();
  expect(text).not.toContain(thing);
  expect(text).not.toMatch(/acc_|thg_|Secret_name|corr|"[0-9a-f-]{20,}"/);
});
