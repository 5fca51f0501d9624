import { DAY } from '#kernel/clock/clock';
import { type Answer, user } from '../testing/acts';
import { MEMBER } from '../testing/sellers';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const seller = user(MEMBER);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
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

const key = (): string => `milestone claim ${(keys += 1).toString()}`;
const codes = ({ userErrors }: Pick<Answer, 'userErrors'>): string[] =>
  userErrors.map(({ code }) => code);
const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const submit = (trancheId: string): Promise<Answer> => {
  const input = { trancheId, idempotencyKey: key() };
  return world.mutate(seller, 'escrowMilestoneSubmit', input, 'escrow { state }');
};
const askChanges = ({ buyerId }: PlacedGroup, trancheId: string): Promise<Answer> => {
  const input = { trancheId, reason: 'Too dark.', idempotencyKey: key() };
  return world.mutate(user(buyerId), 'escrowMilestoneChangesRequest', input, 'escrow { state }');
};
const lift = async (holdId: string): Promise<void> => {
  expect(codes(await world.lift(operator, holdId, key()))).toEqual([]);
};

interface Claimed {
  readonly group: PlacedGroup;
  readonly milestone: string;
  readonly claim: string;
  readonly holdId: string;
}

/** Two milestones of a trusted seller, paid, the second alone; of the first an operator has frozen a part. */
async function claimed(isSubmitted = false): Promise<Claimed> {
  const placed = world.group([10_000n]);
  await world.openSeller(placed.orders[0]?.sellerId ?? '', MEMBER, true);
  const milestones = ['6000', '4000'].map((amountMinor, n) => ({
    ...{ title: `Step ${(n + 1).toString()}`, amountMinor, days: 10 },
  }));
  const orders = placed.request.orders.map((order) => ({ ...order, plan: { milestones } }));
  const group = { ...placed, request: { ...placed.request, orders } };
  expect(codes(await world.pay(group))).toEqual([]);
  const [first] = (await world.tranches(group)).filter(({ number }) => number === 1);
  const milestone = String(first?.['id']);
  if (isSubmitted) expect(codes(await submit(milestone))).toEqual([]);
  const placedHold = await world.hold(operator, milestone, key(), 1_000n);
  const holdId = (placedHold['hold'] as { id: string }).id;
  const split = (await world.tranches(group)).find(({ kind }) => kind === 'CLAIM');
  return { group, milestone, claim: String(split?.['id']), holdId };
}

/** Where the parts of the first step are: state, and the state that a frozen one goes on in. */
async function statesOf({ group, milestone, claim }: Claimed): Promise<unknown[]> {
  const all = await world.tranches(group);
  return [milestone, claim].map((id) => {
    const one = all.find((tranche) => tranche['id'] === id);
    const { state, heldState } = one as { state: string; heldState: string | null };
    return heldState === null ? state : `FROZEN ${heldState}`;
  });
}

/** What runs for a tranche, and until when. */
const runsFor = (trancheId: string): Promise<unknown[]> =>
  world.db.query(
    'select kind, "fireAt" from timer where subject = $1 and "fireAt" is not null order by kind',
    [trancheId],
  );

