import { Client } from 'pg';
import { DAY } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { catchUp, contested, decided, escalated, whereIs } from '../testing/chargeback.acts';
import { complain, lossesOf, newsOf } from '../testing/complaints';
import { MEMBER, codes, operator, orderOf } from '../testing/dispute.acts';
import { redWhen } from '../testing/planted-break';
import { readBooks } from '../testing/psp.settling';
import { key } from '../testing/risk.acts';
import { type PlacedGroup, World } from '../testing/world';
import { chargebackList } from './chargeback-list.service';
import { CONTESTED_ORDER } from './refund-block.service';

jest.setTimeout(60_000);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await readBooks(world)).toBe(true);
  expect(await world.violations()).toEqual([]);
  await catchUp(world);
});

async function paid(totals: readonly bigint[] = [10_000n]): Promise<PlacedGroup> {
  const group = world.group(totals);
  for (const { sellerId } of group.orders) await world.openSeller(sellerId, MEMBER, true);
  await world.pay(group);
  return group;
}
const refunds = (group: PlacedGroup) =>
  world.db.query<{ state: string }>('select state from refund where "orderId" = $1', [
    orderOf(group),
  ]);

describe('fraud that is lost', () => {
  test('of an order that has not left: the buyer has the money back, and nobody pays it twice', async () => {
    const losses = await lossesOf(world);
    const group = await paid();
    const seen = await complain(world, group, { reason: 'fraudulent' });
    await contested(world, seen);
    await decided(world, seen, 'LOST');
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 10_000n]]);
    await world.partyFact('order.cancelled', group);
    await world.advance(90 * DAY);
    expect(await refunds(group)).toEqual([]);
    expect(await lossesOf(world)).toBe(losses);
  });

  test('of goods that are lost on their way afterwards: nothing is sent back twice, a person is called', async () => {
    const group = await paid();
    await world.ship(group);
    const seen = await complain(world, group, { reason: 'fraudulent' });
    await contested(world, seen);
    await decided(world, seen, 'LOST');
    const [parcel] = await world.tranches(group);
    const { orderId, sellerId } = group.orders[0] ?? {};
    const lost = { orderId, sellerId, buyerId: group.buyerId, shipmentId: parcel?.['shipmentId'] };
    const occurredAt = world.clock.now().toISOString();
    await world.hear('shipment.lost', { ...lost, occurredAt } as never);
    for (let day = 0; day < 90; day++) await world.advance(DAY);
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'SHIPPED', 10_000n, 0n, 0n]]);
    expect(await refunds(group)).toEqual([]);
  });

  test('of a part: the rest is cancelled as ever', async () => {
    const group = await paid();
    const seen = await complain(world, group, { reason: 'fraudulent', amountMinor: '4000' });
    await contested(world, seen);
    await decided(world, seen, 'LOST');
    await world.partyFact('order.cancelled', group);
    await world.settled();
    expect(await whereIs(world, group)).toEqual([
      ['WHOLE', 'CLOSED', 0n, 0n, 0n],
      ['CLAIM', 'CLOSED', 0n, 0n, 4_000n],
    ]);
    expect(await refunds(group)).toEqual([{ state: 'CREDITED' }]); // this PSP refunds nothing that was disputed
  });

  test('of several orders: we bear what has left, not what has not or was lost on the way', async () => {
    const losses = await lossesOf(world);
    const group = await paid([6_000n, 3_000n, 1_000n]);
    await world.ship(group, 1);
    await world.ship(group, 2);
    const { orderId, sellerId } = group.orders[2] ?? {};
    const [parcel] = await world.tranches(group, 2);
    const parties = { orderId, sellerId, buyerId: group.buyerId };
    const lost = { ...parties, shipmentId: parcel?.['shipmentId'] };
    await world.hear('shipment.lost', {
      ...lost,
      occurredAt: world.clock.now().toISOString(),
    } as never);
    const seen = await complain(world, group, { reason: 'fraudulent' });
    await contested(world, seen);
    await decided(world, seen, 'LOST');
    expect(await whereIs(world, group, 0)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 6_000n]]);
    expect(await whereIs(world, group, 1)).toEqual([['WHOLE', 'SHIPPED', 3_000n, 0n, 0n]]);
    expect(await whereIs(world, group, 2)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 1_000n]]);
    expect(await lossesOf(world)).toBe(losses + 3_000n);
    const parts = await world.db.query<{ id: string; amountMinor: bigint; goodsWere: string }>(
      `select id, "amountMinor", "goodsWere" from "chargebackPart"
       where "chargebackId" = $1 order by "amountMinor"`,
      [seen.id],
    );
    expect(parts.map((part) => [part.amountMinor, part.goodsWere])).toEqual([
      ...[
        [1_000n, null],
        [3_000n, 'SHIPPED'],
        [6_000n, null],
      ],
    ]);
    expect(await readBooks(world)).toBe(true);
    const wereAt = (where: string) =>
      redWhen(
        world.url,
        `update "chargebackPart" set "goodsWere" = ${where} where id = '${parts[1]?.id ?? ''}'`,
      );
    expect(await Promise.all(["'FUNDED'", "'LOST'", 'null'].map(wereAt))).toEqual([
      ...[['I17'], ['I17'], []],
    ]);
  });
});

