import { shipmentIds } from '#contracts/ids';
import { DAY } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

/** Two lamps for 6 000 and a chair for 4 000; the seller is trusted. */
async function paid(): Promise<PlacedGroup> {
  const group = world.groupOf([
    [
      [2, 6_000n],
      [1, 4_000n],
    ],
  ]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group);
  return group;
}

const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const some = (group: PlacedGroup, ...quantities: number[]) =>
  (group.orders[0]?.lines ?? []).flatMap(({ orderLineId }, n) =>
    (quantities[n] ?? 0) > 0 ? [{ orderLineId, quantity: quantities[n] ?? 0 }] : [],
  );
const states = async (group: PlacedGroup): Promise<unknown[]> =>
  (await world.tranches(group)).map((t) => [t['kind'], t['state'], t['capturedMinor']]);
const released = async (group: PlacedGroup): Promise<unknown[]> =>
  world.db.query(
    `select "grossMinor" as gross, "commissionMinor" as commission, "taxMinor" as tax
     from "balanceTransaction" where "orderId" = $1 and kind = 'RELEASE' order by id`,
    [orderOf(group)],
  );

test('each parcel’s money has a life of its own, and together they are the order', async () => {
  const group = await paid();
  const [first, second] = [shipmentIds.create(), shipmentIds.create()];
  await world.parcel(group, 0, { shipmentId: first, event: 'shipped', lines: some(group, 1) });
  expect(await states(group)).toEqual([
    ['WHOLE', 'FUNDED', 7_000n],
    ['SHIPMENT', 'SHIPPED', 3_000n],
  ]);
  await world.parcel(group, 0, {
    shipmentId: second,
    event: 'shipped',
    lines: some(group, 1, 1),
    last: true,
  });
  await world.parcel(group, 0, { shipmentId: first, event: 'delivered', lines: some(group, 1) });
  expect(await states(group)).toEqual([
    ['WHOLE', 'SHIPPED', 7_000n],
    ['SHIPMENT', 'DELIVERED', 3_000n],
  ]);
  await world.advance(7 * DAY);
  expect(await states(group)).toEqual([
    ['WHOLE', 'SHIPPED', 7_000n],
    ['SHIPMENT', 'RELEASED', 3_000n],
  ]);
  expect(await world.tranche(group)).toMatchObject({ escrowState: 'HELD' });
  await world.parcel(group, 0, {
    shipmentId: second,
    event: 'delivered',
    lines: some(group, 1, 1),
    last: true,
  });
  await world.confirm(user(group.buyerId), orderOf(group), 'both');
  expect(await world.tranche(group)).toMatchObject({ escrowState: 'RELEASED' });
  expect(await released(group)).toEqual([
    { gross: 3_000n, commission: 300n, tax: 57n },
    { gross: 7_000n, commission: 700n, tax: 133n },
  ]);
});

test('a parcel is heard of again, or arrives before it left: once, and later', async () => {
  const group = await paid();
  const shipmentId = shipmentIds.create();
  const lines = some(group, 2);
  await expect(world.parcel(group, 0, { shipmentId, event: 'delivered', lines })).rejects.toThrow(
    'before it left',
  );
  for (let i = 0; i < 2; i++) await world.parcel(group, 0, { shipmentId, event: 'shipped', lines });
  await world.parcel(group, 0, { shipmentId, event: 'delivered', lines });
  expect(await states(group)).toEqual([
    ['WHOLE', 'FUNDED', 4_000n],
    ['SHIPMENT', 'DELIVERED', 6_000n],
  ]);
});

test('the buyer can confirm one parcel, and not what has not left', async () => {
  const group = await paid();
  const shipmentId = shipmentIds.create();
  await world.parcel(group, 0, { shipmentId, event: 'shipped', lines: some(group, 2) });
  const [whole, parcel] = (await world.tranches(group)).map(({ id }) => String(id));
  const buyer = user(group.buyerId);
  const codes = async (key: string, id?: string): Promise<unknown> =>
    (await world.confirm(buyer, orderOf(group), key, id)).userErrors.map(({ code }) => code);
  expect(await codes('not left', whole)).toEqual(['TRANSITION_NOT_ALLOWED']);
  expect(await codes('nothing', 'trn_00000000000000000000000001')).toEqual(['NOT_FOUND']);
  expect(await codes('this', parcel)).toEqual([]);
  expect(await states(group)).toEqual([
    ['WHOLE', 'FUNDED', 4_000n],
    ['SHIPMENT', 'RELEASED', 6_000n],
  ]);
  expect(await codes('again', parcel)).toEqual([]);
});

