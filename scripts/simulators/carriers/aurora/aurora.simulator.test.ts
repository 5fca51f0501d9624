import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Settings } from '../../shared/settings';
import { type RunningSimulator } from '../../shared/simulator.process';
import { type Answer, ApiClient } from '../../shared/testing/api.client';
import { eventually } from '../../shared/testing/eventually';
import { WebhookReceiver } from '../../shared/testing/webhook.receiver';
import { type Scan } from './aurora.facts';
import { startAurora } from './aurora.simulator';

interface Shown {
  id: string;
  status: string;
  chargeMinor: string;
  currency: string;
  parcels: { ref: string; sscc: string; trackingNumber: string }[];
  error: { code: string };
}

const DAY_S = 86_400;
const SP = { name: 'Loja', street: 'Rua A 1', city: 'São Paulo', region: 'SP', country: 'BR' };
let dir: string;
let receiver: WebhookReceiver;
let url: string;
let running: RunningSimulator;
let aurora: ApiClient;

async function start(more: Partial<Settings> = {}): Promise<void> {
  running = await startAurora(
    {
      port: 0,
      dataDir: dir,
      seed: 7,
      webhook: { url, secret: receiver.secret },
      apiKey: 'sk_test',
      rate: 1,
      autoHandover: false,
      ...more,
    },
    (error) => {
      throw error;
    },
  );
  aurora = new ApiClient(running.port, 'sk_test');
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aurora-'));
  receiver = new WebhookReceiver();
  url = await receiver.listen();
  await start();
});
afterEach(async () => {
  await running.close();
  await receiver.close();
  rmSync(dir, { recursive: true });
});

function form(clientRef: string, postalCode = '69005-010', more: object = {}): object {
  const size = { lengthCm: 10, widthCm: 20, heightCm: 30 };
  return {
    clientRef,
    reference: `ref-${clientRef}`,
    service: 'STANDARD',
    currency: 'BRL',
    from: { ...SP, postalCode: '01310-100' },
    to: { ...SP, city: 'Manaus', region: 'AM', postalCode },
    parcels: [
      { ref: 'p1', sscc: '106141411234567897', weightG: 1_234, ...size },
      { ref: 'p2', sscc: '340123450000000000', weightG: 10, ...size },
    ],
    ...more,
  };
}

async function book(clientRef: string, postalCode?: string): Promise<Shown> {
  const { status, body } = await aurora.post<Shown>('/api/shipments', form(clientRef, postalCode));
  expect(status).toBe(201);
  return body;
}

async function advance(days: number): Promise<number> {
  const answer = await aurora.post<{ scans: number }>('/sim/advance', { seconds: days * DAY_S });
  return answer.body.scans;
}

async function scans(shipment: Shown, parcel = 0): Promise<Scan[]> {
  const tracking = shipment.parcels[parcel]?.trackingNumber ?? '';
  return (await aurora.get<{ events: Scan[] }>(`/api/tracking/${tracking}`)).body.events;
}

async function status({ id }: Shown): Promise<string> {
  return (await aurora.get<Shown>(`/api/shipments/${id}`)).body.status;
}

test('booking is once for a clientRef, priced by weight, and found again', async () => {
  const first = await book('c1');
  expect(first).toMatchObject({
    id: expect.stringMatching(/^aur_/) as string,
    clientRef: 'c1',
    reference: 'ref-c1',
    status: 'BOOKED',
    chargeMinor: '1125',
    currency: 'BRL',
    label: { mime: 'application/pdf', url: `/api/shipments/${first.id}/label.pdf` },
  });
  const again = await aurora.post<Shown>('/api/shipments', form('c1'));
  expect(again).toMatchObject({ status: 200, body: first });
  expect((await aurora.get('/api/shipments?clientRef=c1')).body).toEqual(first);
  expect((await aurora.get('/api/shipments?clientRef=c2')).status).toBe(404);
  const quote = await aurora.post('/api/quotes', form('c1'));
  expect(quote.body).toEqual({ chargeMinor: '1125', currency: 'BRL', days: { p50: 4, p90: 6 } });
  const pdf = await aurora.bytes(`/api/shipments/${first.id}/label.pdf`);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
});

test.each([
  [{ service: 'OVERNIGHT' }, 400, 'FIELD_INVALID'],
  [{ currency: 'JPY' }, 422, 'CURRENCY_UNSUPPORTED'],
  [{ parcels: [] }, 400, 'FIELD_INVALID'],
  [{ to: { ...SP, country: 'Brazil' } }, 422, 'ADDRESS_INVALID'],
  [{ parcels: [{ ref: 'p', sscc: '106141411234567890', weightG: 5 }] }, 422, 'SSCC_INVALID'],
])('%j is refused', async (more, expected, code) => {
  const answer = await aurora.post<Shown>('/api/shipments', form('c1', '1', more));
  expect([answer.status, answer.body.error.code]).toEqual([expected, code]);
});

test('from handover to delivery, each scan signed and announced', async () => {
  const shipment = await book('c1');
  expect(await advance(10)).toBe(0);
  await aurora.post(`/api/shipments/${shipment.id}/handover`, {});
  expect(await status(shipment)).toBe('HANDED_OVER');
  expect(await advance(2 / 24)).toBe(2);
  expect(await status(shipment)).toBe('IN_TRANSIT');
  await advance(7);
  expect(await status(shipment)).toBe('DELIVERED');
  const all = [...(await scans(shipment, 0)), ...(await scans(shipment, 1))];
  await eventually(() => receiver.received.length === all.length || undefined);
  expect(new Set(receiver.received.map(({ type }) => type))).toEqual(new Set(['tracking.event']));
  for (const scan of all) {
    expect(receiver.received.map(({ data }) => data)).toContainEqual(scan);
  }
});

