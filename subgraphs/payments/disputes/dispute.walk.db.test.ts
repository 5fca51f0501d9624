import { DAY, MINUTE } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import {
  DisputeActs,
  MEMBER,
  codes,
  deliveredOrder,
  disputeOf,
  operator,
  orderOf,
} from '../testing/dispute.acts';
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

const buyerOf = (group: PlacedGroup) => user(group.buyerId);

describe('opening', () => {
  test('freezes what is claimed; the rest goes on by its deadlines', async () => {
    const { group, id } = await acts.opened({
      amount: { minorUnits: '2500', currencyCode: 'EUR' },
    });
    expect(await acts.money(group)).toEqual([
      ['WHOLE', 'DELIVERED', 7_500n, 0n, 0n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 2_500n, 0n, 0n, 0n],
    ]);
    await acts.refuse(seller, id);
    expect(codes(await world.confirm(buyerOf(group), orderOf(group), acts.key()))).toEqual([]);
    expect(await acts.money(group)).toEqual([
      ['WHOLE', 'RELEASED', 0n, 0n, 7_500n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 2_500n, 0n, 0n, 0n],
    ]);
    expect(await world.told(orderOf(group))).toContain('dispute.opened');
  });

  test('by lines it is their part; more than is left is cut; what does not fit is refused', async () => {
    const group = world.groupOf([
      [
        [4, 8_000n],
        [1, 2_000n],
      ],
    ]);
    await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
    await world.pay(group);
    const [first, second] = group.orders[0]?.lines ?? [];
    const lines = (quantity: number) => [{ orderLineId: first?.orderLineId, quantity }];
    expect(codes(await acts.open(group, { lines: lines(5) }))).toEqual(['AMOUNT_INVALID']);
    expect(codes(await acts.open(group, { lines: lines(0) }))).toEqual(['AMOUNT_INVALID']);
    const amount = (minorUnits: string, currencyCode = 'EUR') => ({
      amount: { minorUnits, currencyCode },
    });
    expect(codes(await acts.open(group, amount('0')))).toEqual(['AMOUNT_INVALID']);
    expect(codes(await acts.open(group, amount('-1')))).toEqual(['AMOUNT_INVALID']);
    expect(codes(await acts.open(group, amount('1', 'USD')))).toEqual(['AMOUNT_INVALID']);
    expect(codes(await acts.open(group, { text: ' ' }))).toEqual(['REASON_INVALID']);
    expect(codes(await acts.open(group, { text: 'my card 4111 1111 1111 1111' }))).toEqual([
      'CARD_NUMBER_REFUSED',
    ]);
    const three = await acts.open(group, { lines: lines(3) });
    expect(disputeOf(three).atStake.minorUnits).toBe('6000');
    const others = { lines: [{ orderLineId: second?.orderLineId, quantity: 1 }] };
    const rest = await acts.open(group, { ...others, ...amount('99999') });
    expect(disputeOf(rest).atStake.minorUnits).toBe('4000');
    expect(codes(await acts.open(group))).toEqual(['TRANCHE_REQUIRED']);
    const [claim] = (await world.tranches(group)).filter((t) => t['kind'] === 'CLAIM');
    const again = await acts.open(group, { trancheId: claim?.['id'] });
    expect(codes(again)).toEqual(['TRANCHE_FROZEN']);
  });

  test('the window is open before delivery and for 15 days after it, then it is closed', async () => {
    const group = await deliveredOrder(world);
    await world.advance(15 * DAY + MINUTE);
    expect(codes(await acts.open(group))).toEqual(['DISPUTE_WINDOW_CLOSED']);
    const unpaid = world.group([1_000n]);
    await world.openSeller(unpaid.orders[0]?.sellerId ?? '', MEMBER, false);
    await world.hear('order_group.placed', unpaid.request);
    expect(codes(await acts.open(unpaid))).toEqual(['TRANSITION_NOT_ALLOWED']);
    const same = await deliveredOrder(world);
    const idempotencyKey = acts.key();
    const first = await acts.open(same, { idempotencyKey });
    expect(disputeOf(await acts.open(same, { idempotencyKey })).id).toBe(disputeOf(first).id);
    expect(codes(await acts.open(same, { idempotencyKey, text: 'other' }))).toEqual([
      'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
    ]);
    await acts.withdraw(buyerOf(same), disputeOf(first).id);
  });

  test('after release the seller’s money is frozen; what was paid out is owed when it is settled', async () => {
    const group = await deliveredOrder(world);
    await world.partyFact('order.receipt_confirmed', group);
    const sellerId = group.orders[0]?.sellerId ?? '';
    expect(codes(await world.payOut(seller, sellerId, 8_000n))).toEqual([]);
    await world.settled();
    const { id } = await acts.opened({}, group);
    const [frozen] = await world.db.query(
      `select sum("amountMinor") as sum from hold where "caseId" = $1 and "liftedAt" is null`,
      [id],
    );
    expect(frozen).toEqual({ sum: '810' });
    expect(codes(await world.payOut(seller, sellerId, 1n))).toEqual(['BALANCE_INSUFFICIENT']);
    expect(codes(await acts.accept(seller, id, 1))).toEqual([]);
    expect(await acts.stateOf(id)).toBe('RESOLVED');
    await world.settled();
    expect(await acts.refundsOf(group)).toEqual(['SUCCEEDED 10000']);
    const { data } = await world.call(
      seller,
      `query ($s: [_Any!]!) { _entities(representations: $s) {
        ... on Seller { balance(currencyCode: "EUR") { available { minorUnits } owed { minorUnits } } }
      } }`,
      { s: [{ __typename: 'Seller', id: sellerId }] },
    );
    expect(data).toEqual({
      _entities: [{ balance: { available: { minorUnits: '0' }, owed: { minorUnits: '8000' } } }],
    });
  });
});

