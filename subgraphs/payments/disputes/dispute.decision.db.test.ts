import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import { uuidOf } from '#kernel/ids/id';
import { user } from '../testing/acts';
import {
  DisputeActs,
  MEMBER,
  type Verdict,
  codes,
  deliveredOrder,
  disputeOf,
  operator,
  orderOf,
  secondOperator,
} from '../testing/dispute.acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const seller = user(MEMBER);
const thirdOperator = user('acc_00000000000000000000000006', ['OPERATOR']);
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

/** What the seller can be paid out, and what a case has frozen of it. */
const sellerHas = async (group: PlacedGroup): Promise<unknown> => {
  const { data } = await world.call(
    seller,
    `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
      balance(currencyCode: "EUR") { available { minorUnits } frozen { minorUnits } } } } }`,
    { s: [{ __typename: 'Seller', id: group.orders[0]?.sellerId }] },
  );
  const [{ balance }] = data?.['_entities'] as [
    { balance: { available: { minorUnits: string }; frozen: { minorUnits: string } } },
  ];
  return [balance.available.minorUnits, balance.frozen.minorUnits];
};
const creditOf = async ({ buyerId }: PlacedGroup): Promise<unknown> => {
  const rows = await world.db.query<{ amount: bigint }>(
    `select coalesce(sum(t.amount), 0)::bigint as amount from ledger_transfer t
     join ledger_account a on a.id = t.credit where t.code = 39 and a.owner_id = $1`,
    [uuidOf(buyerId)],
  );
  return rows[0]?.amount;
};

async function underReview(total = 10_000n, afterRelease = false) {
  const group = await deliveredOrder(world, total);
  if (afterRelease) await world.partyFact('order.receipt_confirmed', group);
  return acts.underReview(group);
}
async function appealed(verdict: Verdict, afterRelease = false) {
  const all = await underReview(10_000n, afterRelease);
  expect(codes(await acts.decide(operator, all.id, verdict))).toEqual([]);
  expect(disputeOf(await acts.appeal(seller, all.id)).state).toBe('APPEALED');
  return all;
}
const half: Verdict = { refund: 4_000n, release: 6_000n };

