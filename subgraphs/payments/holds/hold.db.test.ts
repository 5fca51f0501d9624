import type { Viewer } from '#kernel/auth/viewer';
import { DAY, HOUR } from '#kernel/clock/clock';
import { type Answer, anonymous, apiKey, user } from '../testing/acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
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

const key = (): string => `hold ${(keys += 1).toString()}`;
const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);
const holdOf = (answer: Answer): string => (answer['hold'] as { id: string } | null)?.id ?? '';

/** A trusted seller's order of 10 000, delivered: 7 days to inspect it. */
async function delivered(): Promise<PlacedGroup> {
  const group = world.group([10_000n]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group);
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  return group;
}

const trancheIds = async (group: PlacedGroup): Promise<string[]> =>
  (await world.tranches(group)).map(({ id }) => String(id));
const states = async (group: PlacedGroup): Promise<unknown[]> =>
  (await world.tranches(group)).map((t) => [
    t['kind'],
    t['state'],
    t['availableMinor'],
    t['frozenMinor'],
  ]);

test('frozen money goes nowhere, and its deadline goes on with what was left of it', async () => {
  const group = await delivered();
  const [id = ''] = await trancheIds(group);
  await world.advance(2 * DAY + HOUR);
  const placed = await world.hold(operator, id, key());
  expect(codes(placed)).toEqual([]);
  expect(placed['hold']).toMatchObject({ cause: 'RISK', amount: { minorUnits: '10000' } });
  expect(await states(group)).toEqual([['WHOLE', 'FROZEN', 0n, 10_000n]]);
  expect(await world.tranche(group)).toMatchObject({ escrowState: 'FROZEN' });
  await world.advance(60 * DAY); // longer, and T15 would end it
  await world.partyFact('order.receipt_confirmed', group);
  await world.partyFact('order.cancelled', group);
  expect(codes(await world.confirm(user(group.buyerId), orderOf(group), key()))).toEqual([
    'TRANCHE_FROZEN',
  ]);
  expect(codes(await world.refund(user(MEMBER), orderOf(group), 1n, key()))).toEqual([
    'TRANCHE_FROZEN',
  ]);
  expect(await states(group)).toEqual([['WHOLE', 'FROZEN', 0n, 10_000n]]);
  expect(codes(await world.lift(operator, holdOf(placed), key()))).toEqual([]);
  expect(await states(group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n]]);
  await world.advance(5 * DAY - 2 * HOUR);
  expect(await states(group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n]]);
  await world.advance(HOUR);
  expect(await states(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n]]);
  const told = await world.told(orderOf(group));
  const moves = told.filter((type) => type.startsWith('escrow.') && type !== 'escrow.reminder');
  expect(moves.slice(-3)).toEqual(['escrow.frozen', 'escrow.unfrozen', 'escrow.released']);
});

test('a hold of a part lets the rest go on', async () => {
  const group = await delivered();
  const [id = ''] = await trancheIds(group);
  const placed = await world.hold(operator, id, key(), 2_500n);
  expect(await states(group)).toEqual([
    ['WHOLE', 'DELIVERED', 7_500n, 0n],
    ['CLAIM', 'FROZEN', 0n, 2_500n],
  ]);
  await world.advance(7 * DAY);
  expect(await states(group)).toEqual([
    ['WHOLE', 'RELEASED', 0n, 0n],
    ['CLAIM', 'FROZEN', 0n, 2_500n],
  ]);
  await world.lift(operator, holdOf(placed), key());
  await world.advance(7 * DAY);
  expect(await world.tranche(group)).toMatchObject({ escrowState: 'RELEASED' });
  const [sum] = await world.db.query(
    `select sum("grossMinor") as gross, sum("commissionMinor") as commission,
       sum("taxMinor") as tax from "balanceTransaction" where "orderId" = $1`,
    [orderOf(group)],
  );
  expect(sum).toEqual({ gross: '10000', commission: '1000', tax: '190' });
});

