import { DAY, MINUTE } from '#kernel/clock/clock';
import { sha256 } from '#kernel/json/canonical';
import { user } from '../testing/acts';
import {
  DisputeActs,
  MEMBER,
  codes,
  deliveredOrder,
  disputeOf,
  operator,
  orderOf,
  secondOperator,
} from '../testing/dispute.acts';
import { redWhen } from '../testing/planted-break';
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

const lift = async (holdId: string): Promise<string[]> =>
  codes(await world.lift(operator, holdId, acts.key()));
const holdsOf = async (group: PlacedGroup): Promise<unknown[]> => {
  const rows = await world.db.query<{ text: string }>(
    `select h.cause || ' ' || h."amountMinor" || case when h."pendingId" is null then ' under' else ''
       end as text from hold h join escrow e on e.id = h."escrowId"
     where e."orderId" = $1 and h."liftedAt" is null order by 1`,
    [orderOf(group)],
  );
  return rows.map(({ text }) => text);
};

/** A delivered order whose money an operator has frozen. */
async function held(): Promise<{ group: PlacedGroup; holdId: string }> {
  const group = await deliveredOrder(world);
  const trancheId = String((await world.tranche(group))['id']);
  const placed = await world.hold(operator, trancheId, acts.key());
  return { group, holdId: (placed['hold'] as { id: string }).id };
}

describe('money that risk has frozen', () => {
  test('can be disputed; when the dispute lets go first, the hold stays, and its deadline with it', async () => {
    const { group } = await held();
    await world.advance(2 * DAY);
    const { id, buyer } = await acts.opened({}, group);
    expect(await holdsOf(group)).toEqual(['DISPUTE 10000 under', 'RISK 10000']);
    expect(codes(await acts.open(group))).toEqual(['TRANCHE_FROZEN']);
    expect(codes(await acts.withdraw(buyer, id))).toEqual([]);
    expect(await holdsOf(group)).toEqual(['RISK 10000']);
    expect(await acts.money(group)).toEqual([['WHOLE', 'FROZEN', 0n, 10_000n, 0n, 0n, 0n]]);
  });

  test('passes to the dispute when risk lets go, and nothing is released between', async () => {
    const { group, holdId } = await held();
    const { id } = await acts.opened({}, group);
    expect(await lift(holdId)).toEqual([]);
    expect(await holdsOf(group)).toEqual(['DISPUTE 10000']);
    expect(await lift(holdId)).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(codes(await acts.accept(seller, id, 1))).toEqual([]);
    expect(await acts.stateOf(id)).toBe('RESOLVED');
    await world.settled();
    expect(await acts.refundsOf(group)).toEqual(['SUCCEEDED 10000']);
  });

  test('of which part is disputed is parted: the rest goes on when risk lets go', async () => {
    const { group } = await held();
    await world.advance(2 * DAY);
    const amount = { minorUnits: '2500', currencyCode: 'EUR' };
    const { id } = await acts.opened({ amount }, group);
    expect(await holdsOf(group)).toEqual(['DISPUTE 2500 under', 'RISK 2500', 'RISK 7500']);
    const holds = await world.db.query<{ id: string }>(
      `select h.id from hold h join escrow e on e.id = h."escrowId"
       where e."orderId" = $1 and h.cause = 'RISK' and h."liftedAt" is null`,
      [orderOf(group)],
    );
    for (const hold of holds) expect(await lift(hold.id)).toEqual([]);
    expect(await acts.money(group)).toEqual([
      ['WHOLE', 'DELIVERED', 7_500n, 0n, 0n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 2_500n, 0n, 0n, 0n],
    ]);
    await acts.refuse(seller, id);
    await world.advance(7 * DAY - 3 * MINUTE);
    expect((await acts.money(group))[0]).toEqual(['WHOLE', 'DELIVERED', 7_500n, 0n, 0n, 0n, 0n]);
    await world.advance(4 * MINUTE);
    expect((await acts.money(group))[0]).toEqual(['WHOLE', 'RELEASED', 0n, 0n, 7_500n, 0n, 0n]);
  });

  test('what is agreed meanwhile waits, and is paid when risk lets go', async () => {
    const { group, holdId } = await held();
    const { id } = await acts.opened({}, group);
    expect(disputeOf(await acts.accept(seller, id, 1)).state).toBe('WAIT_HOLD');
    expect(await acts.refundsOf(group)).toEqual([]);
    await world.advance(3 * DAY);
    expect(await acts.stateOf(id)).toBe('WAIT_HOLD');
    expect(await lift(holdId)).toEqual([]);
    await world.advance(0);
    expect(await acts.stateOf(id)).toBe('RESOLVED');
    await world.settled();
    expect(await acts.refundsOf(group)).toEqual(['SUCCEEDED 10000']);
  });

  test('is not divided by an operator, or by the time limit, before risk lets go', async () => {
    const { group, holdId } = await held();
    const { id } = await acts.underReview(group);
    const verdict = { refund: 4_000n, release: 6_000n };
    expect(codes(await acts.decide(operator, id, verdict))).toEqual(['TRANCHE_FROZEN']);
    expect(codes(await acts.preview(operator, id, verdict))).toEqual(['TRANCHE_FROZEN']);
    await world.advance(58 * DAY);
    expect(await acts.stateOf(id)).toBe('UNDER_REVIEW');
    expect(await lift(holdId)).toEqual([]);
    await world.advance(DAY);
    expect(await acts.stateOf(id)).toBe('DECIDED');
    await world.advance(3 * DAY);
  });
});

