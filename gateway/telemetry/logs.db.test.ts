import { Writable } from 'node:stream';
import pino from 'pino';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../gateway.main';
import { SmallWorld } from '../testing/small-gateway';
import { SocketClient } from '../testing/socket-client';

type Line = Readonly<Record<string, unknown>>;

const lines: string[] = [];
let world: SmallWorld;
let gateway: RunningGateway;
let token: string;
let thing: string;

beforeAll(async () => {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(...chunk.toString().trim().split('\n'));
      done();
    },
  });
  world = await SmallWorld.open();
  gateway = await world.gateway({ log: pino({ level: 'trace' }, sink) });
  token = await world.token('acc_one');
  thing = await world.thing('acc_one');
}, 60_000);
afterAll(() => world.close(), 60_000);

const found = (test: (line: Line) => boolean): Line | undefined =>
  lines.map((line) => JSON.parse(line) as Line).find(test);

const ask = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${gateway.port.toString()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

it('one line tells of one request', async () => {
  const query = 'query Named($text: String!) { echo(text: $text) }';
  const response = await ask({ query, variables: { text: 'words' } });
  const correlationId = response.headers.get('x-correlation-id');
  const line = await until(() => found((one) => one['operation'] === 'Named'), 'its line');
  expect(line).toMatchObject({
    kind: 'query',
    transport: 'http',
    caller: 'ANONYMOUS',
    cost: { requested: expect.any(Number) as number, actual: expect.any(Number) as number },
    status: 200,
    correlationId,
  });
  expect(line['hash']).toMatch(/^[0-9a-f]{12}$/);
  expect(line['ms']).toEqual(expect.any(Number));
  expect(lines.filter((one) => one.includes('"Named"'))).toHaveLength(1);
});

it('the cost is told as it could have been and as it was', async () => {
  await ask({ query: 'query Dear { thing(id: "none") { self { self { id } } } }' });
  const dear = await until(() => found((one) => one['operation'] === 'Dear'), 'its line');
  expect(dear['cost']).toEqual({ requested: 3, actual: 1 });
});

it('what is refused before its document is looked at has its line too', async () => {
  const bad = { authorization: 'Bearer tgs_live_no_such_key_at_all' };
  const response = await ask({ query: 'query Early { whoami }' }, bad);
  const correlationId = response.headers.get('x-correlation-id');
  const line = await until(
    () => found((one) => one['correlationId'] === correlationId && one['msg'] === 'operation'),
    'its line',
  );
  expect(line).toMatchObject({ transport: 'http', codes: ['UNAUTHENTICATED'], status: 401 });
  expect(line['caller']).toBeUndefined();
});

it('a refusal is told with its codes', async () => {
  await ask({ query: 'query Broken { nothing }' });
  await until(
    () => found(({ codes }) => Array.isArray(codes) && codes[0] === 'GRAPHQL_VALIDATION_FAILED'),
    'its line',
  );
});

it('a subscription has a line when it begins and one with the reason when it ends', async () => {
  const socket = await SocketClient.signedIn(gateway.port, token);
  socket.subscribe('1', `subscription Follow { thingUpdated(id: "${thing}") { kind } }`);
  await socket.received('1', 1);
  const begun = await until(() => found((one) => one['operation'] === 'Follow'), 'its line');
  expect(begun).toMatchObject({
    kind: 'subscription',
    transport: 'socket',
    caller: 'USER',
    hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    cost: { requested: 5 },
  });
  socket.socket.close();
  const ended = await until(() => found((one) => one['reason'] === 'COMPLETE'), 'its end');
  expect(ended).toMatchObject({ operation: 'Follow', transport: 'socket', caller: 'USER' });
});

it('no variable, literal, token, password, key or card number is ever written', async () => {
  const secrets = [
    'very-private-words',
    'pw-wrong-password',
    '4111111111111111',
    'tgs_live_secretkey',
  ];
  const authorization = `Bearer ${token}`;
  const signIn = `mutation In($i: AccountSignInInput!) { accountSignIn(input: $i) { accessToken } }`;
  const echo = 'query Echo($t: String!) { echo(text: $t) }';
  const input = { email: 'buyer@example.com', password: secrets[1] };
  await ask({ query: echo, variables: { t: secrets[0] } }, { authorization });
  await ask({ query: `{ echo(text: "${secrets[0] ?? ''}") fault refused }` }, { authorization });
  await ask({ query: signIn, variables: { i: input } });
  await ask({ query: signIn, variables: { i: { ...input, password: 'pw-buyer' } } });
  await ask({ query: echo, variables: { t: secrets[2] } });
  await ask({ query: `{ echo(text: "${secrets[2] ?? ''}") }` });
  await ask({ query: '{ whoami }' }, { authorization: `Bearer ${secrets[3] ?? ''}` });
  await ask({ query: '{ whoami }' }, { authorization: `Bearer ${token}x` });
  await ask({ query: echo, variables: { t: { wrong: secrets[0] } } });
  const socket = await SocketClient.signedIn(gateway.port, token);
  socket.subscribe('1', echo, { t: secrets[0] });
  await socket.received('1', 1);
  socket.subscribe('2', 'subscription ($i: ID!) { thingUpdated(id: $i) { kind } }', {
    i: secrets[2],
  });
  socket.send({ type: secrets[0] });
  await until(() => socket.closed, 'the end of the socket');
  expect(lines.length).toBeGreaterThan(10);
  const all = lines.join('\n');
  for (const secret of [...secrets, token, 'pw-buyer', 'buyer@example.com']) {
    expect(all).not.toContain(secret);
  }
}, 30_000);
