import { shipmentIds } from '#contracts/ids';
import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import { type Answer, anonymous, apiKey, user } from '../testing/acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000008', ['OPERATOR']);
let world: World;
let keys = 0;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const key = (): string => `deadline ${(keys += 1).toString()}`;
const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);
const trancheId = async (group: PlacedGroup): Promise<string> =>
  String((await world.tranche(group))['id']);
const stateOf = async (group: PlacedGroup): Promise<unknown> =>
  (await world.tranche(group))['state'];
const reminders = (group: PlacedGroup): Promise<unknown[]> =>
  world.db.query(
    `select data->>'kind' as kind, (data->>'dueAt')::timestamptz as due from outbox
     where type = 'escrow.reminder' and data->>'orderId' = $1 order by seq`,
    [orderOf(group)],
  );

/** Paid for, of a trusted seller; with these terms. */
async function paid(terms: object = {}, totals: readonly bigint[] = [10_000n]) {
  const placed = world.group(totals);
  const orders = placed.request.orders.map((order) => ({ ...order, ...terms }));
  const group = { ...placed, request: { ...placed.request, orders } };
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  expect((await world.pay(group)).userErrors).toEqual([]);
  return group;
}

async function delivered(): Promise<PlacedGroup> {
  const group = await paid();
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  return group;
}

interface Seen {
  actions: { action: string; allowed: boolean; deadline: string | null }[];
  tranches: {
    nextDeadline: string | null;
    whyHeld: string | null;
    deadlines: { then: string; at: string | null; pausedSecondsLeft: number | null }[];
  }[];
}

async function seen(group: PlacedGroup, viewer = user(group.buyerId)): Promise<Seen> {
  const { data, errors } = await world.call(
    viewer,
    `query ($id: ID!) { escrow(id: $id) { actions { action allowed reason deadline }
       tranches { nextDeadline whyHeld deadlines { then at pausedSecondsLeft } } } }`,
    { id: (await world.tranche(group))['escrowId'] },
  );
  expect(errors).toBeUndefined();
  return data?.['escrow'] as Seen;
}
const inFrom = (start: Date, at: string | null | undefined): number =>
  (new Date(at ?? 0).getTime() - start.getTime()) / DAY;

test('the seller is reminded once after 3 days, the buyer once 2 days before the inspection ends', async () => {
  const group = await paid();
  const start = world.clock.now();
  await world.advance(3 * DAY - MINUTE);
  expect(await reminders(group)).toEqual([]);
  await world.advance(MINUTE);
  const ship = { kind: 'SHIP', due: new Date(start.getTime() + 17 * DAY) };
  expect(await reminders(group)).toEqual([ship]);
  await world.ship(group);
  await world.advance(DAY);
  await world.ship(group, 0, 'delivered');
  const due = new Date(world.clock.now().getTime() + 7 * DAY);
  await world.advance(5 * DAY);
  await world.advance(DAY);
  expect(await reminders(group)).toEqual([ship, { kind: 'INSPECT', due }]);
  await world.advance(DAY);
  expect(await stateOf(group)).toBe('RELEASED');
  expect(await reminders(group)).toHaveLength(2);
});

test('each tranche says what happens by itself and when, and each action until when', async () => {
  const group = await paid();
  const start = world.clock.now();
  const unshipped = await seen(group, member);
  expect(unshipped.tranches[0]?.deadlines.map(({ then, at }) => [then, inFrom(start, at)])).toEqual(
    [
      ['SELLER_REMINDED', 3],
      ['SHIPPING_OVERDUE', 17],
    ],
  );
  expect(inFrom(start, unshipped.tranches[0]?.nextDeadline)).toBe(17);
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  const { tranches, actions } = await seen(group);
  expect(tranches[0]?.deadlines.map(({ then, at }) => [then, inFrom(start, at)])).toEqual([
    ['BUYER_REMINDED', 5],
    ['RELEASED_INSPECTED', 7],
  ]);
  expect(
    actions.map(({ action, allowed, deadline }) => [action, allowed, inFrom(start, deadline)]),
  ).toEqual([
    ['escrowReleaseConfirm', true, 7],
    ['escrowInspectionExtend', true, 7],
  ]);
  await world.hold(operator, await trancheId(group), key());
  const frozen = await seen(group);
  expect(frozen.tranches[0]).toMatchObject({
    nextDeadline: null,
    deadlines: [
      { then: 'BUYER_REMINDED', at: null, pausedSecondsLeft: (5 * DAY) / 1_000 },
      { then: 'RELEASED_INSPECTED', at: null, pausedSecondsLeft: (7 * DAY) / 1_000 },
    ],
  });
  expect(frozen.actions.map(({ allowed, deadline }) => [allowed, deadline])).toEqual([
    [false, null],
    [false, null],
  ]);
});