test('a refund takes what has not left first, then what is on its way, then what was released', async () => {
  const group = await paid();
  const shipmentId = shipmentIds.create();
  await world.parcel(group, 0, { shipmentId, event: 'shipped', lines: some(group, 2) });
  const answer = await world.refund(member, orderOf(group), 5_000n, 'parts');
  expect(answer.userErrors).toEqual([]);
  expect(await states(group)).toEqual([
    ['WHOLE', 'CLOSED', 4_000n],
    ['SHIPMENT', 'SHIPPED', 6_000n],
  ]);
  await world.confirm(user(group.buyerId), orderOf(group), 'rest');
  expect(await released(group)).toEqual([{ gross: 5_000n, commission: 500n, tax: 95n }]);
  expect((await world.refund(member, orderOf(group), undefined, 'all')).userErrors).toEqual([]);
  expect(await world.tranche(group)).toMatchObject({ escrowState: 'REFUNDED' });
  const more = await world.refund(member, orderOf(group), 1n, 'more');
  expect(more.userErrors[0]?.code).toBe('AMOUNT_EXCEEDS_AVAILABLE');
});

test('an earlier refund is borne by the parcels that leave later', async () => {
  const group = await paid();
  await world.refund(member, orderOf(group), 1_000n, 'a discount');
  await world.parcel(group, 0, {
    shipmentId: shipmentIds.create(),
    event: 'shipped',
    lines: some(group, 2),
  });
  expect((await world.tranches(group)).map((t) => t['availableMinor'])).toEqual([3_600n, 5_400n]);
  await world.parcel(group, 0, {
    shipmentId: shipmentIds.create(),
    event: 'shipped',
    lines: some(group, 0, 1),
    last: true,
  });
  await world.partyFact('order.receipt_confirmed', group);
  expect(await world.tranche(group)).toMatchObject({ escrowState: 'SPLIT' });
});

test.each([
  [
    [0, 1],
    [
      [56n, 12n],
      [24n, 4n],
    ],
  ],
  [
    [1, 0],
    [
      [24n, 4n],
      [56n, 12n],
    ],
  ],
])(
  'goods at different rates, shipped as %j after a refund by amount, bear their own fees',
  async (order, fees) => {
    const placed = world.groupOf([
      [
        [1, 500n],
        [1, 500n],
      ],
    ]);
    const own = [
      { commissionMinor: '70', taxMinor: '15' },
      { commissionMinor: '30', taxMinor: '5' },
    ];
    const orders = placed.request.orders.map((one) => ({
      ...{ ...one, commissionMinor: '100', taxMinor: '20' },
      lines: (one.lines ?? []).map((line, n) => ({ ...line, ...own[n] })),
    }));
    const group = { ...placed, request: { ...placed.request, orders } };
    await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
    await world.pay(group);
    await world.refund(member, orderOf(group), 200n, `mixed ${order.join()}`);
    for (const [n, line] of order.entries()) {
      const lines = some(group, ...(line === 0 ? [1] : [0, 1]));
      const shipmentId = shipmentIds.create();
      await world.parcel(group, 0, { shipmentId, event: 'shipped', lines, last: n === 1 });
      await world.partyFact('order.receipt_confirmed', group);
    }
    expect(await released(group)).toEqual(
      fees.map(([commission, tax]) => ({ gross: 400n, commission, tax })),
    );
  },
);

test('a cancelled order gives back everything that was not released', async () => {
  const group = await paid();
  const shipmentId = shipmentIds.create();
  await world.parcel(group, 0, { shipmentId, event: 'shipped', lines: some(group, 2) });
  const parcel = String((await world.tranches(group))[1]?.['id']);
  await world.confirm(user(group.buyerId), orderOf(group), 'one', parcel);
  await world.partyFact('order.cancelled', group);
  await until(
    async () => (await world.told(orderOf(group))).includes('refund.succeeded'),
    'refund.succeeded',
  );
  expect(await states(group)).toEqual([
    ['WHOLE', 'CLOSED', 4_000n],
    ['SHIPMENT', 'RELEASED', 6_000n],
  ]);
});
