import { until } from '#kernel/testing/until';
import { World } from '../testing/world';

let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world?.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

test('pays two sellers’ orders with one token and holds the money', async () => {
  const group = world.group([10_000n, 2_550n]);
  const { payment, userErrors } = await world.pay(group);
  expect(userErrors).toEqual([]);
  expect(payment?.status).toBe('CAPTURED');
  expect(await world.tranche(group, 0)).toMatchObject({
    state: 'FUNDED',
    capturedMinor: 10_000n,
    availableMinor: 10_000n,
    escrowState: 'HELD',
  });
  expect(await world.tranche(group, 1)).toMatchObject({ state: 'FUNDED', capturedMinor: 2_550n });
  expect(await world.told(group.orders[0]?.orderId ?? '')).toEqual([
    'payment.captured',
    'escrow.funded',
  ]);
});

test('20 double clicks: one capture, the same answer', async () => {
  const group = world.group([4_200n]);
  const request = await world.sealed(group);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => world.pay(group, { request, key: 'click' })),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]?.payment?.status).toBe('CAPTURED');
  const { payments } = await world.psp.books();
  expect(payments.filter(({ capturedMinor }) => capturedMinor === '4200')).toHaveLength(1);
});

test('a second payment with another key sends nothing', async () => {
  const group = world.group([5_100n]);
  const both = await Promise.all([world.pay(group), world.pay(group)]);
  const codes = both.map(({ userErrors }) => userErrors[0]?.code ?? 'PAID').sort();
  expect(codes).toEqual(['PAID', 'PAYMENT_IN_PROGRESS']);
});

test('a lost reply is UNKNOWN, and becomes one charge', async () => {
  await world.psp.faults({ match: 'POST /api/payments', kind: 'drop_after', times: 1 });
  const group = world.group([7_700n]);
  const { payment } = await world.pay(group);
  expect(payment?.status).toBe('UNKNOWN');
  await until(async () => (await world.tranche(group))['state'] === 'FUNDED', 'funding');
  const { payments } = await world.psp.books();
  expect(payments.filter(({ capturedMinor }) => capturedMinor === '7700')).toHaveLength(1);
});
