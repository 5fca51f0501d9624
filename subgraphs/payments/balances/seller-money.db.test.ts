import { DAY, HOUR } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import { type PlacedGroup, World } from '../testing/world';
import type { SellerTier } from './tier.rules';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';

/** A seller of a tier; paid groups of one order each are all theirs. */
async function seller(tier: SellerTier): Promise<string> {
  const { sellerId } = world.group([1n]).orders[0] ?? { sellerId: '' };
  await world.openSeller(sellerId, MEMBER, true);
  await world.tier(sellerId, tier, 2);
  return sellerId;
}

async function sold(sellerId: string, total = 10_000n, tracked = true): Promise<PlacedGroup> {
  const group = world.group([total]);
  for (const order of group.orders) Object.assign(order, { sellerId });
  await world.pay(group);
  await world.ship(group, 0, 'shipped', tracked);
  return group;
}

async function released(sellerId: string, total = 10_000n): Promise<PlacedGroup> {
  const group = await sold(sellerId, total);
  await world.ship(group, 0, 'delivered');
  await world.partyFact('order.receipt_confirmed', group);
  return group;
}

interface Balance {
  readonly available: string;
  readonly onHold: string;
  readonly reserved: string;
  readonly owed: string;
  readonly nextAvailableAt: string | null;
}

async function balance(sellerId: string): Promise<Balance> {
  const amounts = ['available', 'onHold', 'reserved', 'owed'];
  const { data } = await world.call(
    member,
    `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
      balance(currencyCode: "EUR") {
        ${amounts.map((name) => `${name} { minorUnits }`).join(' ')} nextAvailableAt } } } }`,
    { s: [{ __typename: 'Seller', id: sellerId }] },
  );
  const [found] = data?.['_entities'] as { balance: Record<string, { minorUnits: string }> }[];
  const { nextAvailableAt, ...money } = found?.balance ?? {};
  return {
    ...Object.fromEntries(amounts.map((name) => [name, money[name]?.minorUnits])),
    nextAvailableAt,
  } as unknown as Balance;
}

const money = (available: bigint, onHold: bigint, reserved: bigint, owed: bigint) => ({
  available: String(available),
  onHold: String(onHold),
  reserved: String(reserved),
  owed: String(owed),
});
const code = async (work: Promise<{ userErrors: { code: string }[] }>): Promise<string> =>
  (await work).userErrors[0]?.code ?? 'DONE';

test('a new seller waits 3 days from delivery, and a tenth is kept back for 30', async () => {
  const sellerId = await seller('NEW');
  await released(sellerId);
  expect(await balance(sellerId)).toMatchObject(money(0n, 7_929n, 881n, 0n));
  expect(await code(world.payOut(member, sellerId, 1n))).toBe('BALANCE_INSUFFICIENT');
  await world.advance(3 * DAY - HOUR);
  expect(await balance(sellerId)).toMatchObject(money(0n, 7_929n, 881n, 0n));
  await world.advance(HOUR);
  expect(await balance(sellerId)).toMatchObject(money(7_929n, 0n, 881n, 0n));
  await world.advance(27 * DAY);
  expect(await balance(sellerId)).toEqual({
    ...money(8_810n, 0n, 0n, 0n),
    nextAvailableAt: null,
  });
});

test('a seller of standing waits 7 days; a trusted one does not wait at all', async () => {
  const [standard, trusted] = [await seller('STANDARD'), await seller('TRUSTED')];
  await released(standard);
  await released(trusted);
  expect(await balance(standard)).toMatchObject(money(0n, 8_810n, 0n, 0n));
  expect(await balance(trusted)).toMatchObject(money(8_810n, 0n, 0n, 0n));
  await world.advance(7 * DAY);
  expect(await balance(standard)).toMatchObject(money(8_810n, 0n, 0n, 0n));
});

test('the tier is the one of the day the order was paid; an older word changes nothing', async () => {
  const sellerId = await seller('NEW');
  const group = await sold(sellerId);
  await world.tier(sellerId, 'TRUSTED', 3);
  await world.tier(sellerId, 'RESTRICTED', 1);
  await world.ship(group, 0, 'delivered');
  await world.partyFact('order.receipt_confirmed', group);
  expect(await balance(sellerId)).toMatchObject(money(0n, 7_929n, 881n, 0n));
  await released(sellerId, 1_000n);
  expect(await balance(sellerId)).toMatchObject({ available: '881' });
});

test('untracked goods of a new seller wait 21 days from the payment', async () => {
  const sellerId = await seller('NEW');
  const group = await sold(sellerId, 10_000n, false);
  await world.partyFact('order.receipt_confirmed', group);
  await world.advance(21 * DAY - HOUR);
  expect(await balance(sellerId)).toMatchObject({ available: '0', onHold: '7929' });
  await world.advance(HOUR);
  expect(await balance(sellerId)).toMatchObject({ available: '7929', onHold: '0' });
});

