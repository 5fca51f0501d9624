import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
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

const orderOf = (group: PlacedGroup, n = 0): string => group.orders[n]?.orderId ?? '';

async function paid(totals: readonly bigint[] = [10_000n]): Promise<PlacedGroup> {
  const group = world.group(totals);
  const { userErrors } = await world.pay(group);
  expect(userErrors).toEqual([]);
  return group;
}

const refunded = (group: PlacedGroup, n = 0): Promise<unknown> =>
  until(
    async () => (await world.told(orderOf(group, n))).includes('refund.succeeded'),
    'refund.succeeded',
  );

test('the buyer’s receipt releases the money, less commission and tax', async () => {
  const group = await paid();
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  expect(await world.tranche(group)).toMatchObject({
    state: 'RELEASED',
    escrowState: 'RELEASED',
    releasedMinor: 10_000n,
    availableMinor: 0n,
  });
  const [line] = await world.db.query(
    'select "amountMinor", "commissionMinor", "taxMinor", cause from "balanceTransaction" where "orderId" = $1',
    [orderOf(group)],
  );
  expect(line).toEqual({
    amountMinor: 8_810n,
    commissionMinor: 1_000n,
    taxMinor: 190n,
    cause: 'RECEIPT_CONFIRMED',
  });
  const timers = 'select kind from timer where subject = $1';
  expect(await world.db.query(timers, [(await world.tranche(group))['id']])).toEqual([]);
  const told = await world.told(orderOf(group));
  await world.partyFact('order.receipt_confirmed', group);
  expect(await world.told(orderOf(group))).toEqual(told);
});

