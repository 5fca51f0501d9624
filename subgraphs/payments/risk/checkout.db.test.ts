import { accountIds, paymentIds } from '#contracts/ids';
import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { dryRun } from '#kernel/db/dry-run';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import {
  codes,
  decide,
  from,
  key,
  onAmount,
  paymentsOf,
  publish,
  reviewsOf,
} from '../testing/risk.acts';
import { type PlacedGroup, World } from '../testing/world';
import { Decisions } from './decision.service';
import type { RiskDecisionRow } from './risk-decision.entity';
import { RiskService } from './risk.service';
import { rejudge } from './rule-set.service';
import { signalHash } from './signal-hash.service';

jest.setTimeout(60_000);
let world: World;
beforeAll(async () => {
  world = await World.open();
  await publish(world, 'CHECKOUT', [
    onAmount(100_000, { snoozeBy: 'buyer.id' }),
    onAmount(900_000, { outcome: 'DECLINE' }),
    onAmount(1_000, {
      ...{ code: 'TRIED_CARDS', when: { feature: 'network.cards_1h', is: 'gte', value: 3 } },
      snoozeBy: 'network.hash',
    }),
  ]);
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const stateOf = async (group: PlacedGroup): Promise<string | undefined> =>
  (await paymentsOf(world, group)).at(-1)?.state;
const becomes = (group: PlacedGroup, state: string): Promise<unknown> =>
  until(async () => (await stateOf(group)) === state, `the payment to be ${state}`);

/** Pays what is looked at: the payment and its review. */
async function held(group: PlacedGroup, token = 'tok_ok') {
  const { payment } = await world.pay(group, { token });
  const [review] = await reviewsOf(world, payment?.id);
  return { id: payment?.id ?? '', status: payment?.status, reviewId: review?.id ?? '' };
}

const decisionsOf = (subject: unknown): Promise<RiskDecisionRow[]> =>
  world.db.query('select * from "riskDecision" where subject = $1 order by id', [subject]);

/** What the PSP has of a payment, by our operation's id. */
async function atPsp(paymentId: string): Promise<string[]> {
  const rows = await world.db.query<{ state: string }>(
    `select o.state from "pspOperation" o join tender t on t.id = o.subject
     where t."paymentId" = $1 order by t.number`,
    [paymentId],
  );
  return rows.map(({ state }) => state);
}

test('what nothing is said against is captured at once; the snapshot is kept and tells the same again', async () => {
  const group = world.group([40_000n]);
  const { payment } = await world.pay(group);
  expect(payment?.status).toBe('CAPTURED');
  expect(await reviewsOf(world, payment?.id)).toEqual([]);
  const [decision] = await decisionsOf(payment?.id);
  expect(decision).toMatchObject({ outcome: 'APPROVE', isShadow: false, fired: [] });
  expect(decision?.features).toMatchObject({
    ...{ 'amount.minor': 40_000, 'buyer.id': group.buyerId, 'buyer.good_365d': 0 },
    'seller.trust': 1,
  });
  // nothing is known of a network nobody told: zero would look like innocence
  expect(Object.keys(decision?.features ?? {}).filter((name) => /^network/.test(name))).toEqual([]);
});

test('REVIEW: authorized only; approved, it is captured and funds the order', async () => {
  const group = world.group([100_000n]);
  const { id, status, reviewId } = await held(group);
  expect(status).toBe('AUTHORIZED');
  expect((await world.tranche(group))['state']).toBe('AWAITING_FUNDS');
  expect(await world.violations()).toEqual([]);
  const same = key();
  const answers = [
    await decide(world, reviewId, true, { key: same }),
    await decide(world, reviewId, true, { key: same }),
    await decide(world, reviewId, false),
  ];
  expect(answers.map(codes)).toEqual([[], [], ['TRANSITION_NOT_ALLOWED']]);
  await becomes(group, 'CAPTURED');
  expect((await world.tranche(group))['state']).toBe('FUNDED');
  const told = await world.told(group.orders[0]?.orderId ?? '');
  expect(told).toEqual(['payment.authorized', 'payment.captured', 'escrow.funded']);
  const facts = await world.db.query<{ outcome: string }>(
    `select data->>'outcome' as outcome from outbox where type = 'risk.decided'
       and data->>'subject' = $1 order by seq`,
    [id],
  );
  expect(facts.map(({ outcome }) => outcome)).toEqual(['REVIEW', 'APPROVED']);
  const points = (await decisionsOf(id)).map(({ point }) => point);
  expect(points).toEqual(['CHECKOUT', 'CAPTURE']);
});

test('declined, it is voided at the PSP, and the buyer may pay again', async () => {
  const group = world.group([100_001n]);
  const { id, reviewId } = await held(group);
  expect(codes(await decide(world, reviewId, false))).toEqual([]);
  expect(await paymentsOf(world, group)).toEqual([{ id, state: 'FAILED', tenders: ['FAILED'] }]);
  await until(async () => (await atPsp(id))[0] === 'REJECTED', 'the void');
  const again = await held(group);
  expect(again.status).toBe('AUTHORIZED');
  await decide(world, again.reviewId, true);
  await becomes(group, 'CAPTURED');
});

test('DECLINE: nothing is sent, and to the buyer it is a card that was declined', async () => {
  const group = world.group([900_000n]);
  const request = await world.sealed(group);
  const options = { key: key(), request };
  const first = await world.pay(group, options);
  const other = world.group([500n]);
  const byBank = await world.pay(other, { token: 'tok_decline_generic' });
  expect(first).toEqual(byBank);
  expect(first.userErrors.map(({ code }) => code)).toEqual(['PAYMENT_DECLINED']);
  expect(await world.pay(group, options)).toEqual(first);
  const payments = await paymentsOf(world, group);
  expect(payments).toHaveLength(1);
  expect(payments[0]).toMatchObject({ state: 'FAILED', tenders: ['FAILED'] });
  expect(await atPsp(payments[0]?.id ?? '')).toEqual([]);
  expect(await world.told(group.orders[0]?.orderId ?? '')).toEqual(['payment.failed']);
  const shown = (one: PlacedGroup) =>
    world.call(
      user(one.buyerId),
      `query ($id: ID!) { _entities(representations: [{ __typename: "OrderGroup", id: $id }]) {
        ... on OrderGroup { payment { status tenders { status } } } } }`,
      { id: one.request.orderGroupId },
    );
  expect((await shown(group)).data).toEqual((await shown(other)).data);
});

test('approved before the payer has answered the bank: captured when they have', async () => {
  const group = world.group([100_002n]);
  const { id, status, reviewId } = await held(group, 'tok_3ds');
  expect(status).toBe('REQUIRES_ACTION');
  await decide(world, reviewId, true);
  await world.post3ds(id, 'success');
  await becomes(group, 'CAPTURED');
});

test('several means of payment: captured when all are authorized; when one is declined nobody need look', async () => {
  const both = (second: string) => [
    { token: 'tok_ok', minorUnits: '60000' },
    { token: second, minorUnits: '50000' },
  ];
  const group = world.group([110_000n]);
  const { payment } = await world.pay(group, { tenders: both('tok_ok') });
  expect(payment?.status).toBe('AUTHORIZED');
  const [review] = await reviewsOf(world, payment?.id);
  await decide(world, review?.id ?? '', true);
  await becomes(group, 'CAPTURED');
  const failing = world.group([110_000n]);
  await world.pay(failing, { tenders: both('tok_decline_generic') });
  const [failed] = await paymentsOf(world, failing);
  expect(failed?.state).toBe('FAILED');
  const [expired] = await reviewsOf(world, failed?.id);
  expect(expired?.state).toBe('EXPIRED');
  await until(async () => (await atPsp(failed?.id ?? '')).every((s) => s === 'REJECTED'), 'voids');
});

test('the answer to a capture is lost: it is captured once', async () => {
  for (const kind of ['drop_before', 'drop_after']) {
    const group = world.group([100_003n]);
    const { id, reviewId } = await held(group);
    const sent = await world.db.first<{ pspId: string }>(
      `select "pspPaymentId" as "pspId" from tender where "paymentId" = $1`,
      [id],
    );
    await world.psp.faults({ match: `POST /api/payments/${sent?.pspId}/capture`, kind, times: 1 });
    await decide(world, reviewId, true);
    await until(async () => {
      world.clock.advance(31_000); // the lease of a look that found nothing out
      return (await stateOf(group)) === 'CAPTURED';
    }, 'the capture');
  }
});

test('64 decisions at once: one is made', async () => {
  const group = world.group([100_004n]);
  const { reviewId } = await held(group);
  const said = await Promise.all(
    Array.from({ length: 64 }, (_, n) => decide(world, reviewId, n % 2 === 0)),
  );
  const made = said.filter(({ userErrors }) => userErrors.length === 0);
  expect(made).toHaveLength(1);
  const refused = said.filter((one) => !made.includes(one)).map(codes);
  expect(refused).toEqual(Array(63).fill(['TRANSITION_NOT_ALLOWED']));
  const state = (made[0]?.['review'] as { state: string }).state;
  await becomes(group, state === 'APPROVED' ? 'CAPTURED' : 'FAILED');
});

test('whom a person has looked at is not asked again for a while', async () => {
  const buyerId = accountIds.create();
  const first = await held(world.group([100_005n], buyerId));
  await decide(world, first.reviewId, true, { snoozeDays: 2 });
  const pay = async (): Promise<string | undefined> =>
    (await world.pay(world.group([100_006n], buyerId))).payment?.status;
  expect(await pay()).toBe('CAPTURED');
  world.clock.advance(3 * DAY);
  expect(await pay()).toBe('AUTHORIZED');
  expect((await world.pay(world.group([100_006n]))).payment?.status).toBe('AUTHORIZED');
});

test('cards are counted by network, and only hashes are kept', async () => {
  const network = '203.0.113.77';
  const pay = async (n: number): Promise<string | undefined> => {
    const group = world.group([1_500n + BigInt(n)]);
    const viewer = from(network, group.buyerId);
    const answer = await world.pay(group, { viewer, token: n === 3 ? 'tok_ok' : `tok_no_${n}` });
    return answer.payment?.status ?? answer.userErrors[0]?.code;
  };
  const said = [];
  for (const n of [0, 1, 2, 3]) said.push(await pay(n));
  expect(said).toEqual([...Array<string>(3).fill('PAYMENT_DECLINED'), 'AUTHORIZED']);
  world.clock.advance(61 * MINUTE);
  expect(await pay(3)).toBe('CAPTURED');
  const rows = await world.db.query(
    `select 1 as one from "riskSignal" s where s::text like '%203.0.113%' or s::text like '%tok_%'
     union all select 1 from "riskDecision" d where d::text like '%203.0.113%' or d::text like '%tok_%'`,
  );
  expect(rows).toEqual([]);
});

test('nobody decides: the order waits as long as the authorization, then expires and it is voided', async () => {
  const group = world.group([100_007n]);
  const { id, reviewId } = await held(group);
  await world.advance(HOUR);
  expect(await stateOf(group)).toBe('AUTHORIZED');
  for (let day = 1; day < 6; day++) await world.advance(DAY);
  expect(await stateOf(group)).toBe('AUTHORIZED');
  expect(await world.violations()).toEqual([]);
  await world.advance(DAY);
  expect(await stateOf(group)).toBe('EXPIRED');
  expect((await reviewsOf(world, id))[0]?.state).toBe('EXPIRED');
  expect(codes(await decide(world, reviewId, true))).toEqual(['TRANSITION_NOT_ALLOWED']);
  expect(await world.told(group.orders[0]?.orderId ?? '')).toContain('payment.expired');
  await until(async () => (await atPsp(id))[0] === 'REJECTED', 'the void');
});

test('a payment is judged in two statements', async () => {
  const risk = new RiskService(new Decisions(), { hash: signalHash('k'), maxHoldDays: 7 });
  const statements: number[] = [];
  for (const n of [1, 2]) {
    const paymentId = paymentIds.create();
    await dryRun(world.db, user('acc_00000000000000000000000001'), async (tx) => {
      const counted = Object.create(tx) as Tx;
      counted.query = (...call) => {
        statements[n] = (statements[n] ?? 0) + 1;
        return tx.query(...call);
      };
      counted.first = (...call) => {
        statements[n] = (statements[n] ?? 0) + 1;
        return tx.first(...call);
      };
      const [order] = world.group([5_000n]).orders;
      await risk.checkoutIn(counted, {
        ...{ paymentId, viewer: tx.viewer, buyerId: 'acc_1', currency: 'EUR', totalMinor: 5_000n },
        orderGroupId: 'ogr_1',
        orders: [{ sellerId: order?.sellerId ?? '', totalMinor: 5_000n }],
        tenders: [{ token: 'tok_ok', amount: { minor: 5_000n, currency: 'EUR' } }],
      });
    });
  }
  // the first has to learn the live rules
  expect(statements.slice(1)).toEqual([3, 2]);
});

test('every decision that was made comes out the same when it is judged again', async () => {
  const rows = await world.db.query<RiskDecisionRow & { rules: Parameters<typeof rejudge>[0] }>(
    'select d.*, s.rules from "riskDecision" d join "riskRuleSet" s on s.id = d."ruleSetId"',
  );
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) expect(rejudge(row.rules, row)).toBe(row.outcome);
  expect(codes(await decide(world, 'rsk_00000000000000000000000001', true))).toEqual(['NOT_FOUND']);
});
