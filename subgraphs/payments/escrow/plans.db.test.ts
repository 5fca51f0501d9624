import { DAY, HOUR } from '#kernel/clock/clock';
import { shipmentIds } from '#contracts/ids';
import type { PaymentRequestInput } from '#contracts/payment-request';
import { type Answer, apiKey, user } from '../testing/acts';
import { redWhen } from '../testing/planted-break';
import { MEMBER } from '../testing/sellers';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
let world: World;
let keys = 0;
const key = (): string => `plan ${(keys += 1).toString()}`;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

type Plan = NonNullable<PaymentRequestInput['orders'][number]['plan']>;
type Part = PaymentRequestInput['part'];

const codes = ({ userErrors }: Pick<Answer, 'userErrors'>): string[] =>
  userErrors.map(({ code }) => code);
const orderOf = (group: PlacedGroup, n = 0): string => group.orders[n]?.orderId ?? '';
const buyerOf = ({ buyerId }: PlacedGroup) => user(buyerId);
const stateOf = async (group: PlacedGroup, n = 0): Promise<unknown[]> =>
  (await world.tranches(group, n)).map((t) => [
    t['state'],
    t['availableMinor'],
    t['refundedMinor'],
  ]);

/** A group of orders with plans, their seller a trusted one. */
async function planned(totals: readonly bigint[], plans: readonly (Plan | undefined)[]) {
  const group = world.group(totals);
  for (const { sellerId } of group.orders) await world.openSeller(sellerId, MEMBER, true);
  const orders = group.request.orders.map((order, n) => ({ ...order, plan: plans[n] }));
  return { ...group, request: { ...group.request, orders } };
}

/** Pays one part of a group. */
async function pay(group: PlacedGroup, part: Part, minor: bigint, only?: readonly number[]) {
  const orders = group.request.orders.filter((_, n) => only?.includes(n) ?? true);
  const request = { ...group.request, orders, part, totalMinor: minor.toString() };
  return world.pay({ ...group, request });
}

const told = async (group: PlacedGroup): Promise<string[]> =>
  (await world.told(orderOf(group))).filter((type) => !type.startsWith('risk.'));

