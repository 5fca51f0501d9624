import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../shared/testing/api.client';
import { eventually } from '../shared/testing/eventually';
import { type SpawnedSimulator, spawnSimulator } from '../shared/testing/spawned.simulator';

interface BooksShown {
  balances: { currency: string; account: string; amountMinor: string }[];
  payments: { id: string; reference: string; status: string }[];
}

let dir: string;
let running: SpawnedSimulator;

async function start(): Promise<ApiClient> {
  const args = ['--port', '0', '--data', dir, '--api-key', 'sk_test'];
  running = await spawnSimulator(join(__dirname, 'psp.main.ts'), args);
  return new ApiClient(running.port, 'sk_test');
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'psp-process-'));
});
afterEach(async () => {
  await running.killHard();
  rmSync(dir, { recursive: true });
});

function payment(n: number): object {
  return { amountMinor: '250', currency: 'BRL', token: 'tok_ok', reference: `op-${String(n)}` };
}

test('the books survive kill -9: nothing answered is lost, nothing happens twice', async () => {
  let psp = await start();
  await psp.post('/sim/fault', {
    plan: [{ match: 'POST /api/payments', kind: 'drop_after', times: 1 }],
  });
  // Committed, but the caller never hears of it.
  await expect(psp.post('/api/payments', payment(0), 'key-0')).rejects.toThrow();
  const answered: number[] = [];
  const calls = Array.from({ length: 60 }, async (_, at) => {
    const { status } = await psp.post('/api/payments', payment(at + 1), `key-${String(at + 1)}`);
    if (status === 201) answered.push(at + 1);
    // Die in the middle of the burst.
    if (answered.length === 15) await running.killHard();
  });
  await Promise.allSettled(calls);
  expect(answered.length).toBeGreaterThanOrEqual(15);
  appendFileSync(join(dir, 'journal.jsonl'), '[{"kind":"payment.put","paym');

  psp = await start();
  const before = (await psp.get<BooksShown>('/sim/books')).body;
  const kept = new Set(before.payments.map(({ reference }) => reference));
  expect([0, ...answered].filter((n) => !kept.has(`op-${String(n)}`))).toEqual([]);
  for (let n = 0; n <= 60; n += 1) {
    const answer = await psp.post('/api/payments', payment(n), `key-${String(n)}`);
    expect(answer).toMatchObject({ status: 201, replayed: kept.has(`op-${String(n)}`) });
  }
  const after = (await psp.get<BooksShown>('/sim/books')).body;
  expect(after.payments).toHaveLength(61);
  expect(after.balances).toEqual([
    { currency: 'BRL', account: 'card_network', amountMinor: String(-61 * 250) },
    { currency: 'BRL', account: 'merchant_balance', amountMinor: String(61 * 250) },
    { currency: 'BRL', account: 'payouts_paid', amountMinor: '0' },
  ]);
  expect(await running.stop()).toBe(0);
}, 60_000);

test('refunds, payouts, disputes, fees and reports survive kill -9, and the books sum to zero', async () => {
  let psp = await start();
  const made = await psp.post<{ id: string }>('/api/payments', payment(1));
  await psp.post('/api/refunds', { paymentId: made.body.id, amountMinor: '50', reference: 'back' });
  const out = { amountMinor: '20', currency: 'BRL', destination: 'dest_slow', reference: 'out' };
  await psp.post('/api/payouts', out);
  const disputed = { ...payment(2), token: 'tok_dispute_lost' };
  await psp.post('/api/payments', disputed);
  await psp.post('/sim/fees', { basisPoints: 100 });
  await psp.post('/sim/advance', { seconds: 3_600 });
  const disputes = async (): Promise<true | undefined> =>
    (await psp.get<{ disputes: unknown[] }>('/sim/books')).body.disputes.length > 0 || undefined;
  await eventually(disputes);
  await psp.post('/sim/settlements', { toBank: true });
  const seen = async (): Promise<unknown[]> => [
    (await psp.get('/sim/books')).body,
    (await psp.get('/api/settlements')).body,
  ];
  const before = await seen();
  await running.killHard();
  psp = await start();
  // Addresses in replies name the port, which is another one now.
  const portless = (all: unknown): string => JSON.stringify(all).replace(/127\.0\.0\.1:\d+/g, '');
  expect(portless(await seen())).toBe(portless(before));
  const { balances } = (await psp.get<BooksShown>('/sim/books')).body;
  expect(balances.length).toBeGreaterThan(3);
  expect(balances.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n)).toBe(0n);
}, 60_000);
