import { shipmentIds } from '#contracts/ids';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000008', ['OPERATOR']);
let world: World;
let keys = 0;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

/** Three lamps for 10 000 and a chair for 4 000, of a trusted seller. */
async function paid(token?: string): Promise<PlacedGroup> {
  const group = world.groupOf([
    [
      [3, 10_000n],
      [1, 4_000n],
    ],
  ]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group, token === undefined ? {} : { token });
  return group;
}

const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const goods = (group: PlacedGroup, ...quantities: number[]) =>
  (group.orders[0]?.lines ?? []).flatMap(({ orderLineId }, n) =>
    quantities[n] === undefined || quantities[n] === 0
      ? []
      : [{ orderLineId, quantity: quantities[n] }],
  );

async function refund(group: PlacedGroup, lines: object[], viewer = member, more: object = {}) {
  const input = { orderId: orderOf(group), lines, reason: 'broken', ...more };
  const { data } = await world.call(
    viewer,
    `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) {
       refund { fault amount { minorUnits } lines { quantity amount { minorUnits } } }
       userErrors { code field } } }`,
    { input: { idempotencyKey: `lines ${(keys += 1).toString()}`, ...input } },
  );
  const { refund: made, userErrors } = data?.['refundCreate'] as {
    refund: { amount: { minorUnits: string } } | null;
    userErrors: { code: string }[];
  };
  return userErrors[0]?.code ?? made;
}
const amounts = async (group: PlacedGroup): Promise<unknown[]> =>
  (await world.tranches(group)).map((t) => [t['state'], t['availableMinor'], t['refundedMinor']]);

test('goods are refunded at what they cost; over a line’s life not a unit is lost', async () => {
  const group = await paid();
  expect(await refund(group, goods(group, 1))).toEqual({
    fault: 'SELLER',
    amount: { minorUnits: '3333' },
    lines: [{ quantity: 1, amount: { minorUnits: '3333' } }],
  });
  expect(await refund(group, goods(group, 2), operator)).toMatchObject({
    fault: 'PLATFORM',
    amount: { minorUnits: '6667' },
  });
  expect(await refund(group, goods(group, 1))).toBe('AMOUNT_EXCEEDS_AVAILABLE');
  expect(await amounts(group)).toEqual([['FUNDED', 4_000n, 10_000n]]);
  await until(
    async () =>
      (await world.told(orderOf(group))).filter((type) => type === 'refund.succeeded').length === 2,
    'both refunds',
  );
  const [told] = await world.db.query(
    `select data->'lines'->0->>'quantity' as quantity, data->>'fault' as fault from outbox
     where type = 'refund.succeeded' and data->>'orderId' = $1 order by seq limit 1`,
    [orderOf(group)],
  );
  expect(told).toEqual({ quantity: '1', fault: 'SELLER' });
});

test('a refund that is not the sum of its lines is noticed', async () => {
  const group = await paid();
  await refund(group, goods(group, 1));
  const off = (by: number) => `update "refundLine" set "amountMinor" = "amountMinor" + ${by}`;
  await world.break(off(1));
  expect((await world.violations()).map(({ invariant }) => invariant)).toContain('I60');
  await world.break(off(-1));
});

test('what was refunded leaves with no parcel: later parcels keep their money', async () => {
  const group = await paid();
  await refund(group, goods(group, 1));
  const parcel = { shipmentId: shipmentIds.create(), event: 'shipped' as const };
  await world.parcel(group, 0, { ...parcel, lines: goods(group, 0, 1) });
  expect(await amounts(group)).toEqual([
    ['FUNDED', 6_667n, 3_333n],
    ['SHIPPED', 4_000n, 0n],
  ]);
});