describe('a case about a tender', () => {
  test('of a payment that failed takes nothing that another payment brought', async () => {
    const losses = await lossesOf(world);
    const group = world.group([1_000n]);
    await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
    await world.pay(group, {
      tenders: [
        { token: 'tok_ok', minorUnits: '600' },
        { token: 'tok_decline_generic', minorUnits: '400' },
      ],
    });
    await world.settled();
    const [failed] = await world.db.query<{ pspPaymentId: string }>(
      `select t."pspPaymentId" from tender t join payment p on p.id = t."paymentId"
       where p."orderGroupId" = $1 and t."refundedMinor" = 600`,
      [group.request.orderGroupId],
    );
    expect((await world.pay(group)).payment?.status).toBe('CAPTURED');
    const { pspPaymentId } = failed ?? {};
    const warned = { ...(pspPaymentId !== undefined && { pspPaymentId }), warning: true };
    const seen = await complain(world, group, warned);
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'FUNDED', 1_000n, 0n, 0n]]);
    await escalated(world, seen);
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'FUNDED', 1_000n, 0n, 0n]]);
    const answer = await world.refund(user(MEMBER), orderOf(group), 100n, key());
    expect(codes(answer)).toEqual([]);
    await contested(world, seen);
    await decided(world, seen, 'LOST');
    expect(await lossesOf(world)).toBe(losses + 600n);
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'FUNDED', 900n, 0n, 0n]]);
  });

  test('takes what that tender still brings, not what another one did', async () => {
    const group = world.group([1_000n]);
    await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
    await world.pay(group, {
      tenders: [
        { token: 'tok_ok', minorUnits: '400' },
        { token: 'tok_ok', minorUnits: '600' },
      ],
    });
    await world.refund(operator, orderOf(group), 500n, key());
    await world.settled();
    const seen = await complain(world, group, { tender: 1 });
    expect(seen.uncoveredMinor).toBe(500n);
    expect(await whereIs(world, group)).toEqual([
      ['WHOLE', 'FUNDED', 400n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 0n, 100n],
    ]);
    await contested(world, seen);
    await decided(world, seen, 'LOST');
  });

  test('is heard as a warning about a deposit too; nothing is frozen before the bank takes it', async () => {
    const placed = world.group([10_000n]);
    await world.openSeller(placed.orders[0]?.sellerId ?? '', MEMBER, true);
    const orders = placed.request.orders.map((one) => ({ ...one, plan: { depositMinor: '2500' } }));
    const part = { part: 'DEPOSIT' as const, totalMinor: '2500' };
    const group = { ...placed, request: { ...placed.request, orders, ...part } };
    expect((await world.pay(group)).userErrors).toEqual([]);
    const seen = await complain(world, group, { warning: true, reason: 'fraudulent' });
    expect(seen.state).toBe('WARNING');
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'DEPOSITED', 2_500n, 0n, 0n]]);
    await escalated(world, seen);
    await contested(world, seen);
    await decided(world, seen, 'LOST');
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 2_500n]]);
  });
});