describe('talking', () => {
  test('counter, counter, accept: the newest terms only, and only the other side’s', async () => {
    const { group, id, buyer } = await acts.opened();
    expect(codes(await acts.accept(buyer, id, 1))).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(codes(await acts.counter(seller, id, 7, 3_000n))).toEqual(['PROPOSAL_STALE']);
    expect(codes(await acts.counter(seller, id, 1, 10_001n))).toEqual(['AMOUNT_INVALID']);
    expect(codes(await acts.counter(seller, id, 1, 0n))).toEqual(['AMOUNT_INVALID']);
    expect(disputeOf(await acts.counter(seller, id, 1, 3_000n)).state).toBe('WAIT_BUYER');
    expect(disputeOf(await acts.counter(buyer, id, 2, 6_000n)).state).toBe('WAIT_SELLER');
    expect(codes(await acts.accept(seller, id, 1))).toEqual(['PROPOSAL_STALE']);
    expect(codes(await acts.accept(buyer, id, 1))).toEqual(['PROPOSAL_STALE']);
    expect(disputeOf(await acts.accept(seller, id, 3)).state).toBe('RESOLVED');
    expect(await acts.money(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 4_000n, 6_000n, 0n]]);
    await world.settled();
    const told = await world.told(orderOf(group));
    expect(told.filter((type) => type.startsWith('dispute.'))).toEqual([
      ...['dispute.opened', 'dispute.updated', 'dispute.updated', 'dispute.closed'],
    ]);
    expect(told).toContain('refund.succeeded');
  });

  test('two equal proposals resolve it, whoever spoke last', async () => {
    const { group, id, buyer } = await acts.opened();
    await acts.counter(seller, id, 1, 4_000n);
    await acts.counter(buyer, id, 2, 7_000n);
    expect(disputeOf(await acts.counter(seller, id, 3, 7_000n)).state).toBe('RESOLVED');
    expect(await acts.money(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 3_000n, 7_000n, 0n]]);
  });

  test('a seller who refuses takes the offer back', async () => {
    const { id, buyer } = await acts.opened();
    await acts.counter(seller, id, 1, 3_000n);
    await acts.counter(buyer, id, 2, 9_000n);
    expect(disputeOf(await acts.refuse(seller, id)).state).toBe('WAIT_BUYER');
    expect(codes(await acts.accept(buyer, id, 2))).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(codes(await acts.refuse(buyer, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(codes(await acts.withdraw(seller, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(disputeOf(await acts.withdraw(buyer, id)).state).toBe('WITHDRAWN');
    expect(codes(await acts.withdraw(buyer, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
  });

  test('goods go back first: the seller says that they came back well, or contests it', async () => {
    const { group, id } = await acts.opened({ kind: 'RETURN_AND_REFUND' });
    expect(disputeOf(await acts.accept(seller, id, 1)).state).toBe('WAIT_RETURN');
    expect(await acts.money(group)).toEqual([['WHOLE', 'FROZEN', 0n, 10_000n, 0n, 0n, 0n]]);
    expect(disputeOf(await acts.accept(seller, id)).state).toBe('RESOLVED');
    expect(await acts.money(group)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 0n, 10_000n, 0n]]);
    const other = await acts.opened({ kind: 'RETURN_AND_REFUND' });
    await acts.accept(seller, other.id, 1);
    expect(disputeOf(await acts.refuse(seller, other.id)).state).toBe('EVIDENCE');
    await acts.withdraw(other.buyer, other.id);
  });

  test('they may still agree while an operator looks at it', async () => {
    const { group, id } = await acts.underReview();
    expect(disputeOf(await acts.accept(seller, id, 1)).state).toBe('RESOLVED');
    expect(await acts.money(group)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 0n, 10_000n, 0n]]);
  });
});

test('both sides and operators read it, each with what they may do; a stranger sees nothing', async () => {
  const { group, id, buyer } = await acts.opened();
  const read = async (viewer: Parameters<World['call']>[0]) => {
    const { data } = await world.call(
      viewer,
      `query ($id: ID!, $r: [_Any!]!) {
        dispute(id: $id) {
          state reason atStake { minorUnits } nextDeadline
          proposals { version side amount { minorUnits } } timeline { event }
          actions { action allowed deadline }
        }
        disputes { nodes { id } }
        _entities(representations: $r) {
          ... on Order { disputes { id } } ... on Dispute { disputeState: state }
        }
      }`,
      {
        id,
        r: [
          { __typename: 'Order', id: orderOf(group) },
          { __typename: 'Dispute', id },
        ],
      },
    );
    return data as Record<string, never>;
  };
  const allowed = (data: Record<string, unknown>): string[] =>
    (data['dispute'] as { actions: { action: string; allowed: boolean }[] }).actions.flatMap(
      (one) => (one.allowed ? [one.action] : []),
    );
  const mine = await read(buyer);
  expect(mine['dispute']).toMatchObject({
    ...{ state: 'WAIT_SELLER', reason: 'DAMAGED', atStake: { minorUnits: '10000' } },
    proposals: [{ version: 1, side: 'BUYER', amount: { minorUnits: '10000' } }],
    timeline: [{ event: 'dispute.opened' }],
  });
  expect(mine['disputes']).toEqual({ nodes: [{ id }] });
  expect(mine['_entities']).toEqual([{ disputes: [{ id }] }, { disputeState: 'WAIT_SELLER' }]);
  expect(allowed(mine)).toEqual(['disputeCounter', 'disputeWithdraw']);
  expect(allowed(await read(seller))).toEqual([
    ...['disputeAccept', 'disputeCounter', 'disputeRefuse'],
  ]);
  expect(allowed(await read(operator))).toEqual([]);
  const theirs = await read(user('acc_00000000000000000000000009'));
  expect(theirs['dispute']).toBeNull();
  expect(theirs['disputes']).toEqual({ nodes: [] });
  expect(theirs['_entities']).toEqual([null, null]);
  await acts.withdraw(buyer, id);
});
