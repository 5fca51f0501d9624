import { type Viewer, systemViewer } from '#kernel/auth/viewer';
import { DAY } from '#kernel/clock/clock';
import { lockHeld } from '../escrow/tranche.service';
import { Outgoing } from '../psp/outgoing.service';
import { RefundUndoService } from '../refunds/refund-undo.service';
import { type Answer, anonymous, apiKey, user } from '../testing/acts';
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
import type { DisputeMoney } from './dispute-money.service';
import { DisputeVerdictService } from './dispute-verdict.service';

jest.setTimeout(30_000);
const seller = user(MEMBER);
const OTHER_MEMBER = 'acc_00000000000000000000000004';
const half = { refund: 4_000n, release: 6_000n };
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

/** Everybody who is no party of a group's dispute. */
async function strangers(group: PlacedGroup): Promise<Record<string, Viewer>> {
  const other = world.group([1_000n]);
  const theirs = other.orders[0]?.sellerId ?? '';
  await world.openSeller(theirs, OTHER_MEMBER, false);
  const mine = group.orders[0]?.sellerId ?? '';
  return {
    'another buyer': user('acc_00000000000000000000000009'),
    'another seller': user(OTHER_MEMBER),
    'another seller’s key': apiKey([theirs], ['payments:write']),
    'the seller’s key without the scope': apiKey([mine], ['payments:read']),
    operator,
    auditor: user('acc_00000000000000000000000010', ['AUDITOR']),
    anonymous,
  };
}
type Act = (viewer: Viewer) => Promise<Answer>;

test('no step is anybody else’s: who is no party finds nothing', async () => {
  const { group, id } = await acts.opened();
  const steps: Record<string, Act> = {
    accept: (viewer) => acts.accept(viewer, id, 1),
    counter: (viewer) => acts.counter(viewer, id, 1, 1n),
    refuse: (viewer) => acts.refuse(viewer, id),
    escalate: (viewer) => acts.escalate(viewer, id),
    withdraw: (viewer) => acts.withdraw(viewer, id),
    appeal: (viewer) => acts.appeal(viewer, id),
  };
  const who = await strangers(group);
  for (const [step, act] of Object.entries(steps)) {
    const told = await Promise.all(
      Object.entries(who).map(async ([name, viewer]) => [name, ...codes(await act(viewer))]),
    );
    expect([step, Object.fromEntries(told)]).toEqual([
      step,
      {
        ...{ 'another buyer': 'NOT_FOUND', 'another seller': 'NOT_FOUND', operator: 'NOT_FOUND' },
        ...{ 'another seller’s key': 'NOT_FOUND', auditor: 'NOT_FOUND' },
        ...{ 'the seller’s key without the scope': 'FORBIDDEN', anonymous: 'UNAUTHENTICATED' },
      },
    ]);
  }
  const key = apiKey([group.orders[0]?.sellerId ?? ''], ['payments:write']);
  expect(codes(await acts.counter(key, id, 1, 9_000n))).toEqual(['NOT_FOUND']);
});

test('only the order’s buyer opens, never a key; only operators decide', async () => {
  const group = await deliveredOrder(world);
  const who = { ...(await strangers(group)), seller };
  const opening = await Promise.all(
    Object.entries(who).map(async ([name, viewer]) => [
      name,
      ...codes(await acts.openAs(viewer, group, {})),
    ]),
  );
  expect(Object.fromEntries(opening)).toEqual({
    ...{ 'another buyer': 'NOT_FOUND', 'another seller': 'NOT_FOUND', operator: 'NOT_FOUND' },
    ...{ seller: 'NOT_FOUND', auditor: 'NOT_FOUND', anonymous: 'UNAUTHENTICATED' },
    ...{ 'another seller’s key': 'FORBIDDEN', 'the seller’s key without the scope': 'FORBIDDEN' },
  });
  const { id, buyer } = await acts.underReview(group);
  const others = Object.entries(who).filter(
    ([name]) => name !== 'operator' && name !== 'anonymous',
  );
  for (const viewer of [...others.map(([, one]) => one), buyer]) {
    expect(codes(await acts.decide(viewer, id, half))).toEqual(['FORBIDDEN']);
    expect(codes(await acts.appealDecide(viewer, id, half))).toEqual(['FORBIDDEN']);
    expect(codes(await acts.preview(viewer, id, half))).toEqual(['FORBIDDEN']);
  }
  expect(codes(await acts.decide(anonymous, id, half))).toEqual(['UNAUTHENTICATED']);
  expect(codes(await acts.decide(operator, 'dsp_00000000000000000000000001', half))).toEqual([
    'NOT_FOUND',
  ]);
  await acts.withdraw(buyer, id);
});

