import { type ShipmentId, shipmentIds } from '#contracts/ids';
import { DAY } from '#kernel/clock/clock';
import { type Answer, user } from '../testing/acts';
import { complain, reaches } from '../testing/complaints';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const MEMBER = 'acc_00000000000000000000000003';
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

const key = (): string => `claim parcels ${(keys += 1).toString()}`;
const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);
const holdOf = (answer: Answer): string => (answer['hold'] as { id: string } | null)?.id ?? '';
const states = async (group: PlacedGroup): Promise<unknown[]> =>
  (await world.tranches(group)).map((t) => [t['kind'], t['state']]);
const trancheIds = async (group: PlacedGroup): Promise<string[]> =>
  (await world.tranches(group)).map(({ id }) => String(id));

/** Two lines, 6 000 and 4 000, of a trusted seller; paid. */
async function paid(): Promise<PlacedGroup> {
  const group = world.groupOf([
    [
      [1, 6_000n],
      [1, 4_000n],
    ],
  ]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  expect((await world.pay(group)).userErrors).toEqual([]);
  return group;
}

/** The parcel with one of the lines, or with all that is left. */
async function news(
  group: PlacedGroup,
  event: 'shipped' | 'delivered',
  shipmentId: ShipmentId,
  { line, last = false }: { readonly line: number; readonly last?: boolean },
): Promise<void> {
  const lines = (group.orders[0]?.lines ?? []).filter((_, n) => n === line);
  await world.parcel(group, 0, { shipmentId, event, lines, last });
}

async function lose({ orders: [order], buyerId }: PlacedGroup, shipmentId: string): Promise<void> {
  if (order === undefined) throw new Error('no order');
  const { orderId, sellerId } = order;
  await world.hear('shipment.lost', { shipmentId, orderId, sellerId, buyerId });
}

const deadlines = async (group: PlacedGroup): Promise<unknown[]> =>
  (
    await world.db.query<{ kind: string }>(
      `select kind from timer where subject = any ($1) and "fireAt" is not null order by kind`,
      [await trancheIds(group)],
    )
  ).map(({ kind }) => kind);

describe('what a case was about before anything left', () => {
  // first, because the PSP's clock does not follow ours
  test('of a deposit that a bank took and gave back goes on with the rest, too', async () => {
    const placed = world.group([10_000n]);
    await world.openSeller(placed.orders[0]?.sellerId ?? '', MEMBER, true);
    const orders = placed.request.orders.map((one) => ({
      ...{ ...one, plan: { depositMinor: '3000' } },
    }));
    const part = (name: 'DEPOSIT' | 'BALANCE', totalMinor: string): PlacedGroup => ({
      ...{ ...placed, request: { ...placed.request, orders, part: name, totalMinor } },
    });
    await world.pay(part('DEPOSIT', '3000'));
    const seen = await complain(world, placed, { outcome: 'won', amountMinor: '1000' });
    await world.chargebackAnswer(operator, seen.id, key());
    await reaches(world, seen.id, 'UNDER_REVIEW');
    await world.psp.post('/sim/advance', { seconds: 2 });
    await reaches(world, seen.id, 'WON');
    expect((await world.pay(part('BALANCE', '7000'))).userErrors).toEqual([]);
    expect(await states(placed)).toEqual([
      ['WHOLE', 'FUNDED'],
      ['CLAIM', 'FUNDED'],
    ]);
    await world.ship(placed);
    await world.ship(placed, 0, 'delivered');
    await world.partyFact('order.receipt_confirmed', placed);
    expect(await states(placed)).toEqual([
      ['WHOLE', 'RELEASED'],
      ['CLAIM', 'RELEASED'],
    ]);
  });

  test('goes with the goods once the case is over, and the buyer confirms both', async () => {
    const group = await paid();
    const [id = ''] = await trancheIds(group);
    const placed = await world.hold(operator, id, key(), 2_500n);
    expect(codes(await world.lift(operator, holdOf(placed), key()))).toEqual([]);
    await world.ship(group);
    expect(await states(group)).toEqual([
      ['WHOLE', 'SHIPPED'],
      ['CLAIM', 'SHIPPED'],
    ]);
    expect(await deadlines(group)).toEqual(['T3', 'T3']);
    const parcels = (await world.tranches(group)).map(({ shipmentId }) => shipmentId);
    expect(new Set(parcels).size).toBe(1);
    await world.ship(group, 0, 'delivered');
    expect(await deadlines(group)).toEqual(['T4', 'T4', 'T4_REMIND', 'T4_REMIND']);
    expect(codes(await world.confirm(user(group.buyerId), orderOf(group), key()))).toEqual([]);
    expect(await world.tranche(group)).toMatchObject({ escrowState: 'RELEASED' });
  });

  test('while the case is open it stands still, but knows where the goods are', async () => {
    const group = await paid();
    const [id = ''] = await trancheIds(group);
    const placed = await world.hold(operator, id, key(), 2_500n);
    await world.ship(group);
    const claim = async () => (await world.tranches(group))[1];
    expect(await claim()).toMatchObject({ state: 'FROZEN', heldState: 'SHIPPED' });
    await world.ship(group, 0, 'delivered');
    expect(await claim()).toMatchObject({ state: 'FROZEN', heldState: 'DELIVERED' });
    await world.lift(operator, holdOf(placed), key());
    await world.advance(7 * DAY);
    expect(await states(group)).toEqual([
      ['WHOLE', 'RELEASED'],
      ['CLAIM', 'RELEASED'],
    ]);
  });

  test.each([false, true])(
    'of several parcels it goes with the last (frozen: %s)',
    async (open) => {
      const group = await paid();
      const [id = ''] = await trancheIds(group);
      const placed = await world.hold(operator, id, key(), 2_500n);
      if (!open) await world.lift(operator, holdOf(placed), key());
      const [first, second] = [shipmentIds.create(), shipmentIds.create()];
      await news(group, 'shipped', first, { line: 0 });
      const claim = async () => (await world.tranches(group)).find(({ kind }) => kind === 'CLAIM');
      expect(await claim()).toMatchObject({ shipmentId: null });
      // nobody says that it is the last one, but nothing is left
      await news(group, 'shipped', second, { line: 1 });
      const where = open ? { state: 'FROZEN', heldState: 'SHIPPED' } : { state: 'SHIPPED' };
      expect(await claim()).toMatchObject({ shipmentId: second, ...where });
      await news(group, 'delivered', second, { line: 1, last: true });
      if (open) await world.lift(operator, holdOf(placed), key());
      expect(await states(group)).toEqual(
        expect.arrayContaining([
          ['WHOLE', 'DELIVERED'],
          ['CLAIM', 'DELIVERED'],
          ['SHIPMENT', 'SHIPPED'],
        ]),
      );
    },
  );

  test('is lost with the parcel, and told once', async () => {
    const group = await paid();
    const [id = ''] = await trancheIds(group);
    const placed = await world.hold(operator, id, key(), 2_500n);
    await world.lift(operator, holdOf(placed), key());
    await world.ship(group);
    const { shipmentId } = await world.tranche(group);
    for (let n = 0; n < 2; n++) await lose(group, String(shipmentId));
    expect((await world.tranches(group)).map(({ lostAt }) => lostAt === null)).toEqual([
      ...[false, false],
    ]);
    const told = await world.told(orderOf(group));
    expect(told.filter((type) => type === 'escrow.shipment_lost')).toHaveLength(1);
    await world.advance(32 * DAY);
    expect(await states(group)).toEqual([
      ['WHOLE', 'SHIPPED'],
      ['CLAIM', 'SHIPPED'],
    ]);
    await world.ship(group, 0, 'delivered');
    await world.advance(7 * DAY);
    expect(await world.tranche(group)).toMatchObject({ escrowState: 'RELEASED' });
  });
});

test('T15: what the carrier lost goes back to the buyer; what travels goes to the seller', async () => {
  const group = await paid();
  const [first, second] = [shipmentIds.create(), shipmentIds.create()];
  await news(group, 'shipped', first, { line: 0 });
  await lose(group, first);
  await world.advance(72 * DAY);
  await world.advance(12 * DAY);
  await news(group, 'shipped', second, { line: 1, last: true });
  await world.advance(1.5 * DAY);
  const sums = (await world.tranches(group)).map((t) => [
    ...[t['shipmentId'], t['state'], t['refundedMinor'], t['releasedMinor']],
  ]);
  expect(sums).toEqual([
    [second, 'RELEASED', 0n, 4_000n],
    [first, 'CLOSED', 6_000n, 0n],
  ]);
});

describe('a receipt for the first of two parcels', () => {
  async function firstArrived() {
    const group = await paid();
    const [first, second] = [shipmentIds.create(), shipmentIds.create()];
    const receipt = () => world.partyFact('order.receipt_confirmed', group);
    await expect(receipt()).rejects.toThrow('before anything is known to have left');
    await news(group, 'shipped', first, { line: 0 });
    await news(group, 'delivered', first, { line: 0 });
    const shipSecond = () => news(group, 'shipped', second, { line: 1, last: true });
    return { group, receipt, shipSecond };
  }

  test('that T4 has released is done: it says nothing about the second', async () => {
    const { group, receipt, shipSecond } = await firstArrived();
    await world.advance(7 * DAY);
    expect(await states(group)).toEqual([
      ['WHOLE', 'FUNDED'],
      ['SHIPMENT', 'RELEASED'],
    ]);
    await receipt(); // were it thrown back, it would come again when the second travels
    await shipSecond();
    expect(await states(group)).toEqual([
      ['WHOLE', 'SHIPPED'],
      ['SHIPMENT', 'RELEASED'],
    ]);
  });

  test('that a case has frozen is done, too', async () => {
    const { group, receipt, shipSecond } = await firstArrived();
    const [, parcel = ''] = await trancheIds(group);
    await world.hold(operator, parcel, key());
    await receipt();
    await shipSecond();
    expect(await states(group)).toEqual([
      ['WHOLE', 'SHIPPED'],
      ['SHIPMENT', 'FROZEN'],
    ]);
  });
});