test('a court’s hold on disputed money: the parties agree, and it waits for the court', async () => {
  const { group, id } = await acts.opened();
  const trancheId = String((await world.tranche(group))['id']);
  expect(codes(await world.hold(operator, trancheId, acts.key(), 9_999n))).toEqual([
    'TRANCHE_FROZEN',
  ]);
  const placed = await world.hold(secondOperator, trancheId, acts.key());
  expect(codes(placed)).toEqual([]);
  expect(codes(await world.hold(operator, trancheId, acts.key()))).toEqual(['TRANCHE_FROZEN']);
  expect(await holdsOf(group)).toEqual(['DISPUTE 10000', 'RISK 10000 under']);
  await acts.accept(seller, id, 1);
  expect(await acts.stateOf(id)).toBe('WAIT_HOLD');
  expect(
    await redWhen(world.url, `update hold set "liftedAt" = now() where cause = 'DISPUTE'`),
  ).toContain('I24');
  expect(await lift((placed['hold'] as { id: string }).id)).toEqual([]);
  await world.advance(0);
  expect(await acts.stateOf(id)).toBe('RESOLVED');
});

test('a decision cites the policy that both accepted, and no clause that it did not have', async () => {
  const group = await deliveredOrder(world);
  const { id } = await acts.underReview(group);
  const text = JSON.stringify({ policyVersion: '2020-01' });
  const hash = sha256(text);
  await world.db.query('update escrow set "contractHash" = $2 where "orderId" = $1', [
    ...[orderOf(group), hash],
  ]);
  await world.db.query(
    `insert into "contractSnapshot" ("orderId", hash, text, "receivedAt") values ($1, $2, $3, now())`,
    [orderOf(group), hash, text],
  );
  const verdict = { refund: 4_000n, release: 6_000n };
  expect(codes(await acts.decide(operator, id, verdict))).toEqual(['CLAUSE_REQUIRED']);
  await world.advance(58 * DAY);
  const decided = await world.db.query(
    'select "policyVersion" from "disputeDecision" where "disputeId" = $1',
    [id],
  );
  expect(decided).toEqual([{ policyVersion: '2020-01' }]);
  await world.advance(3 * DAY);
});
