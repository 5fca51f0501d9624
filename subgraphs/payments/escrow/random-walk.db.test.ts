import fc from 'fast-check';
import { type ShipmentId, shipmentIds } from '#contracts/ids';
import { DAY } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { newsOf } from '../testing/complaints';
import { operator } from '../testing/dispute.acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(120_000);
const MEMBER = 'acc_00000000000000000000000003';
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());

const STEPS = [
  'pay',
  'pay 3ds',
  'pay declined',
  'placed',
  'cancel',
  'receipt',
  'confirm',
  'ship',
  'deliver',
  'ship a part',
  'deliver the part',
  'refund part',
  'refund all',
  'pay out',
  'a week',
  'bank warns',
  'bank takes',
  'answer the bank',
  'give in',
  'lose a reply',
] as const;
type Step = (typeof STEPS)[number];

const parts = new Map<string, ShipmentId>();

/** The one parcel of an order that carries a part of it. */
function partOf(group: PlacedGroup, n: number): ShipmentId {
  const { orderId = '' } = group.orders[n] ?? {};
  const known = parts.get(orderId) ?? shipmentIds.create();
  parts.set(orderId, known);
  return known;
}

/** The payer complains about part of the payment of an order; about every other one it is the platform that is liable. */
async function bank({ orders }: PlacedGroup, n: number, warning: boolean): Promise<void> {
  const tender = await world.db.first<{ paymentId: string }>(
    `select t."pspPaymentId" as "paymentId" from tender t join payment p on p.id = t."paymentId"
     where $1 = any (p."orderIds") and t.state = 'CAPTURED' limit 1`,
    [orders[n]?.orderId],
  );
  if (tender === undefined) return;
  const reason = n === 0 ? 'product_not_received' : 'fraudulent';
  const complaint = { ...tender, reason, outcome: 'lost', warning, amountMinor: '611' };
  const { id } = (await world.psp.post('/sim/disputes', complaint)) as { id: string };
  await newsOf(world, id);
}

async function answerBank(
  orderId: string,
  name: 'chargebackEvidenceSubmit' | 'chargebackAccept',
  key: string,
): Promise<unknown> {
  const seen = await world.db.first<{ id: string }>(
    `select c.id from chargeback c join payment p on p.id = c."paymentId"
     where $1 = any (p."orderIds") and c.state = 'OPENED' limit 1`,
    [orderId],
  );
  return seen && world.chargebackAnswer(operator, seen.id, key, name);
}

/** One step on one order; what is refused or not known yet is part of life. */
async function take(group: PlacedGroup, n: number, step: Step, key: string): Promise<unknown> {
  const { orderId = '', sellerId = '' } = group.orders[n] ?? {};
  const { part: _part, ...terms } = group.request;
  switch (step) {
    case 'pay':
      return world.pay(group, { key });
    case 'pay 3ds':
      return world.pay(group, { key, token: 'tok_3ds' });
    case 'pay declined':
      return world.pay(group, { key, token: 'tok_decline_generic' });
    case 'placed':
      return world.hear('order_group.placed', terms);
    case 'cancel':
      return world.partyFact('order.cancelled', group, n);
    case 'receipt':
      return world.partyFact('order.receipt_confirmed', group, n);
    case 'confirm':
      return world.confirm(user(group.buyerId), orderId, key);
    case 'ship':
      return world.ship(group, n);
    case 'deliver':
      return world.ship(group, n, 'delivered');
    case 'ship a part':
    case 'deliver the part':
      return world.parcel(group, n, {
        shipmentId: partOf(group, n),
        event: step === 'ship a part' ? 'shipped' : 'delivered',
        lines: (group.orders[n]?.lines ?? []).slice(0, 1).map((line) => ({ ...line, quantity: 1 })),
      });
    case 'refund part':
      return world.refund(user(MEMBER), orderId, 137n, key);
    case 'refund all':
      return world.refund(user(MEMBER), orderId, undefined, key);
    case 'pay out':
      return world.payOut(user(MEMBER), sellerId, 501n, key);
    case 'a week':
      return world.advance(7 * DAY);
    case 'bank warns':
    case 'bank takes':
      return bank(group, n, step === 'bank warns');
    case 'answer the bank':
      return answerBank(orderId, 'chargebackEvidenceSubmit', key);
    case 'give in':
      return answerBank(orderId, 'chargebackAccept', key);
    case 'lose a reply':
      return world.psp.faults({ match: 'POST *', kind: 'drop_after', times: 1 });
  }
}

const walk = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat({ max: 1 })), {
  minLength: 4,
  maxLength: 14,
});

test('whatever happens in whatever order, all at once or not: no invariant breaks', async () => {
  const walks = fc.sample(walk, { numRuns: 90, seed: 7 });
  for (const [w, steps] of walks.entries()) {
    const group = world.groupOf([
      [
        [3, 1_500n + BigInt(w)],
        [1, 500n],
      ],
      [[2, 999n]],
    ]);
    for (const { sellerId } of group.orders) await world.openSeller(sellerId, MEMBER, true);
    await world.tier(group.orders[0]?.sellerId ?? '', w % 2 === 0 ? 'NEW' : 'STANDARD', 2);
    const taken = steps.map(
      ([step, n], i) =>
        () =>
          take(group, n, step, `w${w} ${i}`).catch((error: unknown) => error),
    );
    if (w % 3 === 0) await Promise.all(taken.map((one) => one()));
    else for (const one of taken) await one();
  }
  await world.psp.faults();
  for (let i = 0; i < 3; i++) {
    world.clock.advance(DAY);
    await world.settled();
  }
  await until(
    async () =>
      (
        await world.db.query(
          `select 1 as one from "pspOperation" where state in ('READY', 'SENT', 'UNKNOWN')`,
        )
      ).length === 0,
    'every lost reply to be settled',
    30_000,
  );
  expect(await world.violations()).toEqual([]);
  const [states] = await world.db.query<{ n: bigint }>(
    'select count(distinct state) as n from tranche',
  );
  expect(Number(states?.n)).toBeGreaterThanOrEqual(4);
});

test('the PSP’s books agree with ours in the end', async () => {
  const open = `select 1 as one from payout where state not in ('PAID', 'FAILED', 'RETURNED')`;
  await until(
    async () => {
      world.clock.advance(DAY);
      return (await world.db.query(open)).length === 0;
    },
    'payouts to end',
    30_000,
  );
  const { balances } = await world.psp.books();
  const theirs = balances.find(({ account }) => account === 'merchant_balance')?.amountMinor;
  const [ours] = await world.db.query<{ net: string }>(
    'select (dp - cp)::text as net from ledger_total where kind = 1',
  );
  expect(ours?.net).toBe(theirs);
});