test('goods that move while their money is frozen: it goes on where they are', async () => {
  const group = world.group([10_000n]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group);
  const [id = ''] = await trancheIds(group);
  const placed = await world.hold(operator, id, key());
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  expect(await world.tranche(group)).toMatchObject({ state: 'FROZEN', heldState: 'DELIVERED' });
  await world.lift(operator, holdOf(placed), key());
  expect(await world.tranche(group)).toMatchObject({ state: 'DELIVERED', heldState: null });
  await world.advance(7 * DAY);
  expect(await world.tranche(group)).toMatchObject({ state: 'RELEASED' });
});

test('what cannot be frozen or lifted is refused with its code', async () => {
  const group = await delivered();
  const [id = ''] = await trancheIds(group);
  expect(codes(await world.hold(operator, id, key(), 10_001n))).toEqual([
    'AMOUNT_EXCEEDS_AVAILABLE',
  ]);
  expect(codes(await world.hold(operator, id, key(), 0n))).toEqual(['AMOUNT_INVALID']);
  expect(codes(await world.hold(operator, 'trn_00000000000000000000000001', key()))).toEqual([
    'NOT_FOUND',
  ]);
  const same = key();
  const placed = await world.hold(operator, id, same);
  expect(holdOf(await world.hold(operator, id, same))).toBe(holdOf(placed));
  expect(codes(await world.hold(operator, id, key()))).toEqual(['TRANCHE_FROZEN']);
  expect(codes(await world.lift(operator, 'hld_00000000000000000000000001', key()))).toEqual([
    'NOT_FOUND',
  ]);
  expect(codes(await world.lift(operator, holdOf(placed), key()))).toEqual([]);
  expect(codes(await world.lift(operator, holdOf(placed), key()))).toEqual([
    'TRANSITION_NOT_ALLOWED',
  ]);
  await world.confirm(user(group.buyerId), orderOf(group), key());
  expect(codes(await world.hold(operator, id, key()))).toEqual(['TRANSITION_NOT_ALLOWED']);
});

test('nobody but an operator freezes or thaws; both sides see that, and only operators why', async () => {
  const group = await delivered();
  const sellerId = group.orders[0]?.sellerId ?? '';
  const [id = ''] = await trancheIds(group);
  const strangers: Viewer[] = [
    user(group.buyerId),
    user(MEMBER),
    user('acc_00000000000000000000000009'),
    apiKey([sellerId], ['payments:write']),
    anonymous,
  ];
  const refusalOf = ({ kind }: Viewer): string =>
    kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  for (const viewer of strangers) {
    expect(codes(await world.hold(viewer, id, key()))).toEqual([refusalOf(viewer)]);
  }
  const placed = await world.hold(operator, id, key());
  for (const viewer of strangers) {
    expect(codes(await world.lift(viewer, holdOf(placed), key()))).toEqual([refusalOf(viewer)]);
  }
  const escrowId = String((await world.tranche(group))['escrowId']);
  const seen = async (viewer: Viewer): Promise<unknown> => {
    const { data } = await world.call(
      viewer,
      'query ($id: ID!) { escrow(id: $id) { tranches { holds { cause reason } } } }',
      { id: escrowId },
    );
    return data?.['escrow'];
  };
  const shown = (reason: string | null) => ({ tranches: [{ holds: [{ cause: 'RISK', reason }] }] });
  expect(await seen(user(group.buyerId))).toEqual(shown(null));
  expect(await seen(user(MEMBER))).toEqual(shown(null));
  expect(await seen(operator)).toEqual(shown('odd'));
  expect(await seen(user('acc_00000000000000000000000009'))).toBeNull();
});

test('a hold, a release, a refund and a cancellation at once: one consistent set wins', async () => {
  for (let i = 0; i < 6; i++) {
    const group = await delivered();
    const [id = ''] = await trancheIds(group);
    await Promise.all([
      world.hold(operator, id, key(), 4_000n),
      world.hold(operator, id, key()),
      world.confirm(user(group.buyerId), orderOf(group), key()),
      world.refund(user(MEMBER), orderOf(group), 3_000n, key()),
      world.partyFact('order.cancelled', group),
    ]);
  }
});
