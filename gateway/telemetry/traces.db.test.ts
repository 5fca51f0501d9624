import { type Server, createServer } from 'node:http';
import { type Tracing, noTracing, openTracing } from '#kernel/telemetry/tracing';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../gateway.main';
import { type HttpDoors, listenLocally, serveDoors } from '../testing/http-doors';
import { SmallWorld } from '../testing/small-gateway';
import { SocketClient } from '../testing/socket-client';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string };
  }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

type Received = OtlpSpan & { readonly service: string | undefined };

/** What an OpenTelemetry collector was sent, as OTLP over HTTP with JSON. */
const received: Received[] = [];
const bodies: string[] = [];
const opened: Tracing[] = [];
let collector: Server;
let world: SmallWorld;
let doors: HttpDoors;
let gateway: RunningGateway;
let token: string;
let thing: string;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') take(Buffer.concat(chunks).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const endpoint = await listenLocally(collector);
  const open = async (service: string): Promise<Tracing> => {
    const tracing = await openTracing({ service, endpoint });
    opened.push(tracing);
    return tracing;
  };
  world = await SmallWorld.open();
  doors = await serveDoors(world, open);
  gateway = await world.gateway({ doors: doors.places, tracing: await open('gateway') });
  token = await world.token('acc_one');
  thing = await world.thing('acc_one');
}, 60_000);
afterAll(async () => {
  await world.close();
  doors.close();
  await Promise.all(opened.map((tracing) => tracing.close()));
  collector.close();
  collector.closeAllConnections();
}, 60_000);

function take(text: string): void {
  bodies.push(text);
  for (const { resource, scopeSpans } of (JSON.parse(text) as OtlpBody).resourceSpans) {
    const service = attribute(resource, 'service.name');
    received.push(
      ...scopeSpans.flatMap(({ spans }) => spans).map((span) => ({ ...span, service })),
    );
  }
}

const attribute = (
  { attributes }: Pick<OtlpSpan, 'attributes'>,
  name: string,
): string | undefined => attributes.find(({ key }) => key === name)?.value.stringValue;

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENT = 'b7ad6b7169203331';

async function ask(query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ query }),
  });
}

const spanNamed = (name: string, of?: string): Promise<Received> =>
  until(
    () => received.find((one) => one.name === name && (of === undefined || one.traceId === of)),
    `the span ${name}`,
  );

it('one trace goes from the client through the gateway into two subgraphs', async () => {
  const traceparent = `00-${TRACE}-${CLIENT}-01`;
  await ask(`query Look { thing(id: "${thing}") { state care { note } } }`, { traceparent });
  const root = await spanNamed('query Look', TRACE);
  expect(root.parentSpanId).toBe(CLIENT);
  expect(attribute(root, 'tradegraph.caller')).toBe('USER');
  expect(attribute(root, 'tradegraph.transport')).toBe('http');
  expect((await spanNamed('plan', TRACE)).parentSpanId).toBe(root.spanId);
  for (const subgraph of ['marketplace', 'payments']) {
    const fetched = await spanNamed(`fetch ${subgraph}`, TRACE);
    expect(fetched).toMatchObject({ parentSpanId: root.spanId, service: 'tradegraph-gateway' });
    const executed = await spanNamed(`execute ${subgraph}`, TRACE);
    expect(executed.service).toBe(`tradegraph-${subgraph}`);
    const served = await until(
      () => received.find(({ spanId }) => spanId === executed.parentSpanId),
      'the span of the call',
    );
    expect(served).toMatchObject({ name: 'POST /graphql', parentSpanId: fetched.spanId });
  }
}, 30_000);

/** The SDK begins each span at a whole millisecond of the clock and adds what it took. */
const MILLISECOND = 1_000_000n;

it('a request is its span from its arrival: who calls is found out inside it', async () => {
  await ask('query Whole { thing(id: "none") { state } }');
  const root = await spanNamed('query Whole');
  const inside = (name: string): Promise<Received> => spanNamed(name, root.traceId);
  const identify = await inside('identify');
  expect(identify.parentSpanId).toBe(root.spanId);
  const order = [root, identify, await inside('plan'), await inside('fetch marketplace')];
  const begins = order.map(({ startTimeUnixNano }) => BigInt(startTimeUnixNano));
  expect(begins).toEqual([...begins].sort((a, b) => (a < b ? -1 : 1)));
  for (const { endTimeUnixNano } of order) {
    expect(BigInt(endTimeUnixNano) - MILLISECOND <= BigInt(root.endTimeUnixNano)).toBe(true);
  }
}, 30_000);

it('a request that is refused before it runs has its span too', async () => {
  const ERROR = 2;
  const refused = (code: string): Promise<Received> =>
    until(() => received.find(({ status }) => status?.message === code), `a span with ${code}`);
  await ask('query Wrong { nothing }');
  expect(await refused('GRAPHQL_VALIDATION_FAILED')).toMatchObject({ status: { code: ERROR } });
  await ask('{ whoami }', { authorization: 'Bearer tgs_live_no_such_key_at_all' });
  const stranger = await refused('UNAUTHENTICATED');
  expect(stranger.name).toBe('graphql');
  expect(attribute(stranger, 'tradegraph.transport')).toBe('http');
}, 30_000);

it('a delivery is linked to the mutation that caused it', async () => {
  const socket = await SocketClient.signedIn(gateway.port, token);
  socket.subscribe('1', `subscription { thingUpdated(id: "${thing}") { thing { state } } }`);
  await socket.received('1', 1);
  const answer = await ask(`mutation Move { thingSet(id: "${thing}", state: "moved") { id } }`);
  await socket.received('1', 2);
  const correlationId = answer.headers.get('x-correlation-id') ?? '';
  const mutation = await spanNamed('mutation Move');
  const delivery = await until(
    () => received.find(({ links = [] }) => links.some(({ spanId }) => spanId === mutation.spanId)),
    'a linked delivery',
  );
  expect(delivery.name).toBe('deliver');
  expect(delivery.traceId).not.toBe(mutation.traceId);
  expect(attribute(delivery, 'tradegraph.correlation_id')).toBe(correlationId);
  expect(attribute(mutation, 'tradegraph.correlation_id')).toBe(correlationId);
  socket.socket.close();
}, 30_000);

it('a traceparent that is not well formed begins a trace of ours', async () => {
  await ask('query Odd { whoami }', { traceparent: '00-zz-1-01' });
  const root = await spanNamed('query Odd');
  expect(root.parentSpanId ?? '').toBe('');
  expect(root.traceId).toMatch(/^[0-9a-f]{32}$/);
}, 30_000);

it('no variable, token, account or message of an error leaves in a trace', async () => {
  await ask('query Fault { fault echo(text: "very private words") }');
  await spanNamed('query Fault');
  const all = bodies.join();
  for (const secret of ['very private', token, 'acc_one', thing, 'postgres://', 'moved']) {
    expect(all).not.toContain(secret);
  }
}, 30_000);

it('nothing is recorded without a collector', async () => {
  const off = await openTracing({ service: 'gateway', endpoint: undefined });
  expect(off).toBe(noTracing);
  expect(await off.span('any', {}, () => Promise.resolve(off.traceparent() ?? 'none'))).toBe(
    'none',
  );
});
