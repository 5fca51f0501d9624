import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSimulator } from '../shared/simulator.process';
import { type Answer, ApiClient } from '../shared/testing/api.client';
import { eventually } from '../shared/testing/eventually';
import { WebhookReceiver } from '../shared/testing/webhook.receiver';
import { startPsp } from './psp.simulator';

interface Shown {
  id: string;
  object: string;
  status: string;
  capturedMinor: string;
  refundedMinor: string;
  declineCode?: string;
  actionUrl?: string;
  error: { code: string };
}

let dir: string;
let receiver: WebhookReceiver;
let running: RunningSimulator;
let psp: ApiClient;
let url: string;

async function start(): Promise<void> {
  running = await startPsp(
    {
      port: 0,
      dataDir: dir,
      seed: 1,
      webhook: { url, secret: receiver.secret },
      apiKey: 'sk_test',
      rate: 1,
      autoHandover: true,
    },
    (error) => {
      throw error;
    },
  );
  psp = new ApiClient(running.port, 'sk_test');
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'psp-'));
  receiver = new WebhookReceiver();
  url = await receiver.listen();
  await start();
});
afterEach(async () => {
  await running.close();
  await receiver.close();
  rmSync(dir, { recursive: true });
});

let references = 0;
function pay(token: string, more: object = {}): Promise<Answer<Shown>> {
  references += 1;
  const reference = `pay-${String(references)}`;
  const body = { amountMinor: '1000', currency: 'BRL', token, reference, ...more };
  return psp.post<Shown>('/api/payments', body);
}

function heard(type: string, id: string): Promise<unknown> {
  return eventually(() =>
    receiver.received.find((event) => event.type === type && event.data['id'] === id),
  );
}

test('tok_ok is captured and announced', async () => {
  const { status, body } = await pay('tok_ok');
  expect(status).toBe(201);
  expect(body).toMatchObject({
    id: expect.stringMatching(/^pay_sim_/) as string,
    status: 'captured',
    amountMinor: '1000',
    capturedMinor: '1000',
    refundedMinor: '0',
  });
  expect(Object.keys(body)).not.toContain('token');
  await heard('payment.captured', body.id);
  const balance = await psp.get('/api/balance');
  expect(balance.body).toEqual({ balances: [{ currency: 'BRL', availableMinor: '1000' }] });
});

test.each([
  ['tok_decline_insufficient_funds', 'insufficient_funds'],
  ['tok_decline_generic', 'generic_decline'],
])('%s fails with 201', async (token, declineCode) => {
  const { status, body } = await pay(token);
  expect({ status, body }).toMatchObject({ status: 201, body: { status: 'failed', declineCode } });
  await heard('payment.failed', body.id);
});

test('unknown tokens and card numbers are refused and leave nothing', async () => {
  expect((await pay('tok_nonsense')).body.error.code).toBe('TOKEN_INVALID');
  expect((await pay('4242 4242 4242 4242')).body.error.code).toBe('CARD_NUMBER_REFUSED');
  const hidden = { metadata: { note: '4242424242424242' } };
  expect((await pay('tok_ok', hidden)).body.error.code).toBe('CARD_NUMBER_REFUSED');
  expect((await psp.get<{ payments: unknown[] }>('/sim/books')).body.payments).toEqual([]);
});

test.each([[1000], ['0'], ['-5'], ['1.5'], [''], ['1e3']])('amount %j is 400', async (amount) => {
  expect((await pay('tok_ok', { amountMinor: amount })).status).toBe(400);
});

test('3-D Secure waits for the payer', async () => {
  const { body } = await pay('tok_3ds');
  expect(body.status).toBe('requires_action');
  expect((await fetch(body.actionUrl ?? '')).headers.get('content-type')).toContain('text/html');
  const path = `/sim/payments/${body.id}/complete`;
  expect((await psp.post<Shown>(path, { outcome: 'success' })).body.status).toBe('captured');
  await heard('payment.captured', body.id);
  expect((await psp.post(path, { outcome: 'failure' })).status).toBe(409);
  const other = await pay('tok_3ds');
  const failed = await psp.post<Shown>(`/sim/payments/${other.body.id}/complete`, {
    outcome: 'failure',
  });
  expect(failed.body).toMatchObject({ status: 'failed', declineCode: 'authentication_failed' });
});

