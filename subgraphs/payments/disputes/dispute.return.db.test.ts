import type { RefundId } from '#contracts/ids';
import { systemViewer } from '#kernel/auth/viewer';
import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { dryRun } from '#kernel/db/dry-run';
import { lockHeld } from '../escrow/tranche.service';
import { Outgoing } from '../psp/outgoing.service';
import { RefundUndoService } from '../refunds/refund-undo.service';
import { user } from '../testing/acts';
import {
  DisputeActs,
  MEMBER,
  type Opened,
  codes,
  deliveredOrder,
  disputeOf,
  operator,
  orderOf,
  secondOperator,
} from '../testing/dispute.acts';
import { World } from '../testing/world';

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

const half = { refund: 4_000n, release: 6_000n };
const ifReturned = { ...half, returnRequired: true };
const seen = async ({ group, id }: Opened): Promise<unknown[]> => {
  await world.settled();
  return [await acts.stateOf(id), ...(await acts.refundsOf(group))];
};

/** Decided that the goods come back first, and nobody appealed. */
async function ordered(): Promise<Opened> {
  const all = await acts.underReview();
  expect(disputeOf(await acts.decide(operator, all.id, ifReturned)).state).toBe('DECIDED');
  await world.advance(72 * HOUR);
  expect(await seen(all)).toEqual(['RETURN_ORDERED', 'CREATED 4000']);
  return all;
}
const frozenOf = async ({ id }: Opened): Promise<unknown> => {
  const [row] = await world.db.query<{ sum: string | null }>(
    `select sum("amountMinor") as sum from hold where "caseId" = $1 and "liftedAt" is null`,
    [id],
  );
  return row?.sum;
};

/** The buyer files a paper of the goods' way. */
async function file({ id: caseId, buyer }: Opened, field: string): Promise<void> {
  const input = { caseId, field, text: 'TG123', idempotencyKey: acts.key() };
  const filed = await world.mutate(buyer, 'disputeEvidenceAdd', input, 'evidence { id }');
  expect(codes(filed)).toEqual([]);
}

describe('a decision that sends the goods back', () => {
  test('pays nobody before the seller says that they are back', async () => {
    const all = await ordered();
    expect(await frozenOf(all)).toBe('5286');
    expect(codes(await acts.accept(all.buyer, all.id))).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(codes(await acts.withdraw(all.buyer, all.id))).toEqual(['TRANSITION_NOT_ALLOWED']);
    expect(codes(await acts.accept(seller, all.id))).toEqual([]);
    expect(await seen(all)).toEqual(['CLOSED', 'SUCCEEDED 4000']);
    expect(await frozenOf(all)).toBeNull();
    expect((await world.told(orderOf(all.group))).at(-1)).toBe('refund.succeeded');
  });

  test('a carrier’s word, and ten days of silence, confirm them', async () => {
    const all = await ordered();
    await world.advance(9 * DAY);
    await acts.goodsBack(all);
    await world.advance(10 * DAY - HOUR);
    expect(await seen(all)).toEqual(['RETURN_ORDERED', 'CREATED 4000']);
    await world.advance(HOUR);
    expect(await seen(all)).toEqual(['CLOSED', 'SUCCEEDED 4000']);
  });

  test('not sent back in ten days, all is the seller’s', async () => {
    const all = await ordered();
    await world.advance(10 * DAY);
    expect(await seen(all)).toEqual(['CLOSED', 'UNDONE 4000']);
    expect(await acts.money(all.group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 10_000n, 0n, 0n]]);
    expect(await frozenOf(all)).toBeNull();
  });

  test('contested when they are back, another operator decides, once and for all', async () => {
    const all = await ordered();
    expect(codes(await acts.refuse(seller, all.id))).toEqual(['TRANSITION_NOT_ALLOWED']);
    await acts.goodsBack(all);
    expect(disputeOf(await acts.refuse(seller, all.id)).state).toBe('APPEALED');
    expect(codes(await acts.appealDecide(operator, all.id, half))).toEqual(['DECIDER_CONFLICT']);
    expect(codes(await acts.appealDecide(secondOperator, all.id, ifReturned))).toEqual([
      'TRANSITION_NOT_ALLOWED',
    ]);
    const less = { refund: 1_000n, release: 9_000n };
    expect(disputeOf(await acts.appealDecide(secondOperator, all.id, less)).state).toBe('CLOSED');
    expect(await seen(all)).toEqual(['CLOSED', 'UNDONE 4000', 'SUCCEEDED 1000']);
  });

  test.each(['SHIPPING_TRACKING_NUMBER', 'RETURN_TRACKING'])(
    'shown to be sent (%s) and never scanned: nobody’s silence decides',
    async (field) => {
      const all = await ordered();
      await file(all, field);
      await world.advance(10 * DAY);
      expect(await seen(all)).toEqual(['APPEALED', 'CREATED 4000']);
      expect(codes(await acts.appealDecide(secondOperator, all.id, half))).toEqual([]);
      expect(await seen(all)).toEqual(['CLOSED', 'SUCCEEDED 4000']);
    },
  );

  test('the papers of the way here show nothing of the way back', async () => {
    const all = await acts.underReview();
    await file(all, 'SHIPPING_DOCUMENTATION');
    await acts.decide(operator, all.id, ifReturned);
    await world.advance(72 * HOUR);
    await world.advance(10 * DAY);
    expect(await seen(all)).toEqual(['CLOSED', 'UNDONE 4000']);
    const agreed = await acts.opened({ kind: 'RETURN_AND_REFUND' });
    await file(agreed, 'SHIPPING_DOCUMENTATION');
    await world.advance(MINUTE);
    await acts.accept(seller, agreed.id, 1);
    await world.advance(10 * DAY);
    expect(await seen(agreed)).toEqual(['CLOSED']);
  });

  test('nobody decides whether it was sent: after sixty days the decision is paid, not ordered again', async () => {
    const all = await ordered();
    await file(all, 'RETURN_TRACKING');
    await world.advance(10 * DAY);
    await world.advance(60 * DAY - HOUR);
    expect(await seen(all)).toEqual(['APPEALED', 'CREATED 4000']);
    await world.advance(HOUR);
    expect(await seen(all)).toEqual(['CLOSED', 'SUCCEEDED 4000']);
    expect(await frozenOf(all)).toBeNull();
  });

  test('nobody decides an appeal against it: the goods are awaited then', async () => {
    const all = await acts.underReview();
    await acts.decide(operator, all.id, ifReturned);
    await acts.appeal(all.buyer, all.id);
    await file(all, 'RETURN_TRACKING');
    await world.advance(60 * DAY);
    expect(await seen(all)).toEqual(['RETURN_ORDERED', 'CREATED 4000']);
    await world.advance(10 * DAY);
    expect(await seen(all)).toEqual(['CLOSED', 'UNDONE 4000']);
  });
});

