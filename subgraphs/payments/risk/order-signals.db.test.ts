import { type AccountId, accountIds, shipmentIds } from '#contracts/ids';
import { DAY } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import { BuyerActs } from '../testing/buyer.acts';
import { complain } from '../testing/complaints';
import { reviewsOf } from '../testing/risk.acts';
import { MEMBER, openedSeller, releasedBy } from '../testing/sellers';
import { type PayOptions, type PlacedGroup, World } from '../testing/world';
import { FIRST_RULES } from './default-rules';
import { LATEST_RULES, NEWER_POINTS } from './latest-rules';
import type { RiskRuleSetRow } from './rule-set.entity';

jest.setTimeout(60_000);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

type Told = Readonly<Record<string, unknown>>;
const judgedAs = async (point: string, subject: unknown): Promise<Told> => {
  const row = await world.db.first<{ features: Told; fired: { code: string }[] }>(
    `select features, fired from "riskDecision" where point = $1 and subject = $2
       and not "isShadow" order by id desc limit 1`,
    [point, subject],
  );
  return { ...row?.features, fired: row?.fired.map(({ code }) => code) };
};
const HOME = { street: 'Kaiserstraße 7', postalCode: '80331', country: 'DE' };

/** Marketplace tells where a group's order goes. */
async function placed(group: PlacedGroup, to: Partial<typeof HOME> = {}): Promise<PlacedGroup> {
  const { buyerId, request } = group;
  for (const { orderId, sellerId } of group.orders) {
    await world.hear('order.placed', {
      ...{ orderId, sellerId, buyerId, orderGroupId: request.orderGroupId, number: '1-1' },
      ...{ currency: 'EUR', totalMinor: '5000', commissionMinor: '500', shippingMinor: '0' },
      shipTo: { ...{ name: 'A', city: 'München', region: null }, ...HOME, ...to },
      lines: [],
    });
  }
  return group;
}
const checkout = async (group: PlacedGroup, options?: PayOptions): Promise<Told> =>
  judgedAs('CHECKOUT', (await world.pay(group, options)).payment?.id);

test('a new database decides by the latest rules; those before are kept as they were', async () => {
  for (const point of NEWER_POINTS) {
    const sets = await world.db.query<RiskRuleSetRow>(
      'select * from "riskRuleSet" where point = $1 order by number',
      [point],
    );
    expect(sets.at(-1)).toMatchObject({ state: 'LIVE', rules: LATEST_RULES[point] });
    expect(sets[0]).toMatchObject({ state: 'RETIRED', rules: FIRST_RULES[point], number: 1 });
  }
});

test('of an address a hash is kept, and how many buy for it is known at checkout', async () => {
  await placed(world.group([5_000n]));
  await placed(world.group([5_000n]), { street: 'KAISERSTRASSE 7', postalCode: ' 80331' });
  await placed(world.group([5_000n]), { street: 'Kaiserstraße 8' });
  const third = await placed(world.group([5_000n, 5_000n]));
  expect(await checkout(third)).toMatchObject({ 'address.buyers_90d': 2 });
  expect(await checkout(world.group([5_000n]))).not.toHaveProperty(['address.buyers_90d']);
  const kept = await world.db.query('select * from "riskOrder"');
  expect(JSON.stringify(kept)).not.toMatch(/kaiser|80331|München/i);
});

test('a kept card from another country is known at checkout, any card once it was charged', async () => {
  const buyers = accountIds.create();
  const keep = new BuyerActs(world, buyers);
  const means = async (token: string) => ({
    tenders: [{ paymentMethodId: await keep.keep(token), minorUnits: '5000' }],
  });
  const [abroad, home] = [await means('tok_card_BR'), await means('tok_card_DE')];
  const paid = async (options: PayOptions): Promise<unknown> =>
    (await checkout(await placed(world.group([5_000n], buyers)), options))['payment.cardAbroad'];
  expect(await paid(abroad)).toBe(true);
  expect(await paid(home)).toBe(false);
  expect(await paid({ token: 'tok_card_BR' })).toBeUndefined();
  for (const [token, expected] of [
    ...([
      ['tok_card_BR', true],
      ['tok_card_DE', false],
      ['tok_ok', undefined],
    ] as const),
  ]) {
    const group = await placed(world.group([5_000n]));
    await world.pay(group, { token });
    await world.ship(group);
    await world.partyFact('order.receipt_confirmed', group);
    const told = await judgedAs('RELEASE', (await world.tranche(group))['id']);
    expect(told['payment.cardAbroad']).toBe(expected);
  }
});

test('banks’ cases of a buyer are counted at the next checkout', async () => {
  const buyer = accountIds.create();
  const group = world.group([5_000n], buyer);
  expect(await checkout(group)).toMatchObject({ 'buyer.bankCases_365d': 0 });
  await complain(world, group, { warning: true });
  expect(await checkout(world.group([5_000n], buyer))).toMatchObject({ 'buyer.bankCases_365d': 1 });
});