test('the inspection window of a new seller’s buyer is 14 days', async () => {
  const sellerId = await seller('NEW');
  const group = await sold(sellerId);
  await world.ship(group, 0, 'delivered');
  await world.advance(14 * DAY - HOUR);
  expect(await world.tranche(group)).toMatchObject({ state: 'DELIVERED' });
  await world.advance(HOUR);
  expect(await world.tranche(group)).toMatchObject({ state: 'RELEASED' });
});

test('a refund after release takes what is available, what waits, the reserve; then it is owed', async () => {
  const sellerId = await seller('NEW');
  const first = await released(sellerId);
  await world.advance(3 * DAY);
  const second = await released(sellerId);
  expect(await balance(sellerId)).toMatchObject(money(7_929n, 7_929n, 1_762n, 0n));
  await world.payOut(member, sellerId, 7_929n);
  expect(await code(world.refund(member, orderOf(first), 10_000n, 'seller asks'))).toBe('DONE');
  expect(await balance(sellerId)).toMatchObject(money(0n, 0n, 881n, 0n));
  expect(await code(world.refund(member, orderOf(second), 5_000n, 'too much'))).toBe(
    'BALANCE_INSUFFICIENT',
  );
  expect(await code(world.refund(operator, orderOf(second), 10_000n, 'must be'))).toBe('DONE');
  expect(await balance(sellerId)).toMatchObject(money(0n, 0n, 0n, 7_929n));
  await world.settled();
  expect(await code(world.payOut(member, sellerId, 1n))).toBe('PAYOUT_ON_HOLD');
  await released(sellerId, 20_000n);
  expect(await balance(sellerId)).toMatchObject(money(0n, 8_722n, 969n, 0n));
});

test('releases at once pay a debt once', async () => {
  const sellerId = await seller('TRUSTED');
  const group = await released(sellerId);
  await world.payOut(member, sellerId, 8_810n);
  await world.refund(operator, orderOf(group), 10_000n, 'owed');
  expect(await balance(sellerId)).toMatchObject(money(0n, 0n, 0n, 8_810n));
  const groups: PlacedGroup[] = [];
  for (let i = 0; i < 8; i++) groups.push(await sold(sellerId, 2_000n));
  await Promise.all(groups.map((one) => world.partyFact('order.receipt_confirmed', one)));
  expect(await balance(sellerId)).toMatchObject(money(8n * 1_762n - 8_810n, 0n, 0n, 0n));
});

test('refunds, payouts and the end of holds at once: a consistent set wins', async () => {
  const sellerId = await seller('STANDARD');
  const groups: PlacedGroup[] = [];
  for (let i = 0; i < 6; i++) groups.push(await released(sellerId, 3_000n));
  world.clock.advance(7 * DAY);
  await Promise.all([
    ...groups.map((one, i) => world.refund(member, orderOf(one), 1_500n, `part ${i}`)),
    ...groups.map((_, i) => world.payOut(member, sellerId, 1_000n, `pay ${i}`)),
    ...groups.map(() => world.advance(0)),
  ]);
  await world.advance(0);
  const { onHold, owed } = await balance(sellerId);
  expect([onHold, owed]).toEqual(['0', '0']);
});

test('nothing goes to a destination that was changed less than 72 hours ago', async () => {
  const sellerId = await seller('TRUSTED');
  await released(sellerId);
  await world.payoutAccount(member, sellerId, 'dest_ok');
  expect(await code(world.payOut(member, sellerId, 100n))).toBe('DONE');
  await world.payoutAccount(member, sellerId, 'dest_other');
  expect(await code(world.payOut(member, sellerId, 100n))).toBe('PAYOUT_ON_HOLD');
  await world.advance(72 * HOUR);
  expect(await code(world.payOut(member, sellerId, 100n))).toBe('DONE');
});

test('whoever follows a balance hears of everything that changes it', async () => {
  const sellerId = await seller('NEW');
  const group = await sold(sellerId);
  await world.refund(member, orderOf(group), 1_000n, 'held');
  await world.ship(group, 0, 'delivered');
  await world.partyFact('order.receipt_confirmed', group);
  await world.refund(operator, orderOf(group), 1_000n, 'released');
  await world.advance(3 * DAY);
  const heard = await world.db.query<{ type: string }>(
    'select type from outbox where topics && $1 order by seq',
    [[`seller:${sellerId}:balance`]],
  );
  expect(heard.map(({ type }) => type)).toEqual([
    'escrow.funded',
    'escrow.progressed',
    'escrow.released',
    'escrow.progressed',
    'balance.changed',
  ]);
});
