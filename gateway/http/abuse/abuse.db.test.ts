import { readFileSync } from 'node:fs';
import { until } from '#kernel/testing/until';
import { SmallWorld } from '../../testing/small-gateway';
import { SocketClient } from '../../testing/socket-client';
import type { RunningGateway } from '../../gateway.main';
import type { HostileDocument } from './hostile.document';
import { HOSTILE_DOCUMENTS, LIVE_DOCUMENTS } from './hostile.documents';
import { HOSTILE_REQUESTS, type HostileRequest } from './hostile.requests';

let world: SmallWorld;
let gateway: RunningGateway;
beforeAll(async () => {
  world = await SmallWorld.open();
  const [some] = world.graph.subgraphs;
  if (some === undefined) throw new Error('the small graph has subgraphs');
  const names = ['marketplace', 'payments', 'fulfillment', 'merchant-services'];
  gateway = await world.gateway({
    // The schema of the real graph: nothing here gets as far as a subgraph.
    supergraphSdl: readFileSync('schema/supergraph.graphql', 'utf8'),
    doors: names.map((name) => ({ subgraph: { ...some, name } })),
  });
});
afterAll(() => world.close());

interface Answer {
  readonly status: number;
  readonly code: unknown;
}

async function send({
  method = 'POST',
  path = '',
  headers,
  body,
}: Omit<HostileRequest, 'name' | 'status' | 'code'>): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql${path}`, {
    method,
    headers: { ...(method === 'GET' ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  const text = await response.text();
  expect(text).not.toMatch(/postgres:|node_modules|at .*\.ts|subgraph/i);
  return { status: response.status, code: codeOf(text) };
}

function codeOf(text: string): unknown {
  const answer = JSON.parse(text) as { errors?: { extensions?: { code?: unknown } }[] };
  return answer.errors?.[0]?.extensions?.code ?? 'ACCEPTED';
}

const bodyOf = ({ query, variables, operationName }: HostileDocument): string =>
  JSON.stringify({ query, variables, operationName });
const NEWER = { accept: 'application/graphql-response+json' };
/** What an older client gets with 200, because its proxies may replace bodies of other statuses. */
const AS_ANSWERS = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'];
const statusOf = ({ code, status }: HostileDocument): number =>
  code === 'ACCEPTED' ? 200 : (status ?? 400);

// Not `it.each`: it prints its arguments, and some of these are made to break what walks them.
for (const hostile of HOSTILE_DOCUMENTS) {
  it(`refuses over HTTP: ${hostile.name}`, async () => {
    const { code } = hostile;
    const body = bodyOf(hostile);
    expect(await send({ body, headers: NEWER })).toEqual({ status: statusOf(hostile), code });
    const older = AS_ANSWERS.includes(code) ? 200 : statusOf(hostile);
    expect(await send({ body })).toEqual({ status: older, code });
  });
}

for (const { name, status, code, ...hostile } of HOSTILE_REQUESTS) {
  it(`refuses the request: ${name}`, async () => {
    expect(await send(hostile)).toEqual({ status, code });
  });
}

it('over a socket, documents are refused alike and the socket goes on', async () => {
  const socket = await SocketClient.open(gateway.port, {});
  const found: [string, unknown][] = [];
  const wanted = [...HOSTILE_DOCUMENTS, ...LIVE_DOCUMENTS].filter(
    (one) => bodyOf(one).length < 60_000,
  );
  for (const [i, one] of wanted.entries()) {
    const id = i.toString();
    socket.send({
      id,
      type: 'subscribe',
      payload: { query: one.query, variables: one.variables, operationName: one.operationName },
    });
    found.push([one.name, await outcome(socket, id)]);
  }
  expect(found).toEqual(wanted.map(({ name, code }) => [name, code]));
  socket.close();
});

function outcome(socket: SocketClient, id: string): Promise<unknown> {
  return until(() => {
    const frame = socket.frames.find((one) => one.id === id);
    if (frame === undefined) return socket.closed;
    if (frame.type === 'error') return socket.errorCodes(id)[0];
    return socket.messages(id)[0]?.errors?.[0]?.extensions['code'] ?? 'ACCEPTED';
  }, `operation ${id} to end`);
}

it('takes no more memory the twentieth time', async () => {
  const round = async (): Promise<void> => {
    for (const one of HOSTILE_DOCUMENTS) await send({ body: bodyOf(one) });
  };
  for (let i = 0; i < 3; i++) await round();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 17; i++) await round();
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
}, 120_000);