describe('a deposit', () => {
  test('and its balance are one order: nothing is shipped before, all is as ever after', async () => {
    const group = await planned([10_000n, 500n], [{ depositMinor: '3000' }, undefined]);
    expect(codes(await pay(group, 'BALANCE', 7_000n, [0]))).toEqual(['PAYMENT_REQUEST_EXPIRED']);
    expect(codes(await pay(group, 'DEPOSIT', 3_000n))).toEqual(['PAYMENT_REQUEST_INVALID']);
    expect(codes(await pay(group, 'DEPOSIT', 3_500n))).toEqual([]);
    expect([await stateOf(group), await stateOf(group, 1)]).toEqual([
      [['DEPOSITED', 3_000n, 0n]],
      [['FUNDED', 500n, 0n]],
    ]);
    expect(await told(group)).toEqual(['escrow.deposit_funded']);
    expect(codes(await pay(group, 'DEPOSIT', 3_500n))).toEqual(['PAYMENT_IN_PROGRESS']);
    expect(codes(await pay(group, 'WHOLE', 10_500n))).toEqual(['PAYMENT_IN_PROGRESS']);
    await world.ship(group);
    expect(codes(await world.confirm(buyerOf(group), orderOf(group), key()))).toEqual([
      'TRANSITION_NOT_ALLOWED',
    ]);
    const { data } = await world.call(
      buyerOf(group),
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { escrow {
         state outstanding { minorUnits } tranches { state whyHeld } } } } }`,
      { r: [{ __typename: 'Order', id: orderOf(group) }] },
    );
    expect(data).toMatchObject({
      _entities: [{ escrow: { state: 'HELD', outstanding: { minorUnits: '7000' } } }],
    });
    expect(codes(await pay(group, 'BALANCE', 7_000n, [0]))).toEqual([]);
    expect(await stateOf(group)).toEqual([['FUNDED', 10_000n, 0n]]);
    expect((await told(group)).slice(1)).toEqual(['payment.captured', 'escrow.funded']);
    await world.ship(group);
    await world.confirm(buyerOf(group), orderOf(group), key());
    const [line] = await world.db.query(
      `select "amountMinor", "commissionMinor", "taxMinor" from "balanceTransaction"
       where "orderId" = $1`,
      [orderOf(group)],
    );
    expect(line).toEqual({ amountMinor: 8_810n, commissionMinor: 1_000n, taxMinor: 190n });
  });

  test('a cancelled order gives back what was paid of each part, to where it came from', async () => {
    const group = await planned([10_000n], [{ depositMinor: '2500' }]);
    await pay(group, 'DEPOSIT', 2_500n);
    await pay(group, 'BALANCE', 7_500n);
    await world.refund(member, orderOf(group), 8_000n, key());
    await world.partyFact('order.cancelled', group);
    expect(await stateOf(group)).toEqual([['CLOSED', 0n, 10_000n]]);
    const tenders = await world.db.query(
      `select p.part, t."capturedMinor" as captured, t."refundedMinor" as refunded
       from tender t join payment p on p.id = t."paymentId"
       where p."orderGroupId" = $1 order by p."createdAt"`,
      [group.request.orderGroupId],
    );
    expect(tenders).toEqual([
      { part: 'DEPOSIT', captured: 2_500n, refunded: 2_500n },
      { part: 'BALANCE', captured: 7_500n, refunded: 7_500n },
    ]);
    const early = await planned([10_000n], [{ depositMinor: '2500' }]);
    await pay(early, 'DEPOSIT', 2_500n);
    await world.partyFact('order.cancelled', early);
    expect(await stateOf(early)).toEqual([['CLOSED', 0n, 2_500n]]);
    expect(codes(await pay(early, 'BALANCE', 7_500n))).toEqual(['PAYMENT_REQUEST_EXPIRED']);
  });

  test('whose balance is never paid goes back when it is due, once; what was paid in full stays', async () => {
    const plan = { depositMinor: '1000', balanceDays: 5 };
    const group = await planned([4_000n, 300n], [plan, undefined]);
    await pay(group, 'DEPOSIT', 1_300n);
    await world.advance(5 * DAY - HOUR);
    expect(await stateOf(group)).toEqual([['DEPOSITED', 1_000n, 0n]]);
    await world.advance(HOUR);
    await world.advance(DAY);
    expect([await stateOf(group), await stateOf(group, 1)]).toEqual([
      [['CLOSED', 0n, 1_000n]],
      [['FUNDED', 300n, 0n]],
    ]);
    expect((await told(group)).filter((type) => type === 'payment.expired')).toHaveLength(1);
    expect(codes(await pay(group, 'BALANCE', 3_000n, [0]))).toEqual(['PAYMENT_REQUEST_EXPIRED']);
  });

  test('a late balance of an order that was cancelled meanwhile goes back', async () => {
    const group = await planned([10_000n], [{ depositMinor: '4000' }]);
    await pay(group, 'DEPOSIT', 4_000n);
    const request = { ...group.request, part: 'BALANCE' as const, totalMinor: '6000' };
    const { payment } = await world.pay({ ...group, request }, { token: 'tok_3ds' });
    await world.partyFact('order.cancelled', group);
    const [tender] = await world.db.query<{ id: string }>(
      'select "pspPaymentId" as id from tender where "paymentId" = $1',
      [payment?.id],
    );
    await world.psp.post(`/sim/payments/${tender?.id}/complete`, { outcome: 'success' });
    await world.confirmPayment(buyerOf(group), payment?.id ?? '');
    await world.settled();
    expect(await stateOf(group)).toEqual([['CLOSED', 0n, 4_000n]]);
    const [sums] = await world.db.query(
      `select sum(t."capturedMinor")::bigint as captured, sum(t."refundedMinor")::bigint as refunded
       from tender t join payment p on p.id = t."paymentId" where p."orderGroupId" = $1`,
      [group.request.orderGroupId],
    );
    expect(sums).toEqual({ captured: 10_000n, refunded: 10_000n });
  });
});

describe('milestones', () => {
  const steps = ['3333', '3333', '3334'].map((amountMinor, n) => ({
    ...{ title: `Step ${(n + 1).toString()}`, amountMinor, days: 10 },
  }));
  const submit = (viewer: ReturnType<typeof user>, trancheId: unknown): Promise<Answer> => {
    const input = { trancheId, idempotencyKey: key() };
    return world.mutate(viewer, 'escrowMilestoneSubmit', input, 'escrow { state }');
  };
  const askChanges = (
    viewer: ReturnType<typeof user>,
    trancheId: unknown,
    reason = 'Too dark.',
  ) => {
    const input = { trancheId, reason, idempotencyKey: key() };
    return world.mutate(
      viewer,
      'escrowMilestoneChangesRequest',
      input,
      'escrow { tranches { number title state changesReason } }',
    );
  };
  async function paid(): Promise<{ group: PlacedGroup; ids: unknown[] }> {
    const group = await planned([10_000n], [{ milestones: steps }]);
    expect(codes(await world.pay(group))).toEqual([]);
    const tranches = await world.tranches(group);
    const sorted = [...tranches].sort((a, b) => Number(a['number']) - Number(b['number']));
    return { group, ids: sorted.map(({ id }) => id) };
  }

  test('each is submitted, changed, confirmed and released by itself; the fees add up', async () => {
    const { group, ids } = await paid();
    const buyer = buyerOf(group);
    expect(codes(await world.confirm(buyer, orderOf(group), key(), String(ids[0])))).toEqual([
      'TRANSITION_NOT_ALLOWED',
    ]);
    expect(codes(await submit(member, ids[0]))).toEqual([]);
    expect(codes(await submit(member, ids[0]))).toEqual(['TRANSITION_NOT_ALLOWED']);
    const asked = await askChanges(buyer, ids[0]);
    const { tranches } = asked['escrow'] as { tranches: { number: number }[] };
    expect(tranches.find(({ number }) => number === 1)).toEqual({
      ...{ number: 1, title: 'Step 1', state: 'FUNDED', changesReason: 'Too dark.' },
    });
    expect(codes(await askChanges(buyer, ids[0]))).toEqual(['TRANSITION_NOT_ALLOWED']);
    await submit(member, ids[0]);
    expect(codes(await world.confirm(buyer, orderOf(group), key(), String(ids[0])))).toEqual([]);
    expect((await stateOf(group)).filter((one) => (one as unknown[])[0] === 'FUNDED')).toHaveLength(
      2,
    );
    for (const id of ids.slice(1)) {
      await submit(member, id);
      await world.confirm(buyer, orderOf(group), key(), String(id));
    }
    const [sum] = await world.db.query(
      `select sum("grossMinor")::bigint as gross, sum("commissionMinor")::bigint as commission,
         sum("taxMinor")::bigint as tax from "balanceTransaction" where "orderId" = $1`,
      [orderOf(group)],
    );
    expect(sum).toEqual({ gross: 10_000n, commission: 1_000n, tax: 190n });
    expect((await told(group)).filter((type) => type.startsWith('escrow.milestone'))).toHaveLength(
      5,
    );
  });

  test('unanswered it goes to the seller after 14 days; a parcel moves none; a cancellation the rest', async () => {
    const { group, ids } = await paid();
    const shipmentId = shipmentIds.create();
    await world.parcel(group, 0, { shipmentId, event: 'shipped', lines: [], last: true });
    await world.parcel(group, 0, { shipmentId, event: 'delivered', lines: [], last: true });
    await submit(member, ids[1]);
    await world.advance(14 * DAY - HOUR);
    expect((await stateOf(group)).map((one) => (one as unknown[])[0]).sort()).toEqual([
      ...['DELIVERED', 'FUNDED', 'FUNDED'],
    ]);
    await world.advance(HOUR);
    await world.partyFact('order.cancelled', group);
    expect((await stateOf(group)).map((one) => (one as unknown[])[0]).sort()).toEqual([
      ...['CLOSED', 'CLOSED', 'RELEASED'],
    ]);
  });

  test('only its seller submits, only its buyer asks for changes; a frozen one waits', async () => {
    const { group, ids } = await paid();
    const [order] = group.orders;
    for (const viewer of [
      ...[buyerOf(group), operator, user('acc_00000000000000000000000009')],
      apiKey(['sel_00000000000000000000000001'], ['*']),
    ]) {
      expect(codes(await submit(viewer, ids[0]))).toEqual(['NOT_FOUND']);
    }
    expect(codes(await submit(apiKey([order?.sellerId ?? ''], ['payments:read']), ids[0]))).toEqual(
      ['FORBIDDEN'],
    );
    expect(
      codes(
        await submit(apiKey([order?.sellerId ?? ''], ['payments:write', 'payments:read']), ids[0]),
      ),
    ).toEqual([]);
    for (const viewer of [member, operator, user('acc_00000000000000000000000009')]) {
      expect(codes(await askChanges(viewer, ids[0]))).toEqual(['NOT_FOUND']);
    }
    expect(codes(await askChanges(apiKey([order?.sellerId ?? ''], ['*']), ids[0]))).toEqual([
      'FORBIDDEN',
    ]);
    expect(codes(await askChanges(buyerOf(group), ids[0], ' '))).toEqual(['REASON_INVALID']);
    await world.hold(operator, String(ids[0]), key());
    expect(codes(await askChanges(buyerOf(group), ids[0]))).toEqual(['TRANCHE_FROZEN']);
    const shipped = world.group([100n]);
    await world.openSeller(shipped.orders[0]?.sellerId ?? '', MEMBER, false);
    await world.pay(shipped);
    expect(codes(await submit(member, (await world.tranche(shipped))['id']))).toEqual([
      'TRANSITION_NOT_ALLOWED',
    ]);
  });

  test.each([
    [{ depositMinor: '10000' }],
    [{ milestones: steps.slice(1) }],
    [{ depositMinor: '1', milestones: steps }],
    [{ depositMinor: '-1' }],
  ])('a plan that does not fit its order is refused: %j', async (plan) => {
    const group = await planned([10_000n], [plan]);
    expect(codes(await world.pay(group))).toEqual(['PAYMENT_REQUEST_INVALID']);
  });

  test('an invariant is red when milestones are not the order, or a deposit is for ever', async () => {
    const group = await planned([4_000n], [{ depositMinor: '1000' }]);
    await pay(group, 'DEPOSIT', 1_000n);
    await paid();
    for (const sql of [
      `update tranche set "agreedMinor" = "agreedMinor" + 1 where kind = 'MILESTONE'`,
      `update escrow set "depositMinor" = "depositMinor" - 1 where "depositMinor" > 0`,
      `delete from timer where kind = 'T1_BALANCE'`,
    ]) {
      expect([sql, await redWhen(world.url, sql)]).toEqual([sql, expect.arrayContaining(['I80'])]);
    }
  });
});
