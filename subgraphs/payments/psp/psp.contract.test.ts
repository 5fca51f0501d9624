import { until } from '#kernel/testing/until';
import { PspBench, operationId, payment, payout, refund } from '../testing/psp.contract';
import { PSP_SECRET } from '../testing/psp.process';
import { StripePspAdapter } from './stripe-psp.adapter';

jest.setTimeout(60_000);

// What every adapter must keep, against a PSP process that speaks its dialect.
describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let bench: PspBench;
  beforeAll(async () => {
    bench = await PspBench.open(dialect);
    await bench.charge('100000');
  });
  afterAll(() => bench.close());

  test('a charge is captured, and found by our id and by theirs', async () => {
    const act = payment('1250');
    const { id, reply } = await bench.send(act);
    expect(reply).toMatchObject({
      kind: 'OBJECT',
      object: {
        object: 'payment',
        status: 'captured',
        amountMinor: 1_250n,
        capturedMinor: 1_250n,
        currency: 'EUR',
        reference: id,
        declineCode: null,
        actionUrl: null,
      },
    });
    expect(await bench.find(id, act)).toEqual(reply);
    const pspId = reply.kind === 'OBJECT' ? reply.object.id : '';
    expect(await bench.port.get('payment', pspId)).toEqual(reply);
    expect(await bench.port.get('payment', 'pay_nobody')).toEqual({ kind: 'ABSENT' });
    for (const one of [act, refund(pspId, '1'), payout('1')]) {
      expect(await bench.find(operationId(), one)).toEqual({ kind: 'ABSENT' });
    }
  });

  test('a declined charge is an object that failed; an unknown token is a no', async () => {
    const act = payment('900', 'tok_decline_insufficient_funds');
    const { id, reply } = await bench.send(act);
    const failed = { status: 'failed', declineCode: 'insufficient_funds', capturedMinor: 0n };
    expect(reply).toMatchObject({ kind: 'OBJECT', object: failed });
    expect(await bench.find(id, act)).toMatchObject({ kind: 'OBJECT', object: failed });
    expect((await bench.send(payment('900', 'tok_nobody'))).reply.kind).toBe('REFUSED');
  });

  test('3-D Secure asks, and the answer is read', async () => {
    const asked = await bench.charge('800', 'tok_3ds');
    expect(asked).toMatchObject({ status: 'requires_action', capturedMinor: 0n });
    expect((await fetch(asked.actionUrl ?? '')).status).toBe(200);
    await bench.psp.post(`/sim/payments/${asked.id}/complete`, { outcome: 'success' });
    expect(await bench.now(asked)).toMatchObject({ status: 'captured', actionUrl: null });
  });

  test('the same key twice is one act; with another input nothing is learnt', async () => {
    const id = operationId();
    const first = await bench.port.send(id, payment('700'));
    expect(await bench.port.send(id, payment('700'))).toEqual(first);
    expect((await bench.port.send(id, payment('701'))).kind).toBe('LOST');
    const { payments } = await bench.psp.books();
    expect(payments.filter(({ capturedMinor }) => capturedMinor === '700')).toHaveLength(1);
  });

  test('authorize, then capture a part once; or void', async () => {
    const held = await bench.make({ ...payment('600'), capture: 'MANUAL' });
    expect(held).toMatchObject({ status: 'authorized', capturedMinor: 0n });
    const capture = { kind: 'CAPTURE', pspPaymentId: held.id, currency: 'EUR' } as const;
    const tooMuch = await bench.send({ ...capture, amountMinor: '601' });
    expect(tooMuch.reply.kind).not.toBe('OBJECT');
    expect(bench.port.capabilities.partialCapture).toBe(true);
    expect(await bench.make({ ...capture, amountMinor: '250' })).toMatchObject({
      status: 'captured',
      capturedMinor: 250n,
    });
    expect(bench.port.capabilities.multiCapture).toBe(false);
    expect((await bench.send({ ...capture, amountMinor: '1' })).reply.kind).not.toBe('OBJECT');
    const other = await bench.make({ ...payment('500'), capture: 'MANUAL' });
    await bench.make({ kind: 'VOID', pspPaymentId: other.id });
    expect((await bench.now(other)).status).toBe('voided');
    expect((await bench.send({ kind: 'VOID', pspPaymentId: held.id })).reply.kind).not.toBe(
      'OBJECT',
    );
  });

  test('a payment that was only made is sent by confirming it', async () => {
    const made = await bench.make({ ...payment('400'), confirm: 'LATER' });
    expect(made).toMatchObject({ status: 'requires_confirmation', capturedMinor: 0n });
    const sent = await bench.make({ kind: 'CONFIRM', pspPaymentId: made.id });
    expect(sent).toMatchObject({ id: made.id, status: 'captured', capturedMinor: 400n });
  });

  test('refunds up to what was captured', async () => {
    const paid = await bench.charge('300');
    const act = refund(paid.id, '100');
    const { id, reply } = await bench.send(act);
    const done = { object: 'refund', status: 'succeeded', amountMinor: 100n, reference: id };
    expect(reply).toMatchObject({ kind: 'OBJECT', object: done });
    expect(await bench.find(id, act)).toEqual(reply);
    expect((await bench.send(refund(paid.id, '201'))).reply.kind).toBe('REFUSED');
    const { currency: _none, ...without } = refund(paid.id, '50');
    expect(await bench.make(without)).toMatchObject({ amountMinor: 50n, currency: 'EUR' });
  });

  test('a refund can fail after it succeeded', async () => {
    const paid = await bench.charge('310', 'tok_refund_fail_late');
    const made = await bench.make(refund(paid.id, '310'));
    expect(made.status).toBe('succeeded');
    await until(async () => (await bench.now(made)).status === 'failed', 'the refund to fail');
  });

  test('payouts are paid, fail, or are taken back in time', async () => {
    const act = payout('210');
    const { id, reply } = await bench.send(act);
    expect(reply).toMatchObject({ kind: 'OBJECT', object: { object: 'payout', reference: id } });
    expect((await bench.find(id, act)).kind).toBe('OBJECT');
    const found = reply.kind === 'OBJECT' ? reply.object : undefined;
    if (found === undefined) throw new Error('no payout');
    await until(async () => (await bench.now(found)).status === 'paid', 'the payout');
    const failing = await bench.make(payout('220', 'dest_fail'));
    await until(async () => (await bench.now(failing)).status === 'failed', 'the failure');
    const slow = await bench.make(payout('230', 'dest_slow'));
    const taken = await bench.make({ kind: 'CANCEL_PAYOUT', pspPayoutId: slow.id });
    expect(taken.status).toBe('canceled');
    const late = await bench.send({ kind: 'CANCEL_PAYOUT', pspPayoutId: found.id });
    expect(late.reply.kind).not.toBe('OBJECT');
    expect((await bench.send(payout('99999999'))).reply.kind).toBe('REFUSED');
  });

  test('a kept means of payment is a token, and the same card is known again', async () => {
    const kept = await bench.make({ kind: 'METHOD', token: 'tok_ok' });
    expect(kept).toMatchObject({ object: 'method', status: 'active', method: { last4: '4242' } });
    expect(await bench.charge('190', kept.id)).toMatchObject({ status: 'captured' });
    expect((await bench.now(kept)).method).toEqual(kept.method);
    const again = await bench.make({ kind: 'METHOD', token: 'tok_ok' });
    const other = await bench.make({ kind: 'METHOD', token: 'tok_3ds' });
    expect(again.method?.fingerprint).toBe(kept.method?.fingerprint);
    expect(other.method?.fingerprint).not.toBe(kept.method?.fingerprint);
  });

  test('disputes: evidence once, accepting, no refund meanwhile', async () => {
    const disputeOf = async (token: string): Promise<[string, string]> => {
      const paid = await bench.charge('5000', token);
      const seen = async (): Promise<string | undefined> =>
        (await bench.psp.books()).disputes.find(({ paymentId }) => paymentId === paid.id)?.id;
      await until(async () => (await seen()) !== undefined, 'the dispute');
      return [(await seen()) ?? '', paid.id];
    };
    const [won, paid] = await disputeOf('tok_dispute_won');
    const fields = { uncategorized_text: 'signed for', shipping_tracking_number: 'AU1' };
    const evidence = { kind: 'EVIDENCE', pspDisputeId: won, fields } as const;
    expect(bench.port.capabilities.disputeRefundable).toBe(false);
    expect((await bench.send(refund(paid, '1'))).reply.kind).toBe('REFUSED');
    const submitted = await bench.make(evidence);
    expect(submitted).toMatchObject({ status: 'under_review', amountMinor: 5_000n });
    expect(submitted.dispute).toMatchObject({ pspPaymentId: paid });
    expect(submitted.dispute?.dueAt.getTime()).toBeGreaterThan(Date.now());
    expect((await bench.send(evidence)).reply.kind).not.toBe('OBJECT');
    await until(async () => (await bench.now(submitted)).status === 'won', 'the decision');
    const [lost] = await disputeOf('tok_dispute_won');
    await bench.make({ kind: 'ACCEPT_DISPUTE', pspDisputeId: lost });
    expect((await bench.now({ ...submitted, id: lost })).status).toBe('lost');
  });

  test('amounts: decimals of each currency, what we hold, and the most', async () => {
    for (const [currency, minor] of [
      ['ISK', '500'],
      ['KWD', '1234'],
      ['JPY', '77'],
    ] as const) {
      const paid = await bench.charge(minor, 'tok_ok', currency);
      expect(paid).toMatchObject({ amountMinor: BigInt(minor), currency });
      const { movable, total } = (await bench.port.balances()) ?? {};
      expect([movable?.get(currency), total?.get(currency)]).toEqual([
        BigInt(minor),
        BigInt(minor),
      ]);
      const { balances } = await bench.psp.books();
      const theirs = balances.find(
        (one) => one.currency === currency && one.account === 'merchant_balance',
      );
      expect(theirs?.amountMinor).toBe(minor);
      await bench.make(refund(paid.id, minor, currency));
    }
    const tooMuch = (bench.port.capabilities.maxAmount + 1n).toString();
    expect((await bench.send(payment(tooMuch))).reply.kind).toBe('REFUSED');
  });

  test('only what the PSP itself does not know is absent', async () => {
    const { id } = await bench.charge('1600');
    const path = dialect === 'stripe' ? '/v1/payment_intents' : '/api/payments';
    await bench.psp.faults({ match: `GET ${path}/*`, kind: 'status', status: 400, times: 1 });
    expect(await bench.port.get('payment', id)).toEqual({ kind: 'REFUSED', code: 'PLANNED_FAULT' });
    expect((await bench.port.get('payment', id)).kind).toBe('OBJECT');
    expect((await bench.port.get('payment', 'pay_nobody')).kind).toBe('ABSENT');
  });

  const trouble: [string, Record<string, unknown>, boolean][] = [
    // Stripe's package tries once more after a reset.
    ['the call never arrives', { kind: 'drop_before', times: 2 }, false],
    ['the reply is lost', { kind: 'drop_after', times: 2 }, true],
    ['500', { kind: 'status', status: 500 }, false],
    ['429', { kind: 'status', status: 429 }, false],
    ['409', { kind: 'status', status: 409 }, false],
    ['401', { kind: 'status', status: 401 }, false],
    ['a stored 500, nothing done', { kind: 'stored_500' }, false],
    ['a stored 500, all done', { kind: 'done_500' }, true],
    ['no answer in time', { kind: 'delay_after', delayMs: 11_000 }, true],
  ];
  test.each(trouble)(
    '%s: the outcome is lost, and can be looked for',
    async (_name, fault, done) => {
      await bench.psp.faults({ match: bench.psp.match('PAYMENT'), times: 1, ...fault });
      const act = payment('1500');
      const { id, reply } = await bench.send(act);
      await bench.psp.faults();
      expect(reply.kind).toBe('LOST');
      expect((await bench.find(id, act)).kind).toBe(done ? 'OBJECT' : 'ABSENT');
    },
  );

  test('a dead PSP is lost, never a no', async () => {
    await bench.psp.kill();
    expect((await bench.send(payment('1'))).reply.kind).toBe('LOST');
    expect((await bench.find(operationId(), payment('1'))).kind).toBe('LOST');
    expect((await bench.port.get('payment', 'pay_x')).kind).toBe('LOST');
    expect(await bench.port.balances()).toBeUndefined();
    expect(await bench.port.listSettlement(new Date(0), new Date())).toBeUndefined();
    await bench.psp.start();
  });

  test('webhooks: who and what, and nothing that is forged, changed or out of time', async () => {
    const { id, reply } = await bench.send(payment('1700'));
    const pspId = reply.kind === 'OBJECT' ? reply.object.id : '';
    const notices = () =>
      bench.delivered.map((one) => ({
        ...one,
        notice: bench.port.parseWebhook(one.body, one.headers, new Date()),
      }));
    const ours = () => notices().find(({ notice }) => notice?.reference === id);
    await until(() => Promise.resolve(ours() !== undefined), 'the webhook');
    const { headers = {}, body = Buffer.alloc(0), notice } = ours() ?? {};
    expect(notice).toMatchObject({ reference: id, pspId });
    const parse = (bytes: Buffer, changed: Record<string, string>, seconds = 0) =>
      bench.port.parseWebhook(
        bytes,
        { ...headers, ...changed },
        new Date(Date.now() + seconds * 1000),
      );
    expect(parse(body, {}, 290)).toEqual(notice);
    expect(parse(body, {}, 310)).toBeUndefined();
    expect(parse(body, {}, -310)).toBeUndefined();
    expect(parse(Buffer.concat([body, Buffer.from(' ')]), {})).toBeUndefined();
    expect(parse(body, { 'webhook-signature': 'v1,AAAA', 'stripe-signature': 't=1,v1=00' })).toBe(
      undefined,
    );
    expect(bench.port.parseWebhook(body, {}, new Date())).toBeUndefined();
  });

  test('reports name every movement once, with its fee, and what went to the bank', async () => {
    await bench.psp.post('/sim/fees', { basisPoints: 150, fixedMinor: '25' });
    const currency = 'CHF';
    const paid = await bench.send(payment('10000', 'tok_ok', currency));
    const pspId = paid.reply.kind === 'OBJECT' ? paid.reply.object.id : '';
    const back = await bench.send(refund(pspId, '1000', currency));
    const out = await bench.send(payout('2000', 'dest_ok', currency));
    const list = async () =>
      (await bench.port.listSettlement(new Date(0), new Date(Date.now() + 60_000)))?.filter(
        (line) => line.currency === currency,
      );
    expect(await list()).toEqual([]);
    await bench.psp.post('/sim/settlements', { toBank: true });
    const lines = (await list())?.map(({ kind, reference, grossMinor, feeMinor }) => {
      return { kind, reference, gross: grossMinor, fee: feeMinor };
    });
    expect(lines).toEqual([
      { kind: 'CAPTURE', reference: paid.id, gross: 10_000n, fee: 175n },
      { kind: 'REFUND', reference: back.id, gross: -1_000n, fee: 0n },
      { kind: 'PAYOUT', reference: out.id, gross: -2_000n, fee: 0n },
      { kind: 'BANK_TRANSFER', reference: lines?.[3]?.reference, gross: -6_825n, fee: 0n },
    ]);
    expect(lines?.[3]?.reference).toMatch(/^SIMPSP /);
    expect(await bench.port.listSettlement(new Date(0), new Date(1))).toEqual([]);
  });
});

test('a header that is dated ahead is refused, although its signature is right', () => {
  const options = { url: 'http://127.0.0.1:1', apiKey: 'sk', webhookSecret: PSP_SECRET };
  const port = new StripePspAdapter(options);
  expect(port.parseWebhook(Buffer.from('{}'), { 'stripe-signature': 't=abc' }, new Date())).toBe(
    undefined,
  );
});
