import { systemViewer } from '#kernel/auth/viewer';
import { DAY, MINUTE } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import {
  catchUp,
  contested,
  decided,
  holdTimers,
  liveHolds,
  whereIs,
} from '../testing/chargeback.acts';
import { type Complaint, complain } from '../testing/complaints';
import {
  DisputeActs,
  MEMBER,
  codes,
  deliveredOrder,
  disputeOf,
  operator,
  orderOf,
} from '../testing/dispute.acts';
import { redWhen } from '../testing/planted-break';
import { readBooks } from '../testing/psp.settling';
import { decide, key, onAmount, publish, reviewsOf } from '../testing/risk.acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const seller = user(MEMBER);
let world: World;
let acts: DisputeActs;
beforeAll(async () => {
  world = await World.open();
  acts = new DisputeActs(world);
  // releases of 300.00 are looked at by a person, those of its parts are not
  await publish(world, 'RELEASE', [onAmount(25_000, { outcome: 'BLOCK_AND_REVIEW' })]);
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await readBooks(world)).toBe(true);
  expect(await world.violations()).toEqual([]);
  await catchUp(world);
});

const whole = async (group: PlacedGroup): Promise<string> =>
  String((await world.tranche(group))['id']);

/** The buyer has confirmed a delivered order, and its release waits for a person. */
async function stopped(): Promise<{ group: PlacedGroup; reviewId: string }> {
  const group = await deliveredOrder(world, 30_000n);
  await world.confirm(user(group.buyerId), orderOf(group), key());
  const [review] = await reviewsOf(world, await whole(group));
  expect(await liveHolds(world, group)).toEqual(['RISK 30000']);
  return { group, reviewId: review?.id ?? '' };
}

/** Part of a frozen order is disputed. */
async function disputed(group: PlacedGroup, minor: bigint): Promise<string> {
  const amount = { minorUnits: minor.toString(), currencyCode: 'EUR' };
  return (await acts.opened({ amount, trancheId: await whole(group) }, group)).id;
}

const charged = (group: PlacedGroup, minor: bigint, more: Complaint = {}) =>
  complain(world, group, { amountMinor: minor.toString(), outcome: 'won', ...more });

/** An operator lifts an order's one hold. */
async function lift(group: PlacedGroup): Promise<void> {
  const [hold] = await world.db.query<{ id: string }>(
    `select h.id from hold h join escrow e on e.id = h."escrowId"
     where e."orderId" = $1 and h."liftedAt" is null`,
    [orderOf(group)],
  );
  expect(codes(await world.lift(operator, hold?.id ?? '', key()))).toEqual([]);
}