test('an order and an escrow that do not belong together release nothing', async () => {
  const group = await paid([10_000n, 5_000n]);
  await world.ship(group);
  const escrowId = String((await world.tranche(group))['escrowId']);
  for (const target of [
    { escrowId, orderId: orderOf(group, 1) },
    { escrowId: 'nonsense', orderId: orderOf(group) },
    { escrowId, orderId: 'nonsense' },
  ]) {
    const { data } = await world.call(
      user(group.buyerId),
      `mutation ($input: EscrowReleaseConfirmInput!) {
         escrowReleaseConfirm(input: $input) { escrow { id } userErrors { code } } }`,
      { input: { ...target, idempotencyKey: JSON.stringify(target) } },
    );
    expect(data?.['escrowReleaseConfirm']).toEqual({
      escrow: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
  }
  expect((await world.tranche(group))['state']).toBe('SHIPPED');
});

test('receipt heard before the shipment waits for it, then releases; what arrives later changes nothing', async () => {
  const group = await paid();
  const receipt = (): Promise<void> => world.partyFact('order.receipt_confirmed', group);
  await expect(receipt()).rejects.toThrow('known to have left');
  expect(await world.tranche(group)).toMatchObject({ state: 'FUNDED', availableMinor: 10_000n });
  await world.ship(group);
  await receipt(); // a fact that was thrown back is tried again
  expect(await world.tranche(group)).toMatchObject({ state: 'RELEASED' });
  await world.ship(group, 0, 'delivered');
  expect(await world.tranche(group)).toMatchObject({ state: 'RELEASED' });
});

test('T4: the inspection window ends 7 days after delivery and releases once', async () => {
  const group = world.group([10_000n]);
  await world.tier(group.orders[0]?.sellerId ?? '', 'STANDARD', 1);
  await world.pay(group);
  await world.ship(group, 0, 'delivered');
  await world.ship(group);
  expect(await world.tranche(group)).toMatchObject({ state: 'DELIVERED' });
  await world.advance(7 * DAY - MINUTE);
  expect(await world.tranche(group)).toMatchObject({ state: 'DELIVERED' });
  await world.advance(MINUTE);
  await world.advance(DAY);
  expect(await world.tranche(group)).toMatchObject({ state: 'RELEASED' });
  const told = await world.told(orderOf(group));
  expect(told.filter((type) => type === 'escrow.released')).toHaveLength(1);
});

test('T3: never delivered, released 30 days after shipping; a retracted delivery goes back to it', async () => {
  const group = await paid();
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  await world.advance(DAY);
  const { orderId = '', sellerId = '' } = group.orders[0] ?? {};
  await world.hear('shipment.delivery_retracted', {
    shipmentId: String((await world.tranche(group))['shipmentId']),
    orderId,
    sellerId,
    buyerId: group.buyerId,
    reason: 'wrong door',
  });
  expect(await world.tranche(group)).toMatchObject({ state: 'SHIPPED' });
  await world.advance(29 * DAY);
  expect(await world.tranche(group)).toMatchObject({ state: 'SHIPPED' });
  await world.advance(DAY);
  expect(await world.tranche(group)).toMatchObject({ state: 'RELEASED' });
});

test('T2: an unshipped order is reported once and stays held; shipping can still win', async () => {
  const group = await paid();
  await world.advance(17 * DAY);
  await world.advance(DAY + HOUR);
  const told = await world.told(orderOf(group));
  expect(told.filter((type) => type === 'escrow.ship_overdue')).toHaveLength(1);
  await world.ship(group);
  expect(await world.tranche(group)).toMatchObject({ state: 'SHIPPED' });
});

test('a cancelled order is refunded whole; the other order of the group is untouched', async () => {
  const group = await paid([3_000n, 4_000n]);
  await world.partyFact('order.cancelled', group, 1);
  await refunded(group, 1);
  expect(await world.tranche(group, 1)).toMatchObject({
    state: 'CLOSED',
    escrowState: 'REFUNDED',
    refundedMinor: 4_000n,
  });
  expect(await world.tranche(group, 0)).toMatchObject({ state: 'FUNDED' });
  await world.partyFact('order.cancelled', group, 1);
  const told = await world.told(orderOf(group, 1));
  expect(told.filter((type) => type === 'refund.succeeded')).toHaveLength(1);
});

test('T1: an order group nobody pays for expires after 15 minutes; paying then is refused', async () => {
  const group = world.group([1_000n]);
  const { part: _part, ...terms } = group.request;
  await world.hear('order_group.placed', terms);
  const request = await world.sealed(group, DAY);
  await world.advance(15 * MINUTE);
  expect(await world.told(orderOf(group))).toEqual(['escrow.progressed', 'payment.expired']);
  expect((await world.pay(group, { request })).userErrors[0]?.code).toBe('PAYMENT_REQUEST_EXPIRED');
});

test('the fact after the payment changes nothing; other amounts are not taken over', async () => {
  const group = await paid([1_200n]);
  const { part: _part, ...terms } = group.request;
  await world.hear('order_group.placed', terms);
  const orders = terms.orders.map((order) => ({ ...order, totalMinor: '1', commissionMinor: '0' }));
  await world.hear('order_group.placed', { ...terms, orders });
  expect(await world.tranche(group)).toMatchObject({ capturedMinor: 1_200n });
  const other = { ...group, request: { ...group.request, orders, totalMinor: '1' } };
  expect((await world.pay(other)).userErrors[0]?.code).toBe('PAYMENT_REQUEST_INVALID');
});

test('late money on an expired group is booked and sent back', async () => {
  const group = world.group([6_100n]);
  const { payment } = await world.pay(group, { token: 'tok_3ds' });
  expect(payment?.status).toBe('REQUIRES_ACTION');
  await world.psp.faults({ match: 'GET /api/*', kind: 'status', status: 500 }); // or we void it first
  await world.advance(15 * MINUTE);
  expect(await world.tranche(group)).toMatchObject({ state: 'CANCELLED' });
  await world.post3ds(payment?.id ?? '', 'success');
  await world.psp.faults();
  await world.advance(HOUR); // no webhook came: the janitor looks
  await refunded(group);
  const told = await world.told(orderOf(group));
  expect(told.filter((type) => type === 'refund.succeeded')).toHaveLength(1);
  const { payments } = await world.psp.books();
  expect(payments.find(({ capturedMinor }) => capturedMinor === '6100')?.refundedMinor).toBe(
    '6100',
  );
});

test('money for an order that was cancelled while it was paid goes back; the rest is funded', async () => {
  const group = world.group([2_100n, 2_200n]);
  const { payment } = await world.pay(group, { token: 'tok_3ds' });
  await world.partyFact('order.cancelled', group, 0);
  await world.post3ds(payment?.id ?? '', 'success');
  await world.confirmPayment(user(group.buyerId), payment?.id ?? '');
  await refunded(group, 0);
  expect(await world.tranche(group, 0)).toMatchObject({ state: 'CANCELLED' });
  expect(await world.tranche(group, 1)).toMatchObject({ state: 'FUNDED', capturedMinor: 2_200n });
});

test('release against refund, 64 at once: one of them wins', async () => {
  const group = await paid([9_000n]);
  await world.ship(group);
  const sellerId = group.orders[0]?.sellerId ?? '';
  const seller = user('acc_00000000000000000000000009');
  await world.openSeller(sellerId, 'acc_00000000000000000000000009', false);
  const results = await Promise.all(
    Array.from({ length: 64 }, (_, i) =>
      i % 2 === 0
        ? world.confirm(user(group.buyerId), orderOf(group), `c${i}`)
        : world.refund(seller, orderOf(group), 9_000n, `r${i}`),
    ),
  );
  const codes = results.map(({ userErrors }) => userErrors[0]?.code ?? 'DONE');
  const tranche = await world.tranche(group);
  const released = tranche['releasedMinor'] as bigint;
  const { clawedBackMinor, refundedMinor } = tranche as Record<string, bigint>;
  expect(released + (refundedMinor ?? 0n)).toBe(9_000n);
  if (released > 0n) expect([0n, 9_000n]).toContain(clawedBackMinor);
  const refunds = results.filter((_, i) => i % 2 === 1 && codes[i] === 'DONE');
  expect(refunds.length).toBeLessThanOrEqual(1);
  const allowed = [
    'DONE',
    'AMOUNT_EXCEEDS_AVAILABLE',
    'TRANSITION_NOT_ALLOWED',
    'BALANCE_INSUFFICIENT',
  ];
  expect(codes.filter((code) => !allowed.includes(code))).toEqual([]);
});

test('partial refunds to 101 % never give more than came in', async () => {
  const group = await paid([1_000n]);
  const sellerId = group.orders[0]?.sellerId ?? '';
  const seller = user('acc_00000000000000000000000008');
  await world.openSeller(sellerId, 'acc_00000000000000000000000008', false);
  const results = await Promise.all(
    Array.from({ length: 101 }, (_, i) => world.refund(seller, orderOf(group), 10n, `p${i}`)),
  );
  const done = results.filter(({ userErrors }) => userErrors.length === 0);
  expect(done).toHaveLength(100);
  expect(await world.tranche(group)).toMatchObject({ state: 'CLOSED', refundedMinor: 1_000n });
}, 60_000);