test('a decision that names too much says what', async () => {
  const decided = async (more: object) =>
    (await acts.decide(operator, 'dsp_any', { ...half, ...more })).userErrors;
  const many = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => `x${String(n)}`);
  expect(await decided({ clauses: many(21) })).toMatchObject([
    { code: 'CLAUSE_REQUIRED', field: ['input', 'clauses'] },
  ]);
  expect(await decided({ evidenceIds: many(101) })).toMatchObject([
    { code: 'EVIDENCE_REFUSED', field: ['input', 'evidenceIds'] },
  ]);
  expect(await decided({ clauses: many(20), evidenceIds: many(100) })).toMatchObject([
    { code: 'NOT_FOUND' },
  ]);
});

test('the parties, operators and auditors read a dispute; nobody else, by no way', async () => {
  const { group, id, buyer } = await acts.opened();
  const seen = async (viewer: Viewer): Promise<unknown> => {
    const { data } = await world.call(
      viewer,
      `query ($id: ID!, $s: ID!, $r: [_Any!]!) {
        dispute(id: $id) { id } disputes(sellerId: $s, first: 1) { nodes { id } }
        _entities(representations: $r) { ... on Dispute { id } }
      }`,
      { id, s: group.orders[0]?.sellerId, r: [{ __typename: 'Dispute', id }] },
    );
    const shown = data as { dispute: unknown; disputes: unknown; _entities: unknown[] };
    return [shown.dispute, shown.disputes, shown._entities[0]].map((one) => one !== null);
  };
  const who = await strangers(group);
  for (const viewer of [who['operator'], who['auditor']]) {
    expect(await seen(viewer ?? anonymous)).toEqual([true, true, true]);
  }
  expect(await seen(buyer)).toEqual([true, false, true]);
  expect(await seen(seller)).toEqual([true, true, true]);
  expect(await seen(who['the seller’s key without the scope'] ?? seller)).toEqual([
    true,
    true,
    true,
  ]);
  for (const name of ['another buyer', 'another seller', 'another seller’s key', 'anonymous']) {
    expect([name, await seen(who[name] ?? seller)]).toEqual([name, [false, false, false]]);
  }
  await acts.withdraw(buyer, id);
});

test('a chargeback takes over: what was frozen is free, and a refund that waited is not sent as well', async () => {
  const { db } = world;
  const verdicts = new DisputeVerdictService(
    {} as DisputeMoney, // a chargeback moves none of it here
    new RefundUndoService(new Outgoing()),
  );
  const takeOver = ({ group }: { group: PlacedGroup }): Promise<unknown> =>
    db.transaction(systemViewer('test'), async (tx) => {
      const held = await lockHeld(tx, { orderId: orderOf(group) });
      if (held !== undefined) await verdicts.supersedeIn(tx, held);
    });
  const open = await acts.opened();
  await takeOver(open);
  expect(await acts.stateOf(open.id)).toBe('SUPERSEDED');
  expect(await acts.money(open.group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n, 0n, 0n, 0n]]);
  const judged = await acts.underReview();
  await acts.decide(operator, judged.id, half);
  await takeOver(judged);
  await takeOver(judged);
  expect(await acts.refundsOf(judged.group)).toEqual(['UNDONE 4000']);
  expect(await acts.money(judged.group)).toEqual([
    ['WHOLE', 'DELIVERED', 4_000n, 0n, 6_000n, 0n, 0n],
  ]);
  await world.advance(7 * DAY);
  expect(await acts.money(judged.group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 10_000n, 0n, 0n]]);
});