test('scans are stamped with the wall clock of their place, each later than the one before', async () => {
  const shipment = await book('c1');
  await aurora.post(`/api/shipments/${shipment.id}/handover`, {});
  const from = Date.now();
  await advance(7);
  const made = await scans(shipment);
  expect(made[0]?.occurredAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-03:00$/);
  expect(made[made.length - 1]?.occurredAt).toMatch(/-04:00$/);
  const times = made.map(({ occurredAt }) => Date.parse(occurredAt));
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  expect(times[0]).toBeGreaterThanOrEqual(from);
  expect(times[times.length - 1]).toBeLessThan(Date.now() + 100);
});

test('a void is possible until the first scan, and again', async () => {
  const shipment = await book('c1');
  const path = `/api/shipments/${shipment.id}`;
  await aurora.post(`${path}/handover`, {});
  const late = await book('c2');
  await aurora.post(`/api/shipments/${late.id}/handover`, {});
  for (const _ of [1, 2]) {
    const voided = await aurora.post<Shown>(`${path}/void`, {});
    expect(voided).toMatchObject({ status: 200, body: { status: 'VOIDED' } });
  }
  expect((await aurora.post(`${path}/handover`, {})).status).toBe(409);
  await advance(0.1);
  expect(await scans(shipment)).toEqual([]);
  const closed = await aurora.post<Shown>(`/api/shipments/${late.id}/void`, {});
  expect([closed.status, closed.body.error.code]).toEqual([409, 'VOID_WINDOW_CLOSED']);
});

test('postal codes 99 and 98, hold and run', async () => {
  const [lost, shop, held, hurried] = [
    await book('lost', '69005-099'),
    await book('shop', '69005-098'),
    await book('held'),
    await book('hurried'),
  ];
  for (const { id } of [lost, shop, held]) await aurora.post(`/api/shipments/${id}/handover`, {});
  await advance(0.2);
  await aurora.post(`/sim/shipments/${held.id}/hold`, {});
  const before = (await scans(held)).length;
  const run = (to: string, { id }: Shown): Promise<Answer<Shown>> =>
    aurora.post<Shown>(`/sim/shipments/${id}/run`, { to });
  expect((await run('IN_TRANSIT', hurried)).body.status).toBe('IN_TRANSIT');
  expect((await scans(hurried)).map((scan) => scan.status)).toEqual(['PU', 'AR', 'DP']);
  expect((await run('DELIVERED', hurried)).body.status).toBe('DELIVERED');
  expect((await run('IN_TRANSIT', hurried)).body.status).toBe('DELIVERED');
  expect((await run('DELIVERED', lost)).body.error.code).toBe('NEVER_DELIVERED');
  await advance(20);
  expect(await status(lost)).toBe('IN_TRANSIT');
  expect(
    (await scans(shop))
      .slice(-6)
      .map((scan) => scan.status)
      .join(' '),
  ).toBe('OD AT OD AT AP CO');
  expect(await scans(held)).toHaveLength(before);
  await advance(11);
  expect(await status(lost)).toBe('LOST');
  expect((await run('DELIVERED', held)).body.status).toBe('DELIVERED');
});

test('by default the carrier collects after an hour; a fast clock needs no advance', async () => {
  await running.close();
  await start({ autoHandover: true, rate: 1_000_000 });
  const shipment = await book('c1');
  await eventually(async () => (await status(shipment)) === 'DELIVERED' || undefined);
});

test('a restart keeps scans, plans and the virtual time', async () => {
  const shipment = await book('c1');
  await aurora.post(`/api/shipments/${shipment.id}/handover`, {});
  await advance(1);
  const before = await scans(shipment);
  const { now } = (await aurora.get<{ now: string }>('/sim/state')).body;
  await running.close();
  await start({ seed: 8 });
  const later = (await aurora.get<{ now: string }>('/sim/state')).body.now;
  expect(Date.parse(later) - Date.parse(now)).toBeLessThan(10_000);
  expect(Date.parse(later)).toBeGreaterThan(Date.parse(now));
  expect(await scans(shipment)).toEqual(before);
  await advance(7);
  expect((await scans(shipment)).slice(0, before.length)).toEqual(before);
  expect(await status(shipment)).toBe('DELIVERED');
});

test('a rename is followed by a correction with a higher revision of the same event', async () => {
  const plan = [{ kind: 'rename', times: 1 }];
  await aurora.post('/sim/fault', { plan });
  const shipment = await book('c1');
  await aurora.post(`/sim/shipments/${shipment.id}/run`, { to: 'DELIVERED' });
  const first = (await scans(shipment))[0];
  expect(first).toMatchObject({ revision: 2, description: 'Picked up' });
  const told = await eventually(() => {
    const same = receiver.received.filter(({ data }) => data['eventId'] === first?.eventId);
    return same.length === 2 ? same.map(({ data }) => data) : undefined;
  });
  expect(told).toEqual([
    { ...first, revision: 1, description: expect.any(String) as string },
    first,
  ]);
  expect(told[0]?.['description']).not.toBe('Picked up');
});

test('a day with 1,000 shipments on the road advances in less than a second', async () => {
  const bookings = Array.from({ length: 1_000 }, (_, at) => book(`c${String(at)}`));
  const shipments = await Promise.all(bookings);
  await Promise.all(shipments.map(({ id }) => aurora.post(`/api/shipments/${id}/handover`, {})));
  const from = performance.now();
  expect(await advance(1)).toBeGreaterThan(2_000);
  expect(performance.now() - from).toBeLessThan(1_000);
}, 30_000);
