import { DAY, HOUR } from '#kernel/clock/clock';
import type { PaymentRequestInput } from '#contracts/payment-request';
import { user } from '../testing/acts';
import { contested, decided } from '../testing/chargeback.acts';
import { complain } from '../testing/complaints';
import { MEMBER } from '../testing/sellers';
import { type Paid, type PayOptions, type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
let world: World;
let keys = 0;
const key = (): string => `deposit ${(keys += 1).toString()}`;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

type Plan = NonNullable<PaymentRequestInput['orders'][number]['plan']>;

/** Orders with plans, their deposits paid. */
async function deposited(
  totals: readonly bigint[],
  plans: readonly Plan[],
  options: PayOptions = {},
): Promise<PlacedGroup> {
  const placed = world.group(totals);
  for (const { sellerId } of placed.orders) await world.openSeller(sellerId, MEMBER, true);
  const orders = placed.request.orders.map((order, n) => ({ ...order, plan: plans[n] }));
  const group = { ...placed, request: { ...placed.request, orders } };
  const minor = plans.reduce((sum, { depositMinor = '0' }) => sum + BigInt(depositMinor), 0n);
  expect(codes(await pay(group, 'DEPOSIT', minor, options))).toEqual([]);
  return group;
}

function pay(
  group: PlacedGroup,
  part: 'DEPOSIT' | 'BALANCE',
  minor: bigint,
  { only, ...options }: PayOptions & { readonly only?: number } = {},
): Promise<Paid> {
  const orders = group.request.orders.filter((_, n) => only === undefined || n === only);
  const request = { ...group.request, orders, part, totalMinor: minor.toString() };
  return world.pay({ ...group, request }, options);
}

const codes = ({ userErrors }: Pick<Paid, 'userErrors'>): string[] =>
  userErrors.map(({ code }) => code);
const orderOf = (group: PlacedGroup, n = 0): string => group.orders[n]?.orderId ?? '';
const stateOf = async (group: PlacedGroup, n = 0): Promise<unknown[]> =>
  (await world.tranches(group, n)).map((t) => [t['state'], t['refundedMinor']]);
const groupState = async ({ request }: PlacedGroup): Promise<unknown> =>
  (
    await world.db.first<{ state: string }>('select state from "orderGroup" where id = $1', [
      request.orderGroupId,
    ])
  )?.state;
const expired = (group: PlacedGroup): Promise<{ orderIds: string[] }[]> =>
  world.db.query(
    `select data->'orderIds' as "orderIds" from outbox
     where type = 'payment.expired' and data->>'orderGroupId' = $1`,
    [group.request.orderGroupId],
  );

// the first two: a bank is not heard in time any more once our clock has moved
test('a group whose deposit a bank keeps ends', async () => {
  const group = await deposited([10_000n], [{ depositMinor: '3000' }]);
  const seen = await complain(world, group);
  await world.chargebackAnswer(operator, seen.id, key(), 'chargebackAccept');
  await world.settled();
  expect((await world.tranche(group))['state']).toBe('CLOSED');
  await world.advance(0);
  expect(await groupState(group)).toBe('EXPIRED');
  expect(await expired(group)).toEqual([{ orderIds: [orderOf(group)] }]);
});

test('deposits that a bank contests when their balance is due go back when it has spoken, each when it is due', async () => {
  const plan = (balanceDays: number) => ({ depositMinor: '1000', balanceDays });
  const group = await deposited([4_000n, 4_000n], [plan(5), plan(9)]);
  // half of it is of each order
  const seen = await complain(world, group, { outcome: 'won', amountMinor: '1000' });
  await contested(world, seen);
  const states = async (n: number): Promise<unknown[]> =>
    (await world.tranches(group, n)).map(({ state }) => state);
  await world.advance(5 * DAY);
  expect([await groupState(group), await states(0), await states(1)]).toEqual([
    ...['EXPIRED', ['DEPOSITED', 'FROZEN'], ['DEPOSITED', 'FROZEN']],
  ]);
  expect(await world.violations()).toEqual([]);
  await decided(world, seen, 'WON');
  await world.advance(DAY);
  expect([await states(0), await states(1)]).toEqual([
    ['CLOSED', 'CLOSED'],
    ['DEPOSITED', 'DEPOSITED'],
  ]);
  await world.advance(3 * DAY);
  expect(await states(1)).toEqual(['CLOSED', 'CLOSED']);
  expect((await expired(group)).map(({ orderIds }) => orderIds.sort())).toEqual([
    [orderOf(group), orderOf(group, 1)].sort(),
  ]);
});

describe('a group whose deposits are gone before their balance was due ends', () => {
  test('when the seller gives the deposit back', async () => {
    const group = await deposited([10_000n], [{ depositMinor: '3000' }]);
    const { userErrors } = await world.refund(member, orderOf(group), 3_000n, key());
    expect(userErrors).toEqual([]);
    await world.advance(0);
    expect(await groupState(group)).toBe('EXPIRED');
    expect(await expired(group)).toEqual([{ orderIds: [orderOf(group)] }]);
    expect(codes(await pay(group, 'BALANCE', 7_000n))).toEqual(['PAYMENT_REQUEST_EXPIRED']);
    await world.advance(30 * DAY);
    expect(await expired(group)).toHaveLength(1);
  });

  test('when it was held too long (T15)', async () => {
    const group = await deposited([10_000n], [{ depositMinor: '3000', balanceDays: 120 }]);
    await world.advance(72 * DAY);
    await world.advance(13.5 * DAY);
    expect(await stateOf(group)).toEqual([['CLOSED', 3_000n]]);
    expect(await groupState(group)).toBe('EXPIRED');
    expect(await expired(group)).toEqual([{ orderIds: [orderOf(group)] }]);
  });

  test('not while another deposit waits; it is told of all when that is overdue', async () => {
    const plan = { depositMinor: '1000', balanceDays: 5 };
    const group = await deposited([4_000n, 4_000n], [plan, plan]);
    await world.refund(member, orderOf(group), 1_000n, key());
    await world.advance(HOUR);
    expect([await groupState(group), await expired(group)]).toEqual(['AWAITING', []]);
    await world.advance(5 * DAY);
    expect(await groupState(group)).toBe('EXPIRED');
    expect((await expired(group)).map(({ orderIds }) => orderIds.sort())).toEqual([
      [orderOf(group), orderOf(group, 1)].sort(),
    ]);
    const paid = await deposited([4_000n, 4_000n], [plan, plan]);
    await world.refund(member, orderOf(paid), 1_000n, key());
    await world.advance(HOUR);
    expect(codes(await pay(paid, 'BALANCE', 3_000n, { only: 1 }))).toEqual([]);
    await world.advance(6 * DAY);
    expect([await groupState(paid), await stateOf(paid, 1)]).toEqual(['PAID', [['FUNDED', 0n]]]);
  });
});

test('the key of a deposit is not an answer for its balance, though they are the same amount', async () => {
  const same = key();
  const group = await deposited([10_000n], [{ depositMinor: '5000' }], { key: same });
  expect(codes(await pay(group, 'DEPOSIT', 5_000n, { key: same }))).toEqual([]);
  expect(codes(await pay(group, 'BALANCE', 5_000n, { key: same }))).toEqual([
    'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
  ]);
  expect(await stateOf(group)).toEqual([['DEPOSITED', 0n]]);
  expect(codes(await pay(group, 'BALANCE', 5_000n, { key: key() }))).toEqual([]);
  expect(await stateOf(group)).toEqual([['FUNDED', 0n]]);
});
