import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlRoutes } from './control.routes';
import { FactStore } from './fact.store';
import { type Route } from './http.routes';
import { SimulatorServer } from './http.server';
import { Refusal } from './refusal';
import { ApiClient } from './testing/api.client';

interface Counted {
  kind: 'counted';
  by: number;
}

let dir: string;
let close: () => Promise<void>;
let total: number;
let client: ApiClient;
let port: number;

async function start(): Promise<void> {
  total = 0;
  const state = {
    apply: (fact: { kind: string }): void => {
      if (fact.kind === 'counted') total += (fact as Counted).by;
    },
  };
  const fail = (error: unknown): never => {
    throw error;
  };
  const store = new FactStore<Counted>({ dataDir: dir, seed: 1, webhook: undefined }, state, fail);
  const add: Route<Counted> = {
    method: 'POST',
    path: '/api/add',
    write: ({ body }) => {
      const by = body.whole('by', 1, 1_000);
      if (total + by > 100) throw new Refusal(422, 'TOO_MUCH', 'at most 100');
      return { status: 201, body: { total: total + by }, facts: [{ kind: 'counted', by }] };
    },
  };
  const broken: Route<Counted> = {
    method: 'GET',
    path: '/api/broken/:id',
    read: () => {
      throw new Error('a secret detail');
    },
  };
  const server = new SimulatorServer(store, [...controlRoutes(store), add, broken], 'sk_test');
  port = await server.listen(0, () => {
    store.open();
  });
  client = new ApiClient(port, 'sk_test');
  close = async () => {
    await server.close();
    await store.close();
  };
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'server-'));
  await start();
});
afterEach(async () => {
  await close();
  rmSync(dir, { recursive: true });
});

test('the API wants its key, health does not', async () => {
  const stranger = new ApiClient(port, 'sk_other');
  const refused = await stranger.post('/api/add', { by: 1 });
  expect(refused).toMatchObject({ status: 401, body: { error: { code: 'AUTH' } } });
  expect((await stranger.get('/healthz')).status).toBe(200);
  expect(total).toBe(0);
});

test('one key runs once, also after a restart; another body is 409', async () => {
  const first = await client.post('/api/add', { by: 5 }, 'key-1');
  expect(first).toEqual({ status: 201, body: { total: 5 }, replayed: false });
  const again = await client.post('/api/add', { by: 5 }, 'key-1');
  expect(again).toEqual({ status: 201, body: { total: 5 }, replayed: true });
  await close();
  await start();
  expect(total).toBe(5);
  expect((await client.post('/api/add', { by: 5 }, 'key-1')).replayed).toBe(true);
  expect(await client.post('/api/add', { by: 6 }, 'key-1')).toMatchObject({
    status: 409,
    body: { error: { code: 'IDEMPOTENCY_MISMATCH' } },
  });
  expect(total).toBe(5);
});

test('twenty equal requests at once run once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => client.post('/api/add', { by: 3 }, 'key-1')),
  );
  expect(total).toBe(3);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toEqual(
    new Set(['{"total":3}']),
  );
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
});

test('a refusal is remembered, a malformed request is not', async () => {
  expect((await client.post('/api/add', { by: 200 }, 'key-1')).status).toBe(422);
  expect(await client.post('/api/add', { by: 200 }, 'key-1')).toMatchObject({
    status: 422,
    replayed: true,
  });
  expect((await client.post('/api/add', { by: 'x' }, 'key-2')).status).toBe(400);
  expect((await client.post('/api/add', { by: 1 }, 'key-2')).status).toBe(201);
});

test('an answer is on the disk before it is sent', async () => {
  await client.post('/api/add', { by: 7 }, 'key-1');
  expect(readFileSync(join(dir, 'journal.jsonl'), 'utf8')).toContain('"by":7');
});

test('drop_before does nothing, drop_after does it and says nothing, status refuses', async () => {
  const fault = (kind: string): Promise<unknown> =>
    client.post('/sim/fault', { plan: [{ match: 'POST /api/add', kind, status: 503, times: 1 }] });
  await fault('drop_before');
  await expect(client.post('/api/add', { by: 1 }, 'key-1')).rejects.toThrow();
  expect(total).toBe(0);
  await fault('drop_after');
  await expect(client.post('/api/add', { by: 1 }, 'key-1')).rejects.toThrow();
  expect(total).toBe(1);
  expect((await client.post('/api/add', { by: 1 }, 'key-1')).replayed).toBe(true);
  await fault('status');
  expect((await client.post('/api/add', { by: 1 }, 'key-2')).status).toBe(503);
  expect((await client.post('/api/add', { by: 1 }, 'key-2')).status).toBe(201);
  expect(total).toBe(2);
});

test('an unknown route is 404 and a bug is masked', async () => {
  expect((await client.get('/api/nowhere')).status).toBe(404);
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const answer = await client.get('/api/broken/1');
  expect(answer.status).toBe(500);
  expect(JSON.stringify(answer.body)).not.toContain('secret');
  expect(log).toHaveBeenCalled();
  log.mockRestore();
});