test('agreed to go back and shown to be sent: it is judged', async () => {
  const all = await acts.opened({ kind: 'RETURN_AND_REFUND' });
  await acts.accept(seller, all.id, 1);
  await world.advance(DAY);
  await file(all, 'RETURN_TRACKING');
  await world.advance(9 * DAY);
  expect(await seen(all)).toEqual(['EVIDENCE']);
  await acts.withdraw(all.buyer, all.id);
});

describe('an appeal', () => {
  test('may make a refund wait for the goods: it is taken back and waits, smaller', async () => {
    const all = await acts.underReview();
    await acts.decide(operator, all.id, { refund: 8_000n, release: 2_000n });
    await acts.appeal(seller, all.id);
    const more = { refund: 9_000n, release: 1_000n, returnRequired: true };
    expect(codes(await acts.appealDecide(secondOperator, all.id, more))).toEqual([
      'TRANSITION_NOT_ALLOWED',
    ]);
    await acts.appealDecide(secondOperator, all.id, ifReturned);
    expect(await seen(all)).toEqual(['RETURN_ORDERED', 'UNDONE 8000', 'CREATED 4000']);
    expect(await frozenOf(all)).toBe('5286');
    await acts.goodsBack(all);
    await acts.refuse(seller, all.id);
    expect(codes(await acts.appealDecide(secondOperator, all.id, half))).toEqual([
      'DECIDER_CONFLICT',
    ]);
    await acts.appealDecide(thirdOperator, all.id, half);
    expect(await seen(all)).toEqual(['CLOSED', 'UNDONE 8000', 'SUCCEEDED 4000']);
    expect(await frozenOf(all)).toBeNull();
  });
});

test('the parcel that comes back to its sender is the return that a dispute waits for', async () => {
  const group = await deliveredOrder(world);
  const { id } = await acts.opened({ kind: 'RETURN_AND_REFUND' }, group);
  await acts.accept(seller, id, 1);
  const { shipmentId } = await world.tranche(group);
  const { orderId = '', sellerId = '' } = group.orders[0] ?? {};
  const scan = {
    ...{ orderId, sellerId, buyerId: group.buyerId, shipmentId: String(shipmentId) },
    ...{ from: 'RETURNING', occurredAt: world.clock.now().toISOString(), sequence: 9 },
  };
  const backAt = async () =>
    (
      await world.db.query<{ at: Date | null }>(
        'select "returnedAt" as at from dispute where id = $1',
        [id],
      )
    )[0]?.at;
  await world.hear('shipment.milestone_changed', { ...scan, to: 'RETURNING' });
  expect(await backAt()).toBeNull();
  await world.hear('shipment.milestone_changed', { ...scan, to: 'RETURNED' });
  expect(await backAt()).toEqual(world.clock.now());
  await world.advance(10 * DAY);
  expect(await acts.stateOf(id)).toBe('RESOLVED');
});

test('T15: what an undone refund puts back is held no longer than if it had never left', async () => {
  const all = await acts.underReview();
  await acts.decide(operator, all.id, { refund: 10_000n, release: 0n });
  const ages = (db: Pick<Tx, 'query'>) =>
    db.query<{ kind: string; days: number }>(
      `select t.kind, extract(day from t."fireAt" - e."fundedAt")::int as days
       from timer t join escrow e on e.id = t.subject where e."orderId" = $1`,
      [orderOf(all.group)],
    );
  expect(await ages(world.db)).toEqual([]);
  const again = await dryRun(world.db, systemViewer('test'), async (tx) => {
    const held = await lockHeld(tx, { orderId: orderOf(all.group) });
    const [refund] = await tx.query<{ id: RefundId }>(
      'select id from refund where "orderId" = $1',
      [orderOf(all.group)],
    );
    if (held === undefined || refund === undefined) throw new Error('nothing to undo');
    const trancheId = held.tranches[0]?.id ?? '';
    await new RefundUndoService(new Outgoing()).undoIn(tx, held, trancheId, refund.id);
    return ages(tx);
  });
  expect(again).toEqual([{ kind: 'T15_ALARM', days: 72 }]);
  await world.advance(3 * DAY);
});
