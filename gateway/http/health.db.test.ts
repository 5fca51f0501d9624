import { Writable } from 'node:stream';
import pino from 'pino';
import { type EventLog, PostgresEventLog } from '#kernel/events/event-log';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../gateway.main';
import { SmallWorld } from '../testing/small-gateway';
import type { ReadyState } from './health';

let world: SmallWorld;
beforeAll(async () => {
  world = await SmallWorld.open();
}, 60_000);
afterAll(() => world.close(), 60_000);

const at = ({ port }: RunningGateway, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port.toString()}${path}`);
const state = async (gateway: RunningGateway): Promise<ReadyState> =>
  (await (await at(gateway, '/readyz')).json()) as ReadyState;

it('is alive and ready, and says what a stop means', async () => {
  const gateway = await world.gateway();
  expect((await at(gateway, '/healthz')).status).toBe(200);
  await until(async () => (await at(gateway, '/readyz')).status === 200, 'readiness');
  const { examplesPlanned: _whenever, ...now } = await state(gateway);
  expect(now).toEqual({
    ready: true,
    notReady: [],
    degraded: [],
    logs: ['small_one', 'small_two'].map((source) => ({
      source,
      lagMs: expect.any(Number) as number,
    })),
  });
  await gateway.close();
  await expect(at(gateway, '/healthz')).rejects.toThrow();
});

it('does not wait for the examples to be planned, and says when they are', async () => {
  let plan = (): void => undefined;
  const allowed = new Promise<void>((resolve) => (plan = resolve));
  const gateway = await world.gateway({
    operationsFolder: 'schema/operations',
    openPlanner: () =>
      Promise.resolve({
        plan: async () => {
          await allowed;
          throw new Error('these examples are of another graph');
        },
        close: () => Promise.resolve(),
      }),
  });
  await until(async () => (await at(gateway, '/readyz')).status === 200, 'readiness');
  expect((await state(gateway)).examplesPlanned).toBe(false);
  plan();
  await until(async () => (await state(gateway)).examplesPlanned, 'the examples to be planned');
});

describe('a log that is late', () => {
  const lines: { readonly level: number; readonly msg: string; readonly source?: string }[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      for (const line of chunk.toString().trim().split('\n'))
        lines.push(JSON.parse(line) as (typeof lines)[number]);
      done();
    },
  });
  const told = (part: string) => lines.filter(({ msg }) => msg.includes(part));

  it('is said with its lag, and told once while it lasts', async () => {
    let stuck = false;
    const real = new PostgresEventLog('small_one', world.db);
    const log: EventLog = {
      source: real.source,
      head: () => real.head(),
      keeps: (after) => real.keeps(after),
      read: (after, limit, topics) =>
        stuck ? Promise.reject(new Error('stuck')) : real.read(after, limit, topics),
    };
    const second = new PostgresEventLog('small_two', world.second);
    const gateway = await world.gateway({
      logs: [log, second],
      log: pino({ level: 'info' }, sink),
    });
    const lag = async (source: string): Promise<number> =>
      (await state(gateway)).logs.find((one) => one.source === source)?.lagMs ?? Infinity;
    await until(async () => (await lag('small_one')) < 1_000, 'the log to be followed');
    stuck = true;
    await until(async () => (await lag('small_one')) > 3_500, 'it to be late', 30_000);
    expect(await lag('small_two')).toBeLessThan(2_000);
    expect((await at(gateway, '/readyz')).status).toBe(200);
    expect(told('is behind')).toEqual([
      expect.objectContaining({
        level: 40,
        source: 'small_one',
        lagMs: expect.any(Number) as number,
      }),
    ]);
    stuck = false;
    await until(() => told('is level again').length > 0, 'its end to be told', 30_000);
    expect(await lag('small_one')).toBeLessThan(2_000);
    expect([told('is behind').length, told('is level again').length]).toEqual([1, 1]);
  }, 90_000);
});
