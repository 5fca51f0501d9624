import { pino } from 'pino';
import { DAY, HOUR } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import { catchUp, contested, decided, whereIs } from '../testing/chargeback.acts';
import { complain } from '../testing/complaints';
import {
  DisputeActs,
  MEMBER,
  codes,
  deliveredOrder,
  operator,
  orderOf,
} from '../testing/dispute.acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const seller = user(MEMBER);
let world: World;
let acts: DisputeActs;
let heard: { alarm?: string; orderId?: string }[] = [];
beforeAll(async () => {
  const write = (line: string) => heard.push(JSON.parse(line) as (typeof heard)[number]);
  world = await World.open('generic', pino({ level: 'error' }, { write }));
  acts = new DisputeActs(world);
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  heard = [];
});
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
  await catchUp(world);
});

/** The alarms about an order, and how often each rang. */
function alarmsOf(group: PlacedGroup): Record<string, number> {
  const rang: Record<string, number> = {};
  for (const { alarm, orderId } of heard) {
    if (alarm !== undefined && orderId === orderOf(group)) rang[alarm] = (rang[alarm] ?? 0) + 1;
  }
  return rang;
}

/** The buyer gets the whole price from the bank, by fraud that the platform bears. */
async function lostToBank(group: PlacedGroup): Promise<PlacedGroup> {
  const seen = await complain(world, group, { reason: 'fraudulent' });
  await contested(world, seen);
  await decided(world, seen, 'LOST');
  return group;
}
const lostOrder = async (): Promise<PlacedGroup> => lostToBank(await deliveredOrder(world));
const FROZEN = [['WHOLE', 'FROZEN', 0n, 10_000n, 0n]];

describe('money that the buyer has from the bank already is not refunded by a deadline', () => {
  test('the seller is silent (T7): a person is called each day; people are refused, and can end it', async () => {
    const group = await lostOrder();
    const { id, buyer } = await acts.opened({}, group);
    await world.advance(5 * DAY);
    expect(await acts.stateOf(id)).toBe('WAIT_SELLER');
    expect(alarmsOf(group)).toEqual({ DISPUTE_WITHOUT_ROOM: 1 });
    await world.advance(DAY);
    expect(alarmsOf(group)).toEqual({ DISPUTE_WITHOUT_ROOM: 2 });
    expect(await whereIs(world, group)).toEqual(FROZEN);
    expect(codes(await acts.accept(seller, id, 1))).toEqual(['AMOUNT_EXCEEDS_AVAILABLE']);
    expect(codes(await acts.counter(seller, id, 1, 10_000n))).toEqual(['AMOUNT_EXCEEDS_AVAILABLE']);
    for (const side of [buyer, buyer, seller]) await acts.escalate(side, id);
    expect(await acts.stateOf(id)).toBe('UNDER_REVIEW');
    const refund = { refund: 10_000n, release: 0n };
    expect(codes(await acts.preview(operator, id, refund))).toEqual(['AMOUNT_EXCEEDS_AVAILABLE']);
    expect(codes(await acts.decide(operator, id, refund))).toEqual(['AMOUNT_EXCEEDS_AVAILABLE']);
    expect(codes(await acts.decide(operator, id, { refund: 0n, release: 10_000n }))).toEqual([]);
    await world.advance(3 * DAY + HOUR);
    expect(await acts.stateOf(id)).toBe('CLOSED');
    expect(await acts.refundsOf(group)).toEqual([]);
  });

  test('the time limit of a dispute (T13): nothing is decided, a person is called each day', async () => {
    const group = await lostOrder();
    const { id, buyer } = await acts.opened({}, group);
    await acts.refuse(seller, id);
    await world.db.query(`delete from timer where subject = $1 and kind <> 'T13'`, [id]);
    await world.advance(60 * DAY);
    await world.advance(DAY);
    expect(await acts.stateOf(id)).toBe('WAIT_BUYER');
    expect(alarmsOf(group)).toEqual({ DISPUTE_TOO_LONG: 2, DISPUTE_WITHOUT_ROOM: 2 });
    expect(await whereIs(world, group)).toEqual(FROZEN);
    expect(await acts.refundsOf(group)).toEqual([]);
    expect(codes(await acts.withdraw(buyer, id))).toEqual([]);
  });

  test('goods that came back (T12): the seller’s silence pays nothing, and the seller can still contest', async () => {
    const group = await deliveredOrder(world);
    const opened = await acts.opened({ kind: 'RETURN_AND_REFUND' }, await lostToBank(group));
    expect(codes(await acts.accept(seller, opened.id, 1))).toEqual([]);
    expect(await acts.stateOf(opened.id)).toBe('WAIT_RETURN');
    await acts.goodsBack(opened);
    await world.advance(10 * DAY);
    await world.advance(DAY);
    expect(await acts.stateOf(opened.id)).toBe('WAIT_RETURN');
    expect(alarmsOf(group)).toEqual({ DISPUTE_WITHOUT_ROOM: 2 });
    expect(codes(await acts.accept(seller, opened.id))).toEqual(['AMOUNT_EXCEEDS_AVAILABLE']);
    expect(codes(await acts.refuse(seller, opened.id))).toEqual([]);
    expect(await acts.stateOf(opened.id)).toBe('EVIDENCE');
  });

  test('what was agreed waits for a court (WAIT_HOLD), and then for a person', async () => {
    const group = await lostOrder();
    const { id, buyer } = await acts.opened({}, group);
    const trancheId = String((await world.tranche(group))['id']);
    const placed = await world.hold(operator, trancheId, acts.key());
    expect(codes(await acts.accept(seller, id, 1))).toEqual([]);
    expect(await acts.stateOf(id)).toBe('WAIT_HOLD');
    const { id: holdId } = placed['hold'] as { id: string };
    expect(codes(await world.lift(operator, holdId, acts.key()))).toEqual([]);
    await world.advance(0);
    await world.advance(DAY);
    expect(await acts.stateOf(id)).toBe('WAIT_HOLD');
    expect(alarmsOf(group)).toEqual({ DISPUTE_WITHOUT_ROOM: 2 });
    expect(codes(await acts.withdraw(buyer, id))).toEqual([]);
    expect(await whereIs(world, group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n, 0n]]);
  });
});

test('an order that is cancelled when the buyer has its money from the bank: a person is called', async () => {
  const group = world.group([10_000n]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group);
  await world.ship(group);
  await lostToBank(group);
  await world.partyFact('order.cancelled', group);
  expect(alarmsOf(group)).toEqual({ CANCELLED_WITHOUT_ROOM: 1 });
  expect(await whereIs(world, group)).toEqual([['WHOLE', 'SHIPPED', 10_000n, 0n, 0n]]);
  expect(await acts.refundsOf(group)).toEqual([]);
});