test('a late success comes by webhook, also after a restart', async () => {
  const { body } = await pay('tok_late_success');
  expect(body.status).toBe('pending');
  await running.close();
  await start();
  await heard('payment.captured', body.id);
  expect((await psp.get<Shown>(`/api/payments/${body.id}`)).body.capturedMinor).toBe('1000');
});

test('authorize, then capture a part; or void', async () => {
  const { body } = await pay('tok_ok', { capture: false });
  expect(body).toMatchObject({ status: 'authorized', capturedMinor: '0' });
  const path = `/api/payments/${body.id}`;
  const over = await psp.post<Shown>(`${path}/capture`, { amountMinor: '1001', reference: 'c0' });
  expect(over.body.error.code).toBe('AMOUNT_EXCEEDS_AUTHORIZED');
  const capture = { amountMinor: '700', reference: 'c1' };
  const captured = await psp.post<Shown>(`${path}/capture`, capture);
  expect(captured.body).toMatchObject({ status: 'captured', capturedMinor: '700' });
  expect((await psp.post<Shown>(`${path}/capture`, capture)).body).toEqual(captured.body);
  expect((await psp.post(`${path}/capture`, { reference: 'c2' })).status).toBe(409);
  expect((await psp.post(`${path}/void`, { reference: 'v1' })).status).toBe(409);
  const other = await pay('tok_ok', { capture: false });
  const voided = await psp.post<Shown>(`/api/payments/${other.body.id}/void`, { reference: 'v2' });
  expect(voided.body.status).toBe('voided');
  await heard('payment.voided', other.body.id);
});

test('refunds stop at what was captured', async () => {
  const { body } = await pay('tok_ok');
  const refund = (amountMinor: string, reference: string): Promise<Answer<Shown>> =>
    psp.post<Shown>('/api/refunds', { paymentId: body.id, amountMinor, reference });
  const first = await refund('600', 'r1');
  expect(first).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  expect((await refund('600', 'r1')).body).toEqual(first.body);
  expect((await refund('401', 'r2')).body.error.code).toBe('AMOUNT_EXCEEDS_CAPTURED');
  expect((await refund('400', 'r3')).status).toBe(201);
  await heard('refund.succeeded', first.body.id);
  expect((await psp.get<Shown>(`/api/payments/${body.id}`)).body.refundedMinor).toBe('1000');
});

test('a refund that fails moves no money', async () => {
  const { body } = await pay('tok_refund_fail');
  const refund = { paymentId: body.id, amountMinor: '5', reference: 'r1' };
  expect((await psp.post<Shown>('/api/refunds', refund)).body.status).toBe('failed');
  expect((await psp.get<Shown>(`/api/payments/${body.id}`)).body.refundedMinor).toBe('0');
});

test('payouts: paid, failed, returned, and never more than the balance', async () => {
  await pay('tok_ok');
  const payout = (destination: string, amountMinor = '100'): Promise<Answer<Shown>> => {
    references += 1;
    const reference = `po-${String(references)}`;
    return psp.post<Shown>('/api/payouts', {
      amountMinor,
      currency: 'BRL',
      destination,
      reference,
    });
  };
  expect((await payout('dest_ok', '1001')).body.error.code).toBe('BALANCE_INSUFFICIENT');
  expect((await payout('iban')).body.error.code).toBe('DESTINATION_INVALID');
  const ok = await payout('dest_ok_7');
  expect(ok.body.status).toBe('in_transit');
  const fails = await payout('dest_fail');
  const returns = await payout('dest_return');
  await Promise.all([
    heard('payout.paid', ok.body.id),
    heard('payout.failed', fails.body.id),
    heard('payout.paid', returns.body.id),
    heard('payout.returned', returns.body.id),
  ]);
  expect((await psp.get('/api/balance')).body).toEqual({
    balances: [{ currency: 'BRL', availableMinor: '900' }],
  });
});

test('a reference names one operation for ever', async () => {
  const first = await pay('tok_ok', { reference: 'op-1' });
  const second = await pay('tok_ok', { reference: 'op-1', amountMinor: '5' });
  expect(second).toMatchObject({ status: 200, body: { id: first.body.id, amountMinor: '1000' } });
  expect((await psp.get<Shown>('/api/operations?reference=op-1')).body).toEqual(first.body);
  expect((await psp.get('/api/operations?reference=op-2')).status).toBe(404);
  const refund = { paymentId: first.body.id, amountMinor: '5', reference: 'op-1' };
  expect((await psp.post<Shown>('/api/refunds', refund)).body.error.code).toBe('REFERENCE_REUSED');
});