describe('what a case split off a milestone', () => {
  test('is submitted, changed and confirmed with it once the case is over', async () => {
    const all = await claimed();
    const { group, milestone, claim, holdId } = all;
    await lift(holdId);
    await world.advance(DAY);
    expect(codes(await submit(milestone))).toEqual([]);
    expect(await statesOf(all)).toEqual(['DELIVERED', 'DELIVERED']);
    expect(await runsFor(claim)).toEqual(await runsFor(milestone));
    expect(codes(await askChanges(group, milestone))).toEqual([]);
    expect(await statesOf(all)).toEqual(['FUNDED', 'FUNDED']);
    expect(await runsFor(claim)).toEqual(await runsFor(milestone));
    await submit(milestone);
    const buyer = user(group.buyerId);
    expect(codes(await world.confirm(buyer, orderOf(group), key(), milestone))).toEqual([]);
    expect(await statesOf(all)).toEqual(['RELEASED', 'RELEASED']);
    expect((await world.tranches(group)).map(({ state }) => state).sort()).toEqual([
      ...['FUNDED', 'RELEASED', 'RELEASED'],
    ]);
  });

  test('joins it when it thaws after the submission: the same state, the same deadlines', async () => {
    const all = await claimed();
    expect(codes(await submit(all.claim))).toEqual(['TRANCHE_FROZEN']);
    expect(codes(await submit(all.milestone))).toEqual([]);
    expect(await statesOf(all)).toEqual(['DELIVERED', 'FROZEN DELIVERED']);
    await world.advance(4 * DAY);
    await lift(all.holdId);
    expect(await statesOf(all)).toEqual(['DELIVERED', 'DELIVERED']);
    expect(await runsFor(all.claim)).toEqual(await runsFor(all.milestone));
    await world.advance(10 * DAY);
    expect(await statesOf(all)).toEqual(['RELEASED', 'RELEASED']);
  });

  test('frozen while it was inspected, it has the time of the work that was submitted anew', async () => {
    const all = await claimed(true);
    await world.advance(6 * DAY);
    expect(codes(await askChanges(all.group, all.milestone))).toEqual([]);
    expect(await statesOf(all)).toEqual(['FUNDED', 'FROZEN FUNDED']);
    await world.advance(DAY);
    await submit(all.milestone);
    await world.advance(DAY);
    await lift(all.holdId);
    expect(await runsFor(all.claim)).toEqual(await runsFor(all.milestone));
    await world.advance(13 * DAY);
    expect(await statesOf(all)).toEqual(['RELEASED', 'RELEASED']);
  });

  test('nothing was submitted meanwhile: it goes on with what was left of its own time', async () => {
    const all = await claimed(true);
    await world.advance(2 * DAY);
    await lift(all.holdId);
    await world.advance(12 * DAY);
    expect(await statesOf(all)).toEqual(['RELEASED', 'DELIVERED']);
    await world.advance(2 * DAY);
    expect(await statesOf(all)).toEqual(['RELEASED', 'RELEASED']);
  });

  test('thaws after its milestone was confirmed: the buyer has the time of a milestone to look at it', async () => {
    const all = await claimed();
    await submit(all.milestone);
    const buyer = user(all.group.buyerId);
    const confirm = (): Promise<Answer> =>
      world.confirm(buyer, orderOf(all.group), key(), all.milestone);
    expect([codes(await confirm()), codes(await confirm())]).toEqual([[], []]);
    expect(await statesOf(all)).toEqual(['RELEASED', 'FROZEN DELIVERED']);
    await lift(all.holdId);
    await world.advance(13 * DAY);
    expect(await statesOf(all)).toEqual(['RELEASED', 'DELIVERED']);
    await world.advance(DAY);
    expect(await statesOf(all)).toEqual(['RELEASED', 'RELEASED']);
  });

  test('can be submitted by itself when its milestone is gone', async () => {
    const all = await claimed();
    const { group, milestone, claim, holdId } = all;
    const back = { orderId: orderOf(group), trancheId: milestone, reason: 'Not done.' };
    const input = { ...back, idempotencyKey: key() };
    expect(codes(await world.mutate(operator, 'refundCreate', input, 'refund { id }'))).toEqual([]);
    await lift(holdId);
    expect(await statesOf(all)).toEqual(['CLOSED', 'FUNDED']);
    const query = 'query ($id: ID!) { escrow(id: $id) { actions { action allowed } } }';
    const { escrowId } = await world.tranche(group);
    const { data } = await world.call(seller, query, { id: escrowId });
    const { actions } = data?.['escrow'] as { actions: { action: string; allowed: boolean }[] };
    const submits = actions.filter(({ action }) => action === 'escrowMilestoneSubmit');
    expect(submits.map(({ allowed }) => allowed).sort()).toEqual([false, true, true]);
    expect(codes(await submit(claim))).toEqual([]);
    expect(await statesOf(all)).toEqual(['CLOSED', 'DELIVERED']);
  });
});