test('everything at once, 64 ways: one consistent set wins', async () => {
  for (let round = 0; round < 3; round++) {
    const group = await deliveredOrder(world);
    const buyer = user(group.buyerId);
    const orderId = orderOf(group);
    const openings = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        n === 0 ? world.confirm(buyer, orderId, acts.key()) : acts.open(group),
      ),
    );
    const ids = openings.flatMap((one) => (one['dispute'] == null ? [] : [disputeOf(one).id]));
    expect(ids).toHaveLength(1);
    const [id = ''] = ids;
    const trancheId = String((await world.tranche(group))['id']);
    if (round > 0) {
      await acts.refuse(seller, id);
      await world.advance(3 * DAY);
      if (round > 1) for (const side of [buyer, buyer, seller]) await acts.escalate(side, id);
    }
    const all: readonly (() => Promise<unknown>)[] = [
      () => acts.accept(seller, id, 1),
      () => acts.counter(buyer, id, 1, 9_000n),
      () => acts.counter(seller, id, 1, 3_000n),
      () => acts.escalate(buyer, id),
      () => acts.withdraw(buyer, id),
      () => acts.decide(operator, id, half),
      () => acts.decide(secondOperator, id, { refund: 10_000n, release: 0n }),
      () => acts.appeal(seller, id),
      () => world.confirm(buyer, orderId, acts.key()),
      () => world.refund(operator, orderId, 2_000n, acts.key()),
      () => world.refund(seller, orderId, undefined, acts.key()),
      () => world.partyFact('order.cancelled', group),
      () => world.partyFact('order.receipt_confirmed', group),
      () => world.hold(operator, trancheId, acts.key()),
      () => acts.refuse(seller, id),
      () => acts.accept(buyer, id, 2),
    ];
    await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        (all[(n * 7) % all.length] ?? (() => Promise.resolve()))(),
      ),
    );
    await world.settled();
    expect(await world.violations()).toEqual([]);
    // what an operator froze stays so until one lifts it, whatever the parties agree
    const holds = await world.db.query<{ id: string }>(
      `select id from hold where "trancheId" in (select id from tranche where "escrowId" =
         (select id from escrow where "orderId" = $1)) and cause = 'RISK' and "liftedAt" is null`,
      [orderId],
    );
    for (const hold of holds) await world.lift(operator, hold.id, acts.key());
    await world.advance(80 * DAY);
    const [{ held } = { held: 1n }] = await world.db.query<{ held: bigint }>(
      `select sum("availableMinor" + "frozenMinor")::bigint as held from tranche
       where "escrowId" = (select id from escrow where "orderId" = $1)`,
      [orderId],
    );
    expect([round, held]).toEqual([round, 0n]);
    expect(await acts.stateOf(id)).toMatch(/RESOLVED|WITHDRAWN|CLOSED/);
  }
});

describe('what may never be', () => {
  beforeAll(async () => {
    await acts.underReview();
    const { id } = await acts.underReview();
    const { id: changed } = await acts.underReview();
    await acts.decide(operator, changed, half);
    await acts.appeal(seller, changed);
    await acts.appealDecide(secondOperator, changed, { refund: 0n, release: 10_000n });
    await acts.decide(operator, id, half);
  });

  test.each([
    ['I20', `update hold set "liftedAt" = now() where cause = 'DISPUTE' and source = 'TRANCHE'`],
    ['I20', `update dispute set state = 'CLOSED', "closedAt" = now() where state = 'UNDER_REVIEW'`],
    ['I20', `update hold set "caseId" = null where "liftedAt" is null`],
    [
      'I21',
      `alter table "disputeDecision" drop constraint decision_divides_all;
       update "disputeDecision" set "refundMinor" = "refundMinor" - 1 where "refundMinor" > 0`,
    ],
    [
      'I21',
      `alter table "disputeDecision" drop constraint decision_cites_a_clause;
       update "disputeDecision" set clauses = '{}'`,
    ],
    [
      'I21',
      `update "disputeDecision" c set "decidedBy" = "buyerId" from dispute d
       where d.id = c."disputeId"`,
    ],
    ['I21', `delete from "disputeDecision"`],
    ['I22', `update dispute set version = version + 1`],
    ['I22', `delete from outbox where type = 'dispute.opened'`],
    ['I22', `delete from timer where kind in ('T10', 'T13')`],
    ['I23', `update dispute set "refundId" = null`],
    ['I4', `update ledger_transfer set code = 35 where code = 31`],
  ])('%s is red when it is broken: %s', async (invariant, sql) => {
    expect(await redWhen(world.url, sql)).toContain(invariant);
  });
});