describe('a decision', () => {
  test('moves the money at once, and nothing of it leaves us for 72 hours', async () => {
    const { group, id } = await underReview();
    expect(disputeOf(await acts.decide(operator, id, half)).state).toBe('DECIDED');
    expect(await acts.money(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 6_000n, 4_000n, 0n]]);
    expect(await acts.refundsOf(group)).toEqual(['CREATED 4000']);
    // net of 6000: the fees fall on the whole, 11.9 %
    expect(await sellerHas(group)).toEqual(['0', '5286']);
    expect(codes(await world.payOut(seller, group.orders[0]?.sellerId ?? '', 1n))).toEqual([
      'BALANCE_INSUFFICIENT',
    ]);
    await world.advance(72 * HOUR - MINUTE);
    await world.settled(); // what may be sent has been
    expect(await acts.refundsOf(group)).toEqual(['CREATED 4000']);
    await world.advance(MINUTE);
    await world.settled();
    expect(await acts.stateOf(id)).toBe('CLOSED');
    expect(await acts.refundsOf(group)).toEqual(['SUCCEEDED 4000']);
    expect(await sellerHas(group)).toEqual(['5286', '0']);
    expect(codes(await acts.appeal(seller, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
    const told = await world.told(orderOf(group));
    expect(told.filter((type) => type.startsWith('dispute.')).slice(-2)).toEqual([
      ...['dispute.decided', 'dispute.closed'],
    ]);
  });

  test('about released money takes it back; what the seller keeps stays frozen until it stands', async () => {
    const { group, id } = await underReview(10_000n, true);
    await acts.decide(operator, id, half);
    expect(await acts.money(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 10_000n, 0n, 4_000n]]);
    expect(await sellerHas(group)).toEqual(['0', '5286']);
    await world.advance(72 * HOUR);
    expect(await sellerHas(group)).toEqual(['5286', '0']);
    await world.settled();
    expect(await acts.refundsOf(group)).toEqual(['SUCCEEDED 4000']);
  });

  test('that does not add up, cites nothing, or is one’s own matter is refused, by code and by the database', async () => {
    const { group, buyer, id } = await underReview();
    const refused = async (verdict: Verdict, by = operator) =>
      codes(await acts.decide(by, id, verdict));
    expect(await refused({ refund: 4_000n, release: 5_999n })).toEqual(['AMOUNT_INVALID']);
    expect(await refused({ refund: -1n, release: 10_001n })).toEqual(['AMOUNT_INVALID']);
    expect(await refused({ ...half, goodwill: -1n })).toEqual(['AMOUNT_INVALID']);
    expect(await refused({ ...half, clauses: [] })).toEqual(['CLAUSE_REQUIRED']);
    expect(await refused({ ...half, clauses: ['MADE_UP'] })).toEqual(['CLAUSE_REQUIRED']);
    const evidenceIds = ['evd_00000000000000000000000001'];
    expect(await refused({ ...half, evidenceIds })).toEqual(['EVIDENCE_REFUSED']);
    expect(await refused(half, user(group.buyerId, ['OPERATOR']))).toEqual(['DECIDER_CONFLICT']);
    expect(await refused(half, user(MEMBER, ['OPERATOR']))).toEqual(['DECIDER_CONFLICT']);
    const broken = async (change: Record<string, string>): Promise<string> => {
      const values: Record<string, string> = {
        ...{ disputeId: `'${id}'`, round: '1', decidedBy: `'acc_1'`, fault: `'SELLER'` },
        ...{ stakeMinor: '10000', refundMinor: '4000', releaseMinor: '6000', goodwillMinor: '0' },
        ...{ returnRequired: 'false', policyVersion: `'v'`, clauses: `'{PROOF}'` },
        ...{ evidenceIds: `'{}'`, reason: `'r'`, at: 'now()' },
        ...change,
      };
      const columns = Object.keys(values).map((name) => `"${name}"`);
      const sql = `insert into "disputeDecision" (${columns.join()}) values (${Object.values(values).join()})`;
      return world.db.query(sql).then(
        () => 'accepted',
        (error: unknown) => (error as { constraint?: string }).constraint ?? 'other',
      );
    };
    expect(await broken({ releaseMinor: '5999' })).toBe('decision_divides_all');
    expect(await broken({ stakeMinor: '9999', releaseMinor: '5999' })).toBe(
      'decision_about_the_stake',
    );
    expect(await broken({ clauses: `'{}'` })).toBe('decision_cites_a_clause');
    expect(await broken({ decidedBy: `'${group.buyerId}'` })).toBe('decision_without_tie');
    expect(await broken({ approvedBy: `'${MEMBER}'` })).toBe('decision_without_tie');
    expect(await broken({ approvedBy: `'acc_1'` })).toBe('decision_four_eyes');
    expect(codes(await acts.decide(operator, id, half))).toEqual([]);
    expect(await broken({ round: '2', decidedBy: `'${operator.accountId ?? ''}'` })).toBe(
      'decision_without_tie',
    );
    await expect(world.db.query(`update "disputeDecision" set reason = ''`)).rejects.toThrow(
      'never changes',
    );
    await expect(world.db.query(`delete from "disputeProposal"`)).rejects.toThrow('never changes');
    expect(codes(await acts.decide(operator, id, half))).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(codes(await acts.withdraw(buyer, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
  });

  test('about a lot of money, or with goodwill, waits for a second person who is not a party either', async () => {
    const { group, id } = await underReview(60_000n);
    const verdict = { refund: 60_000n, release: 0n };
    const proposed = await acts.decide(operator, id, verdict);
    const approval = proposed['approval'] as { id: string };
    expect(disputeOf(proposed).state).toBe('UNDER_REVIEW');
    expect(codes(await acts.decide(secondOperator, id, verdict))).toEqual(['APPROVAL_PENDING']);
    expect(codes(await acts.grant(operator, approval.id))).toEqual(['APPROVAL_REQUIRED']);
    expect(codes(await acts.grant(user(MEMBER, ['OPERATOR']), approval.id))).toEqual([
      'ACT_REFUSED',
    ]);
    expect(await acts.stateOf(id)).toBe('UNDER_REVIEW');
    expect(codes(await acts.grant(secondOperator, approval.id))).toEqual([]);
    expect(await acts.stateOf(id)).toBe('DECIDED');
    await acts.appeal(seller, id);
    for (const earlier of [operator, secondOperator]) {
      expect(codes(await acts.appealDecide(earlier, id, verdict))).toEqual(['DECIDER_CONFLICT']);
    }
    const upheld = await acts.appealDecide(thirdOperator, id, verdict);
    const fourth = user('acc_00000000000000000000000005', ['OPERATOR']);
    await acts.grant(fourth, (upheld['approval'] as { id: string }).id);
    expect(await acts.stateOf(id)).toBe('CLOSED');
    await world.settled();
    expect(await acts.refundsOf(group)).toEqual(['SUCCEEDED 60000']);
    const other = await underReview();
    const kind = await acts.decide(operator, other.id, { ...half, goodwill: 500n });
    await acts.grant(secondOperator, (kind['approval'] as { id: string }).id);
    expect(await creditOf(other.group)).toBe(500n);
    await world.advance(72 * HOUR);
  });

  test('can be seen before: every movement as it would be, and nothing is left of it', async () => {
    const { buyer, id } = await underReview();
    const counts = () =>
      world.db.query(`select (select count(*) from outbox) as facts,
        (select count(*) from ledger_transfer) as transfers,
        (select count(*) from idempotency) as keys, (select count(*) from timer) as timers`);
    const before = await counts();
    const { preview } = await acts.preview(operator, id, half);
    expect(preview).toMatchObject({ needsApproval: false });
    const { legs } = preview as { legs: { code: string; amount: { minorUnits: string } }[] };
    expect(legs.map(({ code, amount }) => `${code} ${amount.minorUnits}`).sort()).toEqual([
      ...['FREEZE 5286', 'REFUND_HELD 4000', 'RELEASE_COMMISSION 600'],
      ...['RELEASE_SELLER 5286', 'RELEASE_TAX 114'],
    ]);
    expect(await counts()).toEqual(before);
    expect(await acts.stateOf(id)).toBe('UNDER_REVIEW');
    expect(codes(await acts.preview(operator, id, { refund: 1n, release: 1n }))).toEqual([
      'AMOUNT_INVALID',
    ]);
    expect(codes(await acts.preview(buyer, id, half))).toEqual(['FORBIDDEN']);
    await acts.withdraw(buyer, id);
  });
});

describe('an appeal', () => {
  test('holds everything back until another operator upholds it', async () => {
    const { group, buyer, id } = await appealed(half);
    expect(codes(await acts.appeal(buyer, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
    await world.advance(5 * DAY);
    expect(await acts.refundsOf(group)).toEqual(['CREATED 4000']);
    expect(codes(await acts.appealDecide(operator, id, half))).toEqual(['DECIDER_CONFLICT']);
    expect(codes(await acts.decide(secondOperator, id, half))).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(disputeOf(await acts.appealDecide(secondOperator, id, half)).state).toBe('CLOSED');
    await world.settled();
    expect(await acts.refundsOf(group)).toEqual(['SUCCEEDED 4000']);
    expect(await sellerHas(group)).toEqual(['5286', '0']);
  });

  test.each([
    [false, ['WHOLE', 'RELEASED', 0n, 0n, 6_000n, 4_000n, 3_000n]],
    [true, ['WHOLE', 'RELEASED', 0n, 0n, 10_000n, 0n, 7_000n]],
  ])(
    'gives the buyer more, out of what the seller got (released before: %s)',
    async (released, now) => {
      const { group, id } = await appealed(half, released);
      await acts.appealDecide(secondOperator, id, { refund: 7_000n, release: 3_000n });
      expect(await acts.money(group)).toEqual([now]);
      await world.settled();
      expect(await acts.refundsOf(group)).toEqual(['SUCCEEDED 4000', 'SUCCEEDED 3000']);
      expect(await sellerHas(group)).toEqual(['2643', '0']);
      expect(await creditOf(group)).toBe(0n);
    },
  );

  test.each([
    [false, ['WHOLE', 'RELEASED', 0n, 0n, 9_000n, 1_000n, 0n]],
    [true, ['WHOLE', 'RELEASED', 0n, 0n, 10_000n, 0n, 1_000n]],
  ])(
    'gives the seller more: the refund that waited is undone (released before: %s)',
    async (released, now) => {
      const { group, id } = await appealed(half, released);
      await acts.appealDecide(secondOperator, id, { refund: 1_000n, release: 9_000n });
      expect(await acts.money(group)).toEqual([now]);
      await world.settled();
      expect(await acts.refundsOf(group)).toEqual(['UNDONE 4000', 'SUCCEEDED 1000']);
      expect(await sellerHas(group)).toEqual(['7929', '0']);
    },
  );

  test('gives all to the seller when the buyer had got all', async () => {
    const { group, id } = await appealed({ refund: 10_000n, release: 0n });
    await acts.appealDecide(secondOperator, id, { refund: 0n, release: 10_000n });
    expect(await acts.money(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 10_000n, 0n, 0n]]);
    await world.settled();
    expect(await acts.refundsOf(group)).toEqual(['UNDONE 10000']);
    expect(await sellerHas(group)).toEqual(['8810', '0']);
  });

  test('what the seller has no more is the platform’s goodwill', async () => {
    const group = await deliveredOrder(world);
    await world.partyFact('order.receipt_confirmed', group);
    await world.payOut(seller, group.orders[0]?.sellerId ?? '', 8_810n);
    await world.settled();
    const { id } = disputeOf(await acts.open(group));
    await acts.refuse(seller, id);
    await world.advance(3 * DAY);
    await acts.escalate(seller, id);
    await world.advance(3 * DAY);
    await acts.decide(operator, id, { refund: 0n, release: 10_000n });
    await acts.appeal(user(group.buyerId), id);
    const changed = { refund: 6_000n, release: 4_000n };
    expect(await acts.preview(secondOperator, id, changed, true)).toMatchObject({
      preview: { needsApproval: true },
    });
    // what nobody can see in the input is goodwill all the same: a second person agrees to it
    const idempotencyKey = acts.key();
    const again = { ...changed, idempotencyKey };
    const proposed = await acts.appealDecide(secondOperator, id, again);
    expect(codes(proposed)).toEqual([]);
    const approval = proposed['approval'] as { id: string };
    expect(await acts.appealDecide(secondOperator, id, again)).toEqual(proposed);
    expect([await acts.stateOf(id), await creditOf(group)]).toEqual(['APPEALED', 0n]);
    expect(codes(await acts.grant(secondOperator, approval.id))).toEqual(['APPROVAL_REQUIRED']);
    expect(codes(await acts.grant(thirdOperator, approval.id))).toEqual([]);
    expect([await acts.stateOf(id), await creditOf(group)]).toEqual(['CLOSED', 6_000n]);
    expect(await acts.refundsOf(group)).toEqual([]);
    const [row] = await world.db.query(
      `select "goodwillMinor" as goodwill, "decidedBy" as decider, "approvedBy" as other
       from "disputeDecision" where "disputeId" = $1 and round = 2`,
      [id],
    );
    const [decider, other] = [secondOperator.accountId, thirdOperator.accountId];
    expect(row).toEqual({ goodwill: 6_000n, decider, other });
  });
});