test('money that a bank has for long is still not held for ever', async () => {
  const group = await paid();
  const seen = await complain(world, group, { outcome: 'won' });
  await contested(world, seen);
  await world.advance(72 * DAY);
  expect(await whereIs(world, group)).toEqual([['WHOLE', 'FROZEN', 0n, 0n, 10_000n]]);
  expect(await readBooks(world)).toBe(true);
  expect(await world.violations()).toEqual([]);
  await world.advance(28 * DAY);
  await decided(world, seen, 'WON');
  await world.advance(DAY);
  await world.settled();
  expect(await whereIs(world, group)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 0n]]);
  expect(await refunds(group)).toEqual([{ state: 'CREDITED' }]); // this PSP refunds nothing that was disputed
});

test('a dispute whose payment nobody knows is given up after a day of looks', async () => {
  const group = await paid();
  await world.break(`update tender set "pspPaymentId" = 'not ' || "pspPaymentId"
    where "paymentId" in (select id from payment where "orderGroupId" = '${group.request.orderGroupId}')`);
  const [tender] = await world.db.query<{ id: string }>(
    `select substr(t."pspPaymentId", 5) as id from tender t join payment p on p.id = t."paymentId"
     where p."orderGroupId" = $1`,
    [group.request.orderGroupId],
  );
  const one = { reason: 'general', outcome: 'lost', paymentId: tender?.id };
  const before = (await world.psp.books()).disputes.length;
  await world.psp.post('/sim/disputes', one);
  const { id } = (await world.psp.books()).disputes[before] ?? { id: '' };
  const seen = async () =>
    (
      await world.db.query<{ attempts: number; handledAt: Date | null }>(
        'select attempts, "handledAt" from "pspEvent" where "pspId" = $1',
        [id],
      )
    )[0];
  await newsOf(world, id);
  await until(async () => ((await seen())?.attempts ?? 0) > 0, 'the first look');
  expect((await seen())?.handledAt).toBeNull();
  await until(async () => {
    await world.db.query(
      `update "pspEvent" set attempts = greatest(attempts, 27), "nextAt" = $2
       where "pspId" = $1 and "handledAt" is null`,
      [id, world.clock.now()],
    );
    for (const loop of world.payments.loops) loop.wake();
    return (await seen())?.handledAt != null;
  }, 'it to be given up');
  await world.break(`update tender set "pspPaymentId" = substr("pspPaymentId", 5)
    where "pspPaymentId" like 'not %'`);
  await world.db.query(
    `update "pspEvent" set "handledAt" = null, "nextAt" = $2 where "pspId" = $1`,
    [id, world.clock.now()],
  );
  await until(
    async () =>
      (await world.db.query('select 1 as one from chargeback where "pspDisputeId" = $1', [id]))
        .length > 0,
    'the case',
  );
});

test('what is read of chargebacks and disputes is found by an index', async () => {
  const client = new Client({ connectionString: world.url });
  await client.connect();
  const plan = async (sql: string, values: unknown[]): Promise<string> => {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  try {
    // the tables of a test are too small for any index to be worth it
    await client.query('set search_path = payments; set enable_seqscan = off');
    const open = await plan(CONTESTED_ORDER, ['ord_1']);
    expect(open).toContain('chargeback_contested');
    expect(open).toContain('payment_orderGroupId_id_idx');
    expect(open).not.toContain('Seq Scan');
    const page = { size: 20, from: null, backward: false } as never;
    const listed = chargebackList({ sellerId: 'sel_1', state: 'OPENED' }, page);
    expect(await plan(listed.text, listed.values)).toContain('chargeback_by_state');
    const disputes = `select * from dispute where state = $1 order by id desc limit 20`;
    expect(await plan(disputes, ['UNDER_REVIEW'])).toContain('dispute_by_state');
    const tender = 'select * from tender where "pspPaymentId" = $1';
    expect(await plan(tender, ['pay_1'])).toContain('tender_at_psp');
  } finally {
    await client.end();
  }
});