describe('a hold of risk', () => {
  test('parted twice is one hold for whoever reviews it: approved, all of it goes on', async () => {
    const { group, reviewId } = await stopped();
    const first = await disputed(group, 5_000n);
    const second = await disputed(group, 7_000n);
    const buyer = user(group.buyerId);
    await acts.withdraw(buyer, second);
    expect(await liveHolds(world, group)).toEqual([
      ...['DISPUTE 5000 under', 'RISK 18000', 'RISK 5000', 'RISK 7000'],
    ]);
    expect(codes(await decide(world, reviewId, true))).toEqual([]);
    expect(await liveHolds(world, group)).toEqual(['DISPUTE 5000']);
    expect(await acts.money(group)).toEqual([
      ['WHOLE', 'RELEASED', 0n, 0n, 18_000n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 5_000n, 0n, 0n, 0n],
      ['CLAIM', 'RELEASED', 0n, 0n, 7_000n, 0n, 0n],
    ]);
    await acts.withdraw(buyer, first);
    await world.advance(8 * DAY);
    expect((await acts.money(group))[1]).toEqual(['CLAIM', 'RELEASED', 0n, 0n, 5_000n, 0n, 0n]);
  });

  test('parted twice and declined: each part goes back in a week', async () => {
    const { group, reviewId } = await stopped();
    const buyer = user(group.buyerId);
    for (const minor of [5_000n, 7_000n]) await acts.withdraw(buyer, await disputed(group, minor));
    await decide(world, reviewId, false);
    const due = new Date(world.clock.now().getTime() + 7 * DAY);
    expect(await holdTimers(world, group, 'RISK_DECLINED')).toEqual([due, due, due]);
    // parted once more, it keeps its deadline
    await acts.withdraw(buyer, await disputed(group, 1_000n));
    expect(await holdTimers(world, group, 'RISK_DECLINED')).toEqual([due, due, due, due]);
    await world.advance(7 * DAY);
    expect((await acts.money(group)).map((one) => (one as unknown[])[1])).toEqual([
      ...['CLOSED', 'CLOSED', 'CLOSED', 'CLOSED'],
    ]);
    await world.settled();
    expect((await acts.refundsOf(group)).sort()).toEqual([
      ...['SUCCEEDED 1000', 'SUCCEEDED 17000', 'SUCCEEDED 5000', 'SUCCEEDED 7000'],
    ]);
  });

  test('of which a bank takes part is still reviewed: approved, the rest goes on', async () => {
    const { group, reviewId } = await stopped();
    const seen = await charged(group, 10_000n);
    expect(await liveHolds(world, group)).toEqual(['RISK 10000 under', 'RISK 20000']);
    await contested(world, seen);
    await decide(world, reviewId, true);
    expect(await liveHolds(world, group)).toEqual([]);
    expect(await whereIs(world, group)).toEqual([
      ['WHOLE', 'RELEASED', 0n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 0n, 10_000n],
    ]);
    await decided(world, seen, 'WON');
    expect((await whereIs(world, group))[1]).toEqual(['CLAIM', 'DELIVERED', 10_000n, 0n, 0n]);
  });

  test('of which a bank takes part is still reviewed: declined, all of it goes back when the bank is done', async () => {
    const { group, reviewId } = await stopped();
    await decide(world, reviewId, false);
    const due = new Date(world.clock.now().getTime() + 7 * DAY);
    await world.advance(MINUTE);
    const seen = await charged(group, 10_000n);
    expect(await holdTimers(world, group, 'RISK_DECLINED')).toEqual([due, due]);
    await contested(world, seen);
    await world.advance(7 * DAY);
    expect(await liveHolds(world, group)).toEqual(['RISK 10000 under', 'RISK 20000']);
    await decided(world, seen, 'WON');
    await world.advance(DAY);
    await world.settled();
    expect(await whereIs(world, group)).toEqual([
      ['WHOLE', 'CLOSED', 0n, 0n, 0n],
      ['CLAIM', 'CLOSED', 0n, 0n, 0n],
    ]);
    expect((await acts.refundsOf(group)).sort()).toEqual(['CREDITED 10000', 'CREDITED 20000']); // this PSP refunds nothing that was disputed
  });
});

describe('a hold of risk that was declined', () => {
  test('sends nothing back once the bank has, at our expense: a person lifts it', async () => {
    const { group, reviewId } = await stopped();
    await decide(world, reviewId, false);
    const seen = await charged(group, 30_000n, { outcome: 'lost', reason: 'fraudulent' });
    await contested(world, seen);
    await decided(world, seen, 'LOST');
    for (let day = 0; day < 9; day++) await world.advance(DAY);
    expect(await liveHolds(world, group)).toEqual(['RISK 30000']);
    expect(await holdTimers(world, group, 'RISK_DECLINED')).toHaveLength(1);
    await lift(group);
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'DELIVERED', 30_000n, 0n, 0n]]);
    await world.confirm(user(group.buyerId), orderOf(group), key());
    const open = (await reviewsOf(world, await whole(group))).find((one) => one.state === 'OPEN');
    expect(codes(await decide(world, open?.id ?? '', true))).toEqual([]);
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 0n]]);
  });

  test('names the first hold in its parts, also those that the version before makes', async () => {
    const { group, reviewId } = await stopped();
    await acts.withdraw(user(group.buyerId), await disputed(group, 5_000n));
    const writing = world.db.transaction(systemViewer('test'), async (tx) => {
      const rows = await tx.query<{ partOf: string }>(
        `insert into hold (id, "escrowId", "trancheId", cause, reason, "amountMinor", "accountId",
           "holdAccountId", "placedAt", "liftedAt", "partOf")
         select 'hld_of_before' || id, "escrowId", "trancheId", cause, reason, "amountMinor",
           "accountId", "holdAccountId", "placedAt", "placedAt", id from hold
         where "partOf" is not null and "liftedAt" is null returning "partOf"`,
      );
      throw new Error(rows.map(({ partOf }) => partOf).join());
    });
    const [root] = await world.db.query<{ id: string }>(
      `select act ->> 'holdId' as id from "riskReview" where id = $1`,
      [reviewId],
    );
    await expect(writing).rejects.toThrow(`${root?.id},${root?.id}`);
    await decide(world, reviewId, true);
  });
});

