import { randomUUID } from 'node:crypto';
import { ManualClock, MINUTE, after } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase, run } from '#kernel/testing/database';
import { startFulfillment } from '../fulfillment.main';
import { Bench } from '../testing/bench';
import { WEBHOOK_SECRET, deliver, scanBody } from '../testing/trade';

const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
let bench: Bench;
let subgraph: Subgraph;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const test = await openTestDatabase('fulfillment', clock);
  url = test.url;
  const carrier = { url: 'http://127.0.0.1:9', apiKey: 'k', webhookSecret: WEBHOOK_SECRET };
  subgraph = await startFulfillment(
    { db: test.db, clock, log: silentLogger() },
    { carriers: { aurora: carrier } },
  );
  bench = new Bench(subgraph, clock);
  for (const loop of subgraph.loops) loop.start();
  close = async () => {
    await Promise.all(subgraph.loops.map((loop) => loop.stop()));
    await test.close();
  };
});
afterAll(() => close());

const messages = async (): Promise<bigint> =>
  (await subgraph.db.first<{ n: bigint }>('select count(*) as n from "carrierMessage"'))?.n ?? 0n;
const lastOutcome = async (): Promise<string | undefined> => {
  await bench.drained();
  const row = await subgraph.db.first<{ outcome: string }>(
    'select outcome from "carrierMessage" order by id desc limit 1',
  );
  return row?.outcome;
};

describe('the door', () => {
  test('wrong signature, too old or an unknown connection: refused, and nothing is stored', async () => {
    const world = await bench.packed();
    const body = scanBody({ sscc: world.sscc, status: 'PU', occurredAt: clock.now() });
    const before = await messages();
    const forged = await deliver(subgraph, clock, body, {
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
    });
    expect(forged.status).toBe(401);
    const old = new ManualClock(after(clock.now(), -5 * MINUTE - 1_000));
    expect((await deliver(subgraph, old, body)).status).toBe(401);
    const receive = subgraph.hooks['carriers'];
    const elsewhere = await receive?.({ connection: 'x', headers: {}, body: Buffer.from(body) });
    expect(elsewhere?.status).toBe(404);
    expect(await messages()).toBe(before);
  });

  test('one webhook 100 times in parallel: 100 thanks, one message, one event, one transition', async () => {
    const world = await bench.packed();
    const before = await messages();
    const body = scanBody({ sscc: world.sscc, status: 'PU', occurredAt: clock.now() });
    const id = { 'webhook-id': `msg_${randomUUID()}` };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => deliver(subgraph, clock, body, id)),
    );
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    await bench.drained();
    expect((await messages()) - before).toBe(1n);
    const events = await subgraph.db.query(
      'select 1 from "trackingEvent" where "shipmentId" = $1',
      [world.shipment.id],
    );
    expect(events).toHaveLength(1);
    expect((await bench.changes(world)).filter((one) => one === 'CREATED>PICKED_UP')).toHaveLength(
      1,
    );
  });

  test('one event in 30 envelopes, in parallel: 30 messages, one event, one transition', async () => {
    const world = await bench.packed();
    const event = {
      sscc: world.sscc,
      status: 'PU',
      occurredAt: clock.now(),
      eventId: randomUUID(),
    };
    await Promise.all(Array.from({ length: 30 }, () => deliver(subgraph, clock, scanBody(event))));
    await bench.drained();
    expect((await bench.changes(world)).filter((one) => one === 'CREATED>PICKED_UP')).toHaveLength(
      1,
    );
    const outcomes = await subgraph.db.query<{ outcome: string; n: bigint }>(
      `select outcome, count(*) as n from "carrierMessage" m
       where convert_from(bytes, 'UTF8') like '%' || $1 || '%' group by outcome order by outcome`,
      [event.eventId],
    );
    expect(outcomes).toEqual([
      { outcome: 'APPLIED', n: 1n },
      { outcome: 'KNOWN', n: 29n },
    ]);
  });

  test('one id with two contents: the second is kept aside', async () => {
    const world = await bench.packed();
    const id = { 'webhook-id': `msg_${randomUUID()}` };
    const at = { sscc: world.sscc, occurredAt: clock.now() };
    await deliver(subgraph, clock, scanBody({ ...at, status: 'PU' }), id);
    const other = scanBody({ ...at, status: 'DL' });
    for (let i = 0; i < 3; i++) await deliver(subgraph, clock, other, id);
    await bench.drained();
    const rows = await subgraph.db.query<{ outcome: string }>(
      'select outcome from "carrierMessage" where "externalId" = $1 order by id',
      [id['webhook-id']],
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'QUARANTINED']);
    expect(await bench.milestone(world)).toBe('PICKED_UP');
  });

  test('what cannot be read, is unknown, is not ours or is about something else is kept and harms nothing', async () => {
    const world = await bench.packed();
    await deliver(subgraph, clock, '{"type":"tracking.event","data":{"eventId":"x"');
    expect(await lastOutcome()).toBe('CARRIER_BUG');
    await deliver(subgraph, clock, '{"type":"quota.low","data":{}}');
    expect(await lastOutcome()).toBe('IGNORED');
    const occurredAt = clock.now();
    const foreign = { sscc: '000000000000000000', status: 'PU', occurredAt };
    await deliver(subgraph, clock, scanBody(foreign));
    expect(await lastOutcome()).toBe('UNMATCHED');
    await deliver(subgraph, clock, scanBody({ sscc: world.sscc, status: 'QQ', occurredAt }));
    expect(await lastOutcome()).toBe('UNMAPPED');
    expect(await bench.milestone(world)).toBe('CREATED');
    await bench.scan(world, 'PU', 0);
    expect(await bench.milestone(world)).toBe('PICKED_UP');
  });

  test('what a carrier said can neither be changed nor removed', async () => {
    for (const sql of [
      `update fulfillment."carrierMessage" set bytes = 'x'`,
      'delete from fulfillment."carrierMessage"',
    ]) {
      await expect(run(url, sql)).rejects.toThrow(/kept|not changed/);
    }
  });
});
