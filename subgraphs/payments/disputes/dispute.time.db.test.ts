import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import { user } from '../testing/acts';
import {
  DisputeActs,
  MEMBER,
  codes,
  deliveredOrder,
  disputeOf,
  orderOf,
} from '../testing/dispute.acts';
import { World } from '../testing/world';

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

describe('time', () => {
  test('T7: a silent seller agrees; each new demand gives the whole time again', async () => {
    const { group, id, buyer } = await acts.opened();
    await world.advance(4 * DAY);
    await acts.counter(buyer, id, 1, 9_000n);
    await world.advance(2 * DAY);
    expect(await acts.stateOf(id)).toBe('WAIT_SELLER');
    await world.advance(3 * DAY);
    // T9 was first: seven days after it was opened
    expect(await acts.stateOf(id)).toBe('EVIDENCE');
    await acts.withdraw(buyer, id);
    const silent = await acts.opened();
    await world.advance(5 * DAY - MINUTE);
    expect(await acts.stateOf(silent.id)).toBe('WAIT_SELLER');
    await world.advance(2 * MINUTE);
    expect(await acts.stateOf(silent.id)).toBe('RESOLVED');
    expect(await acts.money(silent.group)).toEqual([['WHOLE', 'CLOSED', 0n, 0n, 0n, 10_000n, 0n]]);
    expect(await acts.money(group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n, 0n, 0n, 0n]]);
  });

  test('T8: a silent buyer gives up; the inspection goes on with what was left of it', async () => {
    const group = await deliveredOrder(world);
    await world.advance(2 * DAY);
    const { id } = await acts.opened({}, group);
    await acts.refuse(seller, id);
    await world.advance(5 * DAY);
    expect(await acts.stateOf(id)).toBe('CLOSED');
    expect(await acts.money(group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n, 0n, 0n, 0n]]);
    await world.advance(5 * DAY - MINUTE);
    expect(await acts.money(group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n, 0n, 0n, 0n]]);
    await world.advance(MINUTE);
    expect(await acts.money(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 10_000n, 0n, 0n]]);
  });

  test('T9, T11, T10: escalated from three days on, heard after three more, an alarm until it is decided', async () => {
    const { id, buyer } = await acts.opened();
    await acts.refuse(seller, id);
    expect(codes(await acts.escalate(buyer, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
    await world.advance(3 * DAY);
    expect(disputeOf(await acts.escalate(seller, id)).state).toBe('EVIDENCE');
    expect(disputeOf(await acts.escalate(seller, id)).state).toBe('EVIDENCE');
    await world.advance(3 * DAY);
    expect(await acts.stateOf(id)).toBe('UNDER_REVIEW');
    await world.advance(10 * DAY);
    expect(await acts.stateOf(id)).toBe('UNDER_REVIEW');
    const alarms = await world.db.query(
      `select 1 as one from outbox where subject = $1 and data->>'cause' = 'REVIEW_OVERDUE'`,
      [id],
    );
    expect(alarms.length).toBeGreaterThanOrEqual(1);
    await acts.withdraw(buyer, id);
  });

  test('T12: goods that are not sent back close it; goods that came back and are not looked at resolve it', async () => {
    const { group, id } = await acts.opened({ kind: 'RETURN_AND_REFUND' });
    await acts.accept(seller, id, 1);
    await world.advance(10 * DAY);
    expect(await acts.stateOf(id)).toBe('CLOSED');
    expect(await acts.refundsOf(group)).toEqual([]);
    const back = await acts.opened({ kind: 'RETURN_AND_REFUND' });
    await acts.accept(seller, back.id, 1);
    await world.advance(9 * DAY);
    const { orderId, sellerId } = back.group.orders[0] ?? {};
    const parties = { orderId: orderId ?? '', sellerId: sellerId ?? '', disputeId: back.id };
    const heard = { ...parties, buyerId: back.group.buyerId };
    const occurredAt = world.clock.now().toISOString();
    await world.hear('return.received', { ...heard, occurredAt });
    await world.hear('return.received', { ...heard, occurredAt });
    await world.advance(10 * DAY - HOUR);
    expect(await acts.stateOf(back.id)).toBe('WAIT_RETURN');
    await world.advance(HOUR);
    expect(await acts.stateOf(back.id)).toBe('RESOLVED');
    await world.settled();
    expect(await acts.refundsOf(back.group)).toEqual(['SUCCEEDED 10000']);
  });

  test('T13: nobody decided for sixty days: the buyer gets it, by the clause, and it can be appealed', async () => {
    const { group, id } = await acts.underReview();
    await world.advance(58 * DAY);
    expect(await acts.stateOf(id)).toBe('DECIDED');
    const [decision] = await world.db.query(
      'select "decidedBy", clauses, "refundMinor" from "disputeDecision" where "disputeId" = $1',
      [id],
    );
    const refundMinor = 10_000n;
    expect(decision).toEqual({ decidedBy: 'system', clauses: ['TIME_LIMIT'], refundMinor });
    await acts.appeal(seller, id);
    await world.advance(59 * DAY);
    expect(await acts.stateOf(id)).toBe('APPEALED');
    await world.advance(DAY);
    expect(await acts.stateOf(id)).toBe('CLOSED');
    await world.settled();
    expect(await world.told(orderOf(group))).toContain('refund.succeeded');
  });
});