describe('an authority’s hold on money that a bank takes whole', () => {
  async function legal(): Promise<{ group: PlacedGroup; trancheId: string }> {
    const group = await deliveredOrder(world);
    const trancheId = await whole(group);
    const input = { trancheId, cause: 'LEGAL', reason: 'a court asks', idempotencyKey: key() };
    expect(codes(await world.mutate(operator, 'escrowHoldPlace', input, 'hold { id }'))).toEqual(
      [],
    );
    return { group, trancheId };
  }

  test.each([
    ['won', 'WON', 'product_not_received'],
    ['lost', 'LOST', 'fraudulent'],
  ] as const)(
    '%s (%s, %s): it is there again, and no deadline runs',
    async (outcome, state, reason) => {
      const { group, trancheId } = await legal();
      const due = new Date(world.clock.now().getTime() + 30 * DAY);
      await world.advance(MINUTE);
      const seen = await charged(group, 10_000n, { outcome, reason });
      expect(await liveHolds(world, group)).toEqual(['LEGAL 10000 under']);
      expect(codes(await world.hold(operator, trancheId, key()))).toEqual(['TRANCHE_FROZEN']);
      expect(codes(await acts.open(group))).toEqual(['TRANCHE_FROZEN']);
      await contested(world, seen);
      await decided(world, seen, state);
      expect(await liveHolds(world, group)).toEqual(['LEGAL 10000']);
      expect(await holdTimers(world, group, 'HOLD_REVIEW')).toEqual([due]);
      await world.advance(20 * DAY);
      expect(await whereIs(world, group)).toEqual([['WHOLE', 'FROZEN', 0n, 10_000n, 0n]]);
      await lift(group);
      expect(await whereIs(world, group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n, 0n]]);
    },
  );

  test('lost by the seller: it ends with the money', async () => {
    const { group } = await legal();
    const seen = await charged(group, 10_000n, { outcome: 'lost' });
    await contested(world, seen);
    await decided(world, seen, 'LOST');
    expect(await liveHolds(world, group)).toEqual([]);
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 10_000n]]);
  });

  test('lifted meanwhile, it does not come back; one that nobody has is red', async () => {
    const { group } = await legal();
    const seen = await charged(group, 10_000n);
    const alone = `update tranche set "chargedBackMinor" = 0, "capturedMinor" = 0
      where state = 'FROZEN'`;
    expect(await redWhen(world.url, alone)).toContain('I24');
    await lift(group);
    await contested(world, seen);
    await decided(world, seen, 'WON');
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n, 0n]]);
  });
});

describe('a dispute about the rest of what a bank contests', () => {
  test('can be agreed about; it is paid when the bank is done', async () => {
    const group = await deliveredOrder(world);
    const seen = await charged(group, 4_000n);
    await contested(world, seen);
    const { id } = await acts.opened({ trancheId: await whole(group) }, group);
    expect(disputeOf(await acts.accept(seller, id, 1)).state).toBe('WAIT_HOLD');
    await world.advance(2 * DAY);
    expect(await acts.stateOf(id)).toBe('WAIT_HOLD');
    await decided(world, seen, 'WON');
    await world.advance(0);
    expect(await acts.stateOf(id)).toBe('RESOLVED');
    await world.settled();
    expect(await acts.refundsOf(group)).toEqual(['CREDITED 6000']);
  });

  test('looks again as soon as the case is over', async () => {
    const group = await deliveredOrder(world);
    const seen = await charged(group, 4_000n);
    await contested(world, seen);
    const { id } = await acts.opened({ trancheId: await whole(group) }, group);
    await acts.accept(seller, id, 1);
    await decided(world, seen, 'WON');
    await world.advance(0);
    expect(await acts.stateOf(id)).toBe('RESOLVED');
  });

  test('is not decided meanwhile, by an operator or by silence', async () => {
    const group = await deliveredOrder(world);
    const seen = await charged(group, 4_000n);
    await contested(world, seen);
    const { id, buyer } = await acts.opened({ trancheId: await whole(group) }, group);
    await world.advance(5 * DAY);
    expect(await acts.stateOf(id)).toBe('WAIT_HOLD');
    await acts.withdraw(buyer, id);
    const other = (await acts.opened({ trancheId: await whole(group) }, group)).id;
    await acts.refuse(seller, other);
    await world.advance(3 * DAY);
    for (const side of [buyer, buyer, seller]) await acts.escalate(side, other);
    const verdict = { refund: 1_000n, release: 5_000n };
    expect(codes(await acts.decide(operator, other, verdict))).toEqual(['TRANCHE_FROZEN']);
    await world.advance(58 * DAY);
    expect(await acts.stateOf(other)).toBe('UNDER_REVIEW');
    await decided(world, seen, 'WON');
    await world.advance(DAY);
    expect(await acts.stateOf(other)).toBe('DECIDED');
    await world.advance(3 * DAY);
  });
});