test('goods take their own fees with them, whatever the others bear; what is left bears the rest', async () => {
  const made = world.groupOf([
    [
      [3, 10_000n],
      [1, 4_000n],
    ],
  ]);
  const [order] = made.request.orders;
  if (order === undefined) throw new Error('no order');
  const rates = [
    { commissionMinor: '2000', taxMinor: '100' },
    { commissionMinor: '0', taxMinor: '0' },
  ];
  const lines = (order.lines ?? []).map((line, n) => ({ ...line, ...rates[n] }));
  const orders = [{ ...order, commissionMinor: '2000', taxMinor: '100', lines }];
  const group = { ...made, request: { ...made.request, orders } };
  await world.openSeller(order.sellerId, MEMBER, true);
  await world.pay(group);
  const fees = async (): Promise<unknown[]> =>
    world.db.query(
      `select "commissionMinor" as commission, "taxMinor" as tax from refund where "orderId" = $1
       order by id`,
      [orderOf(group)],
    );
  // held: a chair costs no commission, a lamp 666
  await refund(group, goods(group, 0, 1));
  await refund(group, goods(group, 1));
  expect(await fees()).toEqual([
    { commission: 0n, tax: 0n },
    { commission: 666n, tax: 33n },
  ]);
  // a parcel of its own takes its own fees; then released, and clawed back
  const parcel = { shipmentId: shipmentIds.create(), event: 'shipped' as const };
  await world.parcel(group, 0, { ...parcel, lines: goods(group, 1) });
  await world.partyFact('order.receipt_confirmed', group);
  expect((await world.tranches(group)).map((t) => t['releasedCommissionMinor'])).toEqual([
    0n,
    667n,
  ]);
  await refund(group, goods(group, 2), operator);
  expect((await fees())[2]).toEqual({ commission: 1_334n, tax: 67n });
  expect(await amounts(group)).toEqual([
    ['CLOSED', 0n, 10_667n],
    ['RELEASED', 0n, 0n],
  ]);
});

test('units in two parcels: what has not left goes back first; what was released is clawed back', async () => {
  const group = await paid();
  const parcel = { shipmentId: shipmentIds.create(), event: 'shipped' as const };
  await world.parcel(group, 0, { ...parcel, lines: goods(group, 2) });
  await world.partyFact('order.receipt_confirmed', group);
  expect(await amounts(group)).toEqual([
    ['FUNDED', 7_334n, 0n],
    ['RELEASED', 0n, 0n],
  ]);
  expect(await refund(group, goods(group, 2))).toMatchObject({ amount: { minorUnits: '6667' } });
  expect(await amounts(group)).toEqual([
    ['FUNDED', 4_000n, 3_334n],
    ['RELEASED', 0n, 0n],
  ]);
  const [line] = await world.db.query(
    `select "grossMinor", "commissionMinor" from "balanceTransaction"
     where "orderId" = $1 and kind = 'CLAW_BACK'`,
    [orderOf(group)],
  );
  expect(line).toEqual({ grossMinor: -3_333n, commissionMinor: -333n });
});

test('64 refunds of one lamp each at once: three of them', async () => {
  const group = await paid();
  const answers = await Promise.all(
    Array.from({ length: 64 }, () => refund(group, goods(group, 1))),
  );
  expect(answers.filter((one) => typeof one === 'object')).toHaveLength(3);
  expect(await amounts(group)).toEqual([['FUNDED', 4_000n, 10_000n]]);
});

test('goods that do not go together with what else was said are refused', async () => {
  const group = await paid();
  const euros = { amount: { minorUnits: '1', currencyCode: 'EUR' } };
  expect(await refund(group, [])).toBe('AMOUNT_INVALID');
  expect(await refund(group, goods(group, 1), member, euros)).toBe('AMOUNT_INVALID');
  expect(await refund(group, [{ ...goods(group, 1)[0], quantity: 0 }])).toBe('AMOUNT_INVALID');
  expect(await refund(group, [{ orderLineId: 'oln_x', quantity: 1 }])).toBe(
    'AMOUNT_EXCEEDS_AVAILABLE',
  );
  expect(await refund(group, goods(group, 1), user(group.buyerId))).toBe('NOT_FOUND');
  await world.hold(operator, String((await world.tranche(group))['id']), 'lines');
  expect(await refund(group, goods(group, 1))).toBe('TRANCHE_FROZEN');
});

test('a refund that the payer’s bank sends back later becomes the buyer’s credit, once', async () => {
  const group = await paid('tok_refund_fail_late');
  await world.refund(member, orderOf(group), 5_000n, 'late');
  const told = async (): Promise<string[]> =>
    (await world.told(orderOf(group))).filter((type) => type.startsWith('refund.'));
  await until(async () => (await told()).length === 1, 'the refund');
  expect(await told()).toEqual(['refund.succeeded']);
  await until(async () => (await told()).length === 2, 'the return', 20_000);
  expect(await told()).toEqual(['refund.succeeded', 'refund.failed']);
  const [leg] = await world.db.query(
    `select l.state, r.state as whole, t."refundedMinor" from "refundLeg" l
     join refund r on r.id = l."refundId" join tender t on t.id = l."tenderId"
     where r."orderId" = $1`,
    [orderOf(group)],
  );
  expect(leg).toEqual({ state: 'RETURNED', whole: 'CREDITED', refundedMinor: 0n });
  const [credit] = await world.db.query(
    `select sum(cp - dp)::bigint as minor from ledger_total where kind = 5`,
  );
  expect(credit).toEqual({ minor: 5_000n });
});