/** An order of a seller of a tier, paid; its parcel's number as fulfillment tells it. */
async function sent(
  tier: 'NEW' | 'STANDARD' | 'TRUSTED',
  trackings?: string[],
): Promise<{
  group: PlacedGroup;
  deliver: (elsewhere?: boolean) => Promise<void>;
  readonly retract: () => Promise<void>;
}> {
  const group = world.group([70_000n]);
  const { orderId, sellerId, lines } = group.orders[0]!;
  await world.openSeller(sellerId, MEMBER, false);
  await world.tier(sellerId, tier, 2);
  await world.pay(group);
  const shipmentId = shipmentIds.create();
  const parcel = { shipmentId, orderId, sellerId, buyerId: group.buyerId, lines: [...lines] };
  const at = (): string => world.clock.now().toISOString();
  await world.hear('shipment.shipped', {
    ...{ ...parcel, allShipped: true, tracked: true, occurredAt: at() },
    ...(trackings && { trackings }),
  });
  return {
    group,
    deliver: (elsewhere) =>
      world.hear('shipment.delivered', {
        ...{ ...parcel, allDelivered: true, occurredAt: at() },
        ...(elsewhere !== undefined && { elsewhere }),
      }),
    retract: () => {
      const { lines: _lines, ...shipment } = parcel;
      return world.hear('shipment.delivery_retracted', { ...shipment, reason: 'CORRECTION' });
    },
  };
}
const released = async (group: PlacedGroup): Promise<[unknown, Told]> => {
  const { id, state } = await world.tranche(group);
  return [state, await judgedAs('RELEASE', id)];
};

test('a tracking number of another order’s parcel stops the release, unless the seller is trusted', async () => {
  const [first, second] = [await sent('TRUSTED', ['t1', 't2']), await sent('STANDARD', ['t2'])];
  const [own, unknown] = [await sent('STANDARD', ['t3']), await sent('STANDARD')];
  const states: unknown[] = [];
  for (const { group, deliver } of [first, second, own, unknown]) {
    await deliver();
    await world.partyFact('order.receipt_confirmed', group);
    const [state, told] = await released(group);
    states.push([state, told['parcel.trackingReused'], told['fired']]);
  }
  expect(states).toEqual([
    ['RELEASED', true, []],
    ['FROZEN', true, ['TRACKING_REUSED']],
    ['RELEASED', false, []],
    ['RELEASED', undefined, []],
  ]);
});

test('delivered in another place: a new seller’s money waits, unless the buyer says that it came', async () => {
  const ways = [
    ['NEW', true, false, 'FROZEN', ['DELIVERED_ELSEWHERE', 'UNTRIED_AND_ELSEWHERE']],
    ['STANDARD', true, false, 'RELEASED', ['DELIVERED_ELSEWHERE']],
    ['NEW', true, true, 'RELEASED', []],
    ['NEW', false, false, 'RELEASED', []],
    ['NEW', undefined, false, 'RELEASED', []],
  ] as const;
  const all = [];
  for (const way of ways) {
    const one = await sent(way[0]);
    await one.deliver(way[1]);
    all.push({ way, ...one });
  }
  await world.advance(DAY);
  for (const { way, group } of all)
    if (way[2]) await world.partyFact('order.receipt_confirmed', group);
  await world.advance(14 * DAY);
  const ends = await Promise.all(all.map(({ group }) => released(group)));
  expect(
    ends.map(([state, told]) => [told['parcel.deliveredElsewhere'], state, told['fired']]),
  ).toEqual(ways.map(([, elsewhere, , state, fired]) => [elsewhere, state, fired]));
  expect(await reviewsOf(world, (await world.tranche(all[1]!.group))['id'])).toHaveLength(1);
});

test('a delivery that the carrier takes back was nowhere', async () => {
  const { group, deliver, retract } = await sent('NEW');
  await deliver(true);
  await retract();
  await deliver();
  await world.advance(14 * DAY);
  const [state, told] = await released(group);
  expect([state, told['parcel.deliveredElsewhere']]).toEqual(['RELEASED', undefined]);
});

test('an address or a device that the seller’s own people buy with is seen', async () => {
  const sellers: AccountId = accountIds.create();
  const deviceId = 'a phone that sells and buys';
  await placed(world.group([5_000n], sellers), { street: 'Hafen 3' });
  await world.pay(world.group([5_000n], sellers), { deviceId });
  const seen: unknown[] = [];
  for (const [street, device] of [
    ...[
      ['hafen 3', 'mine'],
      ['Hafen 4', deviceId],
      ['Hafen 4', 'mine'],
    ],
  ]) {
    const group = await placed(world.group([5_000n]), { street: street! });
    const { sellerId } = group.orders[0]!;
    await world.openSeller(sellerId, sellers, false);
    await world.tier(sellerId, 'STANDARD', 2);
    await world.pay(group, { deviceId: device! });
    await world.ship(group);
    await world.partyFact('order.receipt_confirmed', group);
    const [state, told] = await released(group);
    seen.push([state, told['parties.shareAddress'], told['parties.shareDevice'], told['fired']]);
  }
  expect(seen).toEqual([
    ['RELEASED', true, false, ['PARTIES_SHARE_HOME']],
    ['RELEASED', false, true, ['PARTIES_SHARE_HOME']],
    ['RELEASED', false, false, []],
  ]);
});

test('payouts count together over a month, this one included', async () => {
  const sellerId = await openedSeller(world);
  await releasedBy(world, sellerId);
  const paidOut: unknown[] = [];
  for (const minor of [1_000n, 2_000n]) {
    await world.payOut(user(MEMBER), sellerId, minor);
    paidOut.push((await judgedAs('PAYOUT', sellerId))['seller.paidOut_30d']);
  }
  expect(paidOut).toEqual([1_000, 3_000]);
});