test('T5: the buyer takes 3 days once, the seller grants 30 in all; the release waits that long', async () => {
  const group = await delivered();
  const id = await trancheId(group);
  const buyer = user(group.buyerId);
  const same = key();
  expect(codes(await world.extend(buyer, id, same))).toEqual([]);
  expect(codes(await world.extend(buyer, id, same))).toEqual([]);
  expect(codes(await world.extend(buyer, id, key()))).toEqual(['EXTENSION_EXHAUSTED']);
  expect(codes(await world.extend(member, id, key(), 20))).toEqual([]);
  expect(codes(await world.extend(member, id, key(), 11))).toEqual(['EXTENSION_EXHAUSTED']);
  expect(codes(await world.extend(member, id, key(), 0))).toEqual(['EXTENSION_EXHAUSTED']);
  await world.advance(30 * DAY - MINUTE);
  expect(await stateOf(group)).toBe('DELIVERED');
  expect(await reminders(group)).toHaveLength(1);
  await world.advance(MINUTE);
  expect(await stateOf(group)).toBe('RELEASED');
  expect(codes(await world.extend(buyer, id, key()))).toEqual(['TRANSITION_NOT_ALLOWED']);
});

test('T5: more time is the parties’ own, and 64 of them at once move the deadline once', async () => {
  const group = await delivered();
  const id = await trancheId(group);
  const sellerId = group.orders[0]?.sellerId ?? '';
  const refused = async (viewer: Parameters<World['extend']>[0]) =>
    codes(await world.extend(viewer, id, key()))[0];
  expect(await refused(user('acc_00000000000000000000000009'))).toBe('NOT_FOUND');
  expect(await refused(operator)).toBe('NOT_FOUND');
  expect(await refused(apiKey(['sel_00000000000000000000000009'], ['payments:write']))).toBe(
    'NOT_FOUND',
  );
  expect(await refused(apiKey([sellerId], ['payments:read']))).toBe('FORBIDDEN');
  expect(await refused(anonymous)).toBe('UNAUTHENTICATED');
  const answers = await Promise.all(
    Array.from({ length: 64 }, () => world.extend(user(group.buyerId), id, key())),
  );
  expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
  await world.advance(10 * DAY - HOUR);
  expect(await stateOf(group)).toBe('DELIVERED');
  await world.advance(HOUR);
  expect(await stateOf(group)).toBe('RELEASED');
});

test.each([
  [{ goods: 'DIGITAL' }, {}, 1],
  [{ goods: 'VIRTUAL' }, {}, 3],
  [{ business: true }, {}, 15],
  [{}, { service: 'EXPRESS' }, 10],
  [{}, { service: 'EXPRESS', tracked: false }, 30],
] as const)('T3 of an order of %j by %j ends after %d days', async (terms, travel, days) => {
  const group = await paid(terms);
  const lines = group.orders[0]?.lines ?? [];
  const shipmentId = shipmentIds.create();
  await world.parcel(group, 0, { shipmentId, event: 'shipped', lines, last: true, ...travel });
  await world.advance(days * DAY - MINUTE);
  expect(await stateOf(group)).toBe('SHIPPED');
  await world.advance(MINUTE);
  expect(await stateOf(group)).toBe('RELEASED');
});

test('T2 counts from the handling time that the seller has', async () => {
  const group = await paid({ handlingDays: 10 });
  await world.advance(24 * DAY - MINUTE);
  expect(await world.told(orderOf(group))).not.toContain('escrow.ship_overdue');
  await world.advance(MINUTE);
  expect(await world.told(orderOf(group))).toContain('escrow.ship_overdue');
});

