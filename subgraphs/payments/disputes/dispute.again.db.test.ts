import { shipmentIds } from '#contracts/ids';
import { DAY, HOUR } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import {
  DisputeActs,
  MEMBER,
  type Opened,
  codes,
  deliveredOrder,
  disputeOf,
  operator,
  orderOf,
} from '../testing/dispute.acts';
import { catchUp, contested, decided } from '../testing/chargeback.acts';
import { complain } from '../testing/complaints';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const seller = user(MEMBER);
let world: World;
let acts: DisputeActs;
beforeAll(async () => {
  world = await World.open();
  acts = new DisputeActs(world);
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const eur = (minorUnits: string) => ({ amount: { minorUnits, currencyCode: 'EUR' } });
const settledOnce = ['TRANSITION_NOT_ALLOWED'];

/** The seller offers an amount, the buyer takes it. */
async function settle({ id, buyer }: Opened, minor: bigint): Promise<void> {
  await acts.counter(seller, id, 1, minor);
  expect(disputeOf(await acts.accept(buyer, id, 2)).state).toBe('RESOLVED');
}
/** The tranches of an order by kind. */
const tranchesOf = async (group: PlacedGroup): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await world.tranches(group)).map((one) => [String(one['kind']), String(one['id'])]),
  );

describe('a dispute that is over', () => {
  test('by agreement or decision is final', async () => {
    const agreed = await acts.opened();
    await settle(agreed, 3_000n);
    expect(codes(await acts.open(agreed.group))).toEqual(settledOnce);
    const judged = await acts.underReview();
    await acts.decide(operator, judged.id, { refund: 4_000n, release: 6_000n });
    await world.advance(72 * HOUR);
    expect(await acts.stateOf(judged.id)).toBe('CLOSED');
    expect(codes(await acts.open(judged.group))).toEqual(settledOnce);
    const lost = await acts.underReview();
    await acts.decide(operator, lost.id, { refund: 0n, release: 10_000n });
    await world.advance(72 * HOUR);
    expect(codes(await acts.open(lost.group))).toEqual(settledOnce);
  });

  test('because a bank’s case undid it can be opened again when the seller wins that', async () => {
    const { id, group } = await acts.underReview();
    await acts.decide(operator, id, { refund: 4_000n, release: 6_000n });
    await catchUp(world);
    const seen = await complain(world, group, { outcome: 'won' });
    expect(await acts.stateOf(id)).toBe('SUPERSEDED');
    await contested(world, seen);
    await decided(world, seen, 'WON');
    // what was decided for the seller stays released; what was for the buyer is held
    const again = await acts.open(group);
    expect(disputeOf(again).atStake.minorUnits).toBe('4000');
    await acts.withdraw(user(group.buyerId), disputeOf(again).id);
  });

  test('because the buyer gave up, by word or silence, can be opened again', async () => {
    const { group, id, buyer } = await acts.opened();
    await acts.withdraw(buyer, id);
    const again = await acts.opened({}, group);
    await acts.refuse(seller, again.id);
    await world.advance(5 * DAY);
    expect(await acts.stateOf(again.id)).toBe('CLOSED');
    const third = await acts.opened({}, group);
    await acts.withdraw(buyer, third.id);
  });

  test('about a part of what is held leaves the rest open', async () => {
    const all = await acts.opened(eur('2500'));
    await settle(all, 1_000n);
    const { WHOLE, CLAIM } = await tranchesOf(all.group);
    expect(codes(await acts.open(all.group, { trancheId: CLAIM }))).toEqual(settledOnce);
    const rest = await acts.open(all.group, { trancheId: WHOLE });
    expect(disputeOf(rest).atStake.minorUnits).toBe('7500');
    await acts.withdraw(all.buyer, disputeOf(rest).id);
  });

  test('about a part of what was released leaves the rest open, and no more', async () => {
    const group = await deliveredOrder(world);
    await world.partyFact('order.receipt_confirmed', group);
    await settle(await acts.opened(eur('2500'), group), 1_000n);
    const rest = await acts.opened(eur('9000'), group);
    const [row] = await world.db.query('select "stakeMinor" as stake from dispute where id = $1', [
      rest.id,
    ]);
    expect(row).toEqual({ stake: 7_500n });
    await settle(rest, 5_000n);
    expect(codes(await acts.open(group))).toEqual(settledOnce);
  });

  test('because other goods come in exchange leaves open what they are like', async () => {
    const { group, id, buyer } = await acts.opened({ kind: 'EXCHANGE' });
    await acts.accept(seller, id, 1);
    expect(disputeOf(await acts.accept(seller, id)).state).toBe('RESOLVED');
    const again = await acts.opened({}, group);
    await acts.withdraw(buyer, again.id);
  });
});

test('the window counts from the release of the money that it is about', async () => {
  const group = world.groupOf([
    [
      [1, 6_000n],
      [1, 4_000n],
    ],
  ]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group);
  const [lamp, chair] = group.orders[0]?.lines ?? [];
  if (lamp === undefined || chair === undefined) throw new Error('two goods');
  for (const [line, last] of [
    [lamp, false],
    [chair, true],
  ] as const) {
    const shipmentId = shipmentIds.create();
    await world.parcel(group, 0, { shipmentId, event: 'shipped', lines: [line], last });
  }
  const buyer = user(group.buyerId);
  const { WHOLE, SHIPMENT } = await tranchesOf(group);
  await world.confirm(buyer, orderOf(group), acts.key(), SHIPMENT);
  await world.advance(10 * DAY);
  await world.confirm(buyer, orderOf(group), acts.key(), WHOLE);
  await world.advance(6 * DAY);
  const late = await acts.open(group, { trancheId: SHIPMENT });
  expect(codes(late)).toEqual(['DISPUTE_WINDOW_CLOSED']);
  const { id } = await acts.opened({ trancheId: WHOLE }, group);
  await acts.withdraw(buyer, id);
});
