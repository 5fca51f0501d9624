import { Webhook } from 'standardwebhooks';
import { paymentIds } from '#contracts/ids';
import { until } from '#kernel/testing/until';
import { anonymous, user } from '../testing/acts';
import { PSP_SECRET } from '../testing/psp.process';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const funded = (group: PlacedGroup): Promise<unknown> =>
  until(async () => (await world.tranche(group))['state'] === 'FUNDED', 'funding');

const statusOf = async (id: string | undefined): Promise<string> => {
  const [row] = await world.db.query<{ state: string }>('select state from payment where id = $1', [
    id,
  ]);
  return row?.state ?? 'NONE';
};

test('3-D Secure: the payer acts, the webhook completes it', async () => {
  const group = world.group([3_300n]);
  const { payment } = await world.pay(group, { token: 'tok_3ds' });
  expect(payment).toMatchObject({ status: 'REQUIRES_ACTION' });
  expect(payment?.actionUrl).toContain(world.psp.url);
  await world.post3ds(payment?.id ?? '', 'success');
  await funded(group);
  expect(await statusOf(payment?.id)).toBe('CAPTURED');
});

test('3-D Secure refused: payment.failed, and a new payment may be made', async () => {
  const group = world.group([3_400n]);
  const { payment } = await world.pay(group, { token: 'tok_3ds' });
  await world.post3ds(payment?.id ?? '', 'failure');
  await until(async () => (await statusOf(payment?.id)) === 'FAILED', 'the failure');
  expect((await world.pay(group)).payment?.status).toBe('CAPTURED');
});

test('a late success is captured by webhook', async () => {
  const group = world.group([3_500n]);
  const { payment } = await world.pay(group, { token: 'tok_late_success' });
  expect(payment?.status).toBe('PENDING');
  await funded(group);
});

test('webhooks doubled, reordered, and against the reply: one capture each', async () => {
  await world.psp.faults({ kind: 'duplicate' }, { kind: 'reorder', probability: 0.5 });
  const groups = Array.from({ length: 10 }, (_, i) => world.group([5_000n + BigInt(i)]));
  await Promise.all(groups.map((group) => world.pay(group)));
  await world.settled();
  await world.psp.faults();
  for (const group of groups) expect(await world.tranche(group)).toMatchObject({ state: 'FUNDED' });
});

test('the PSP is killed after each commit and comes back: every payment converges to one charge', async () => {
  await world.psp.faults({ match: 'POST /api/*', kind: 'drop_after', probability: 0.5 });
  const groups = Array.from({ length: 12 }, (_, i) => world.group([8_000n + BigInt(i)]));
  const paying = Promise.all(groups.map((group) => world.pay(group)));
  await world.psp.kill();
  await world.psp.start();
  await paying;
  world.clock.advance(31_000); // the first look of the janitor
  for (const group of groups) await funded(group);
  const { payments } = await world.psp.books();
  for (const group of groups) {
    const charges = payments.filter((one) => one.capturedMinor === group.request.totalMinor);
    expect(charges).toHaveLength(1);
  }
});

describe('the receiver', () => {
  const body = Buffer.from(
    JSON.stringify({ type: 'payment.captured', data: { id: 'x', reference: 'pop_x' } }),
  );
  const send = (id: string, at: Date, signed: Buffer = body, sent: Buffer = body) => {
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(PSP_SECRET).sign(id, at, signed),
    };
    const hook = world.payments.hooks['psp'];
    return hook?.({ connection: 'sim', headers, body: sent }).then(({ status }) => status);
  };
  const shifted = (seconds: number): Date => new Date(world.clock.now().getTime() + seconds * 1000);

  test('takes a signed event once', async () => {
    expect(await send('msg_1', shifted(0))).toBe(204);
    expect(await send('msg_1', shifted(0))).toBe(204);
    const rows = await world.db.query(`select 1 as one from "pspEvent" where id = 'msg_1'`);
    expect(rows).toHaveLength(1);
  });

  test('refuses a clock that is off in either direction, and changed bytes', async () => {
    expect(await send('msg_2', shifted(-302))).toBe(401);
    expect(await send('msg_2', shifted(302))).toBe(401);
    expect(await send('msg_2', shifted(0), body, Buffer.concat([body, Buffer.from(' ')]))).toBe(
      401,
    );
    const hook = world.payments.hooks['psp'];
    expect((await hook?.({ connection: 'sim', headers: {}, body }))?.status).toBe(401);
    expect(await send('msg_2', shifted(0), Buffer.alloc(1_100_000), Buffer.alloc(1_100_000))).toBe(
      413,
    );
  });
});

test('paymentConfirm is the buyer’s only', async () => {
  const group = world.group([1_900n]);
  const { payment } = await world.pay(group, { token: 'tok_3ds' });
  const stranger = user('acc_00000000000000000000000007');
  const refused = await world.confirmPayment(stranger, payment?.id ?? '');
  expect(refused.userErrors[0]?.code).toBe('NOT_FOUND');
  // Nobody in particular is told the same of a payment that exists and of one that does not.
  for (const id of [payment?.id ?? '', paymentIds.create()]) {
    const { errors } = await world.call(
      anonymous,
      `mutation ($input: PaymentConfirmInput!) { paymentConfirm(input: $input) { payment { id } } }`,
      { input: { paymentId: id, idempotencyKey: 'anybody' } },
    );
    expect(errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  }
  await world.post3ds(payment?.id ?? '', 'success');
  const answer = await world.confirmPayment(user(group.buyerId), payment?.id ?? '');
  expect(answer['payment']).toMatchObject({ status: 'CAPTURED' });
});