test('T15: after 85.5 days what has left is released and what has not is refunded', async () => {
  const group = world.groupOf([
    [
      [1, 6_000n],
      [1, 4_000n],
    ],
  ]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group);
  const start = world.clock.now();
  const t15 = new Date(start.getTime() + 85.5 * DAY);
  await world.advance(84 * DAY);
  const lines = (group.orders[0]?.lines ?? []).slice(0, 1);
  await world.parcel(group, 0, { shipmentId: shipmentIds.create(), event: 'shipped', lines });
  const timers = 'select kind, "fireAt" from timer where subject = $1';
  const { escrowId } = await world.tranche(group);
  expect(await world.db.query(timers, [escrowId])).toEqual([{ kind: 'T15', fireAt: t15 }]);
  await world.advance(1.5 * DAY);
  expect((await world.tranches(group)).map(({ kind, state }) => [kind, state])).toEqual([
    ['WHOLE', 'CLOSED'],
    ['SHIPMENT', 'RELEASED'],
  ]);
  expect(await world.db.query(timers, [escrowId])).toEqual([]);
  const [line] = await world.db.query(
    `select cause from "balanceTransaction" where "orderId" = $1 and kind = 'RELEASE'`,
    [orderOf(group)],
  );
  expect(line).toEqual({ cause: 'HELD_TOO_LONG' });
});

test('T15: a case is not cut short, a person is called each day; money that is gone has no T15', async () => {
  const frozen = await paid();
  const done = await delivered();
  await world.confirm(user(done.buyerId), orderOf(done), key());
  const timers = 'select kind from timer where subject = $1';
  expect(await world.db.query(timers, [(await world.tranche(done))['escrowId']])).toEqual([]);
  await world.hold(operator, await trancheId(frozen), key());
  await world.advance(72 * DAY);
  await world.advance(13.5 * DAY);
  await world.advance(DAY);
  expect(await world.tranche(frozen)).toMatchObject({ state: 'FROZEN', frozenMinor: 10_000n });
  expect(await world.db.query(timers, [(await world.tranche(frozen))['escrowId']])).toEqual([
    { kind: 'T15' },
  ]);
});

test('a lost parcel is told to both sides and its money stays; found after all it goes on', async () => {
  const group = await paid();
  await world.ship(group);
  const { shipmentId, sellerId } = {
    shipmentId: String((await world.tranche(group))['shipmentId']),
    sellerId: group.orders[0]?.sellerId ?? '',
  };
  const lost = () =>
    world.hear('shipment.lost', {
      shipmentId,
      orderId: orderOf(group),
      sellerId,
      buyerId: group.buyerId,
    });
  await lost();
  await lost();
  const told = await world.told(orderOf(group));
  expect(told.filter((type) => type === 'escrow.shipment_lost')).toHaveLength(1);
  expect((await seen(group)).tranches[0]?.whyHeld).toContain('lost');
  await world.advance(32 * DAY);
  expect(await stateOf(group)).toBe('SHIPPED');
  await world.ship(group, 0, 'delivered');
  await world.advance(7 * DAY);
  expect(await stateOf(group)).toBe('RELEASED');
});

test('a receipt gives the seller what has left; the rest stays held', async () => {
  const group = world.groupOf([
    [
      [1, 6_000n],
      [1, 4_000n],
    ],
  ]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group);
  const [first, second] = group.orders[0]?.lines ?? [];
  const parcel = (line: typeof first, last: boolean) =>
    world.parcel(group, 0, {
      shipmentId: shipmentIds.create(),
      event: 'shipped',
      lines: line === undefined ? [] : [line],
      last,
    });
  await parcel(first, false);
  await world.partyFact('order.receipt_confirmed', group);
  const states = async () => (await world.tranches(group)).map(({ state }) => state);
  expect(await states()).toEqual(['FUNDED', 'RELEASED']);
  await parcel(second, true);
  await world.partyFact('order.receipt_confirmed', group);
  expect(await states()).toEqual(['RELEASED', 'RELEASED']);
});
