import type { Viewer } from '#kernel/auth/viewer';
import { DAY, MINUTE } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import { DisputeActs } from '../testing/dispute.acts';
import {
  codes,
  decide,
  from,
  key,
  onAmount,
  operator,
  publish,
  reviewsOf,
} from '../testing/risk.acts';
import { type PlacedGroup, World } from '../testing/world';

const HOME = '203.0.113.1';

jest.setTimeout(60_000);
let world: World;
beforeAll(async () => {
  world = await World.open();
  const known = { feature: 'seller.trust', is: 'lt', value: 3 } as const;
  const near = { feature: 'parties.shareNetwork', is: 'eq', value: true } as const;
  await publish(world, 'RELEASE', [
    onAmount(0, {
      ...{ code: 'NEAR', when: { all: [known, near] }, outcome: 'BLOCK_AND_REVIEW' },
      snoozeBy: 'seller.id',
    }),
  ]);
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const read = async (viewer: Viewer, field: string): Promise<unknown> => {
  const { data, errors } = await world.call(viewer, `{ ${field} }`);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0];
};

let people = 1_000;

interface Sold {
  readonly group: PlacedGroup;
  readonly sellerId: string;
  readonly memberId: string;
}

/** Delivered, and paid for from where the seller has said where money is to go. */
async function sold(tier: 'STANDARD' | 'TRUSTED' = 'STANDARD'): Promise<Sold> {
  const group = world.group([70_000n]);
  const sellerId = group.orders[0]?.sellerId ?? '';
  const memberId = `acc_0000000000000000000000${String((people += 1))}`;
  await world.openSeller(sellerId, memberId, true);
  await world.payoutAccount(from(HOME, memberId), sellerId, 'dest_ok');
  await world.tier(sellerId, tier, 2);
  await world.pay(group, { viewer: from(HOME, group.buyerId) });
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  return { group, sellerId, memberId };
}
const stateOf = async (group: PlacedGroup): Promise<unknown> =>
  (await world.tranche(group))['state'];
const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';

test('RELEASE by the first rules: whoever buys from themselves is stopped', async () => {
  const own = await World.open();
  try {
    const group = own.group([70_000n]);
    await own.openSeller(group.orders[0]?.sellerId ?? '', group.buyerId, false);
    await own.tier(group.orders[0]?.sellerId ?? '', 'STANDARD', 2);
    await own.pay(group);
    await own.ship(group);
    await own.confirm(user(group.buyerId), orderOf(group), key());
    expect((await own.tranche(group))['state']).toBe('FROZEN');
    expect(await own.violations()).toEqual([]);
  } finally {
    await own.close();
  }
});

test('RELEASE: buyer and seller are one: the money is frozen, and goes on when a person says so', async () => {
  const { group } = await sold();
  const confirmed = await world.confirm(user(group.buyerId), orderOf(group), key());
  expect(codes(confirmed)).toEqual([]);
  expect(await stateOf(group)).toBe('FROZEN');
  const tranche = await world.tranche(group);
  const seen = (viewer: Viewer): Promise<unknown> =>
    read(
      viewer,
      `escrow(id: "${String(tranche['escrowId'])}") { tranches { holds { cause reason } } }`,
    );
  const shown = { tranches: [{ holds: [{ cause: 'RISK', reason: null }] }] };
  expect(await seen(user(group.buyerId))).toEqual(shown);
  const [review] = await reviewsOf(world, tranche['id']);
  expect(review).toMatchObject({ state: 'OPEN', point: 'RELEASE' });
  expect(codes(await decide(world, review?.id ?? '', true))).toEqual([]);
  expect(await stateOf(group)).toBe('RELEASED');
});

test('RELEASE declined: it goes back to the buyer in a week; a deadline is stopped the same way, and approved it is over', async () => {
  const { group } = await sold();
  await world.confirm(user(group.buyerId), orderOf(group), key());
  const [review] = await reviewsOf(world, (await world.tranche(group))['id']);
  await decide(world, review?.id ?? '', false);
  expect(await stateOf(group)).toBe('FROZEN');
  await world.advance(7 * DAY - MINUTE);
  expect(await stateOf(group)).toBe('FROZEN');
  await world.advance(MINUTE);
  expect(await stateOf(group)).toBe('CLOSED');
  await world.settled();
  expect(await new DisputeActs(world).refundsOf(group)).toEqual(['SUCCEEDED 70000']);
  const { group: other } = await sold();
  await world.advance(8 * DAY);
  expect(await stateOf(other)).toBe('FROZEN');
  const [due] = await reviewsOf(world, (await world.tranche(other))['id']);
  const all = await Promise.all(
    Array.from({ length: 16 }, () => decide(world, due?.id ?? '', true, { snoozeDays: 30 })),
  );
  expect(all.filter((one) => codes(one).length === 0)).toHaveLength(1);
  expect(await stateOf(other)).toBe('RELEASED');
});

test('RELEASE declined: both sides see when it goes back; a dispute waits for it, an authority stops it', async () => {
  const { group, memberId } = await sold();
  await world.confirm(user(group.buyerId), orderOf(group), key());
  const tranche = await world.tranche(group);
  const trancheId = String(tranche['id']);
  const [review] = await reviewsOf(world, trancheId);
  await decide(world, review?.id ?? '', false);
  const holds = (viewer: Viewer): Promise<unknown> =>
    read(
      viewer,
      `escrow(id: "${String(tranche['escrowId'])}") { tranches { holds { cause liftedAt deadline { then at } } } }`,
    );
  const at = new Date(world.clock.now().getTime() + 7 * DAY).toISOString();
  const shown = { cause: 'RISK', liftedAt: null, deadline: { then: 'REFUNDED', at } };
  for (const viewer of [user(group.buyerId), user(memberId)]) {
    expect(await holds(viewer)).toEqual({ tranches: [{ holds: [shown] }] });
  }
  const acts = new DisputeActs(world);
  const { id } = await acts.opened({}, group);
  await acts.refuse(user(memberId), id);
  await world.advance(2 * DAY);
  await acts.counter(user(group.buyerId), id, 1, 60_000n);
  await world.advance(5 * DAY);
  expect(await stateOf(group)).toBe('FROZEN');
  await acts.withdraw(user(group.buyerId), id);
  const input = { trancheId, cause: 'LEGAL', reason: 'a court asks', idempotencyKey: key() };
  const placed = await world.mutate(operator, 'escrowHoldPlace', input, 'hold { id }');
  expect(codes(placed)).toEqual([]);
  await world.advance(29 * DAY);
  expect(await stateOf(group)).toBe('FROZEN');
  const after = (await holds(user(group.buyerId))) as {
    tranches: { holds: { cause: string; liftedAt: string | null; deadline: unknown }[] }[];
  };
  expect(after.tranches[0]?.holds.filter((one) => one.liftedAt === null)).toMatchObject([
    { cause: 'LEGAL', deadline: { then: 'OPERATOR_CALLED' } },
  ]);
});

test('RELEASE: a seller with a good name is not asked', async () => {
  const { group } = await sold('TRUSTED');
  await world.confirm(user(group.buyerId), orderOf(group), key());
  expect(await stateOf(group)).toBe('RELEASED');
});

test('PAYOUT: on hold until a person has looked at the seller; nothing is reserved meanwhile', async () => {
  const { group, sellerId, memberId } = await sold('TRUSTED');
  await world.confirm(user(group.buyerId), orderOf(group), key());
  await publish(world, 'PAYOUT', [
    onAmount(0, {
      ...{ code: 'ALL', when: { feature: 'seller.trust', is: 'lt', value: 9 } },
      ...{ outcome: 'BLOCK_AND_REVIEW', snoozeBy: 'seller.id' },
    }),
  ]);
  const same = key();
  const member = user(memberId);
  for (const one of [same, same, key()]) {
    const refused = await world.payOut(member, sellerId, 5_000n, one);
    expect(codes(refused)).toEqual(['PAYOUT_ON_HOLD']);
    expect(JSON.stringify(refused)).not.toContain('secret');
  }
  await Promise.all(Array.from({ length: 16 }, () => world.payOut(member, sellerId, 5_000n)));
  expect(await world.db.query('select 1 as one from payout')).toEqual([]);
  const reviews = await reviewsOf(world, sellerId);
  expect(reviews.map(({ state, point }) => [state, point])).toEqual([['OPEN', 'PAYOUT']]);
  await decide(world, reviews[0]?.id ?? '', true, { snoozeDays: 1 });
  expect(codes(await world.payOut(member, sellerId, 5_000n, same))).toEqual(['PAYOUT_ON_HOLD']);
  expect(codes(await world.payOut(member, sellerId, 5_000n))).toEqual([]);
});

test('CLAIM: a dispute is opened whatever the rules say; an operator is told', async () => {
  await publish(world, 'CLAIM', [onAmount(1)]);
  const { group } = await sold('TRUSTED');
  const answer = await new DisputeActs(world).open(group);
  expect(codes(answer)).toEqual([]);
  const [review] = await reviewsOf(world, (answer['dispute'] as { id: string }).id);
  expect(review).toMatchObject({ state: 'OPEN', point: 'CLAIM' });
  expect(codes(await decide(world, review?.id ?? '', true))).toEqual([]);
});
