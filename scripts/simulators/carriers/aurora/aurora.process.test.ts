import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../shared/testing/api.client';
import { eventually } from '../../shared/testing/eventually';
import { type SpawnedSimulator, spawnSimulator } from '../../shared/testing/spawned.simulator';
import { WebhookReceiver } from '../../shared/testing/webhook.receiver';
import { type Scan } from './aurora.facts';

const PLACE = { name: 'N', street: 'S 1', city: 'C', region: 'SP', postalCode: '1', country: 'BR' };
let dir: string;
let receiver: WebhookReceiver;
let url: string;
let running: SpawnedSimulator;

async function start(): Promise<ApiClient> {
  running = await spawnSimulator(join(__dirname, 'aurora.main.ts'), [
    ...['--port', '0', '--data', dir, '--api-key', 'sk_test'],
    ...['--webhook-url', url, '--webhook-secret', receiver.secret],
  ]);
  return new ApiClient(running.port, 'sk_test');
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aurora-process-'));
  receiver = new WebhookReceiver();
  url = await receiver.listen();
});
afterEach(async () => {
  await running.killHard();
  await receiver.close();
  rmSync(dir, { recursive: true });
});

test('kill -9 loses no scan and no webhook, and books nothing twice', async () => {
  let aurora = await start();
  receiver.failing = true;
  const size = { weightG: 100, lengthCm: 1, widthCm: 1, heightCm: 1 };
  const form = {
    clientRef: 'c1',
    service: 'EXPRESS',
    from: PLACE,
    to: PLACE,
    parcels: [{ ref: 'p1', sscc: '106141411234567897', ...size }],
  };
  const booked = await aurora.post<{ id: string; parcels: { trackingNumber: string }[] }>(
    '/api/shipments',
    form,
    'key-1',
  );
  const path = `/api/tracking/${booked.body.parcels[0]?.trackingNumber ?? ''}`;
  await aurora.post('/sim/advance', { seconds: 86_400 });
  const before = (await aurora.get<{ events: Scan[] }>(path)).body.events;
  expect(before.length).toBeGreaterThan(1);
  await eventually(() => receiver.refused > 0 || undefined);
  await running.killHard();
  expect(receiver.received).toEqual([]);

  receiver.failing = false;
  aurora = await start();
  expect(await aurora.post('/api/shipments', form, 'key-1')).toEqual({ ...booked, replayed: true });
  expect((await aurora.get<{ events: Scan[] }>(path)).body.events).toEqual(before);
  await aurora.post('/sim/advance', { seconds: 5 * 86_400 });
  const { events } = (await aurora.get<{ events: Scan[] }>(path)).body;
  expect(events[events.length - 1]?.status).toBe('DL');
  await eventually(() => receiver.received.length === events.length || undefined);
  expect(receiver.received.map(({ data }) => data['eventId'])).toEqual(
    events.map(({ eventId }) => eventId),
  );
  expect(await running.stop()).toBe(0);
}, 60_000);
