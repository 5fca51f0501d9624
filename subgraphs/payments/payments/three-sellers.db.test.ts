import { DAY } from '#kernel/clock/clock';
import { shipmentIds } from '#contracts/ids';
import { user } from '../testing/acts';
import { DisputeActs, MEMBER, operator } from '../testing/dispute.acts';
import { readBooks, settleAll } from '../testing/psp.settling';
import { moneyOf } from '../testing/sellers';
import { World } from '../testing/world';

jest.setTimeout(60_000);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());

interface Seen {
  readonly state: string;
  readonly held: bigint;
  readonly released: bigint;
  readonly refunded: bigint;
}

// One payment of 19 001: an order whose dispute is decided 4 000 to 6 000, one that travels in two parcels, one cancelled.
test('one payment, three sellers: a dispute, two parcels, a cancellation; every cent is somewhere', async () => {
  const group = world.groupOf([
    [[1, 10_000n]],
    [
      [3, 3_001n],
      [1, 1_000n],
    ],
    [[1, 5_000n]],
  ]);
  const [disputed, parted, cancelled] = group.orders;
  const buyer = user(group.buyerId);
  for (const { sellerId } of group.orders) await world.openSeller(sellerId, MEMBER, true);
  const paid = await world.pay(group, {
    tenders: [
      { token: 'tok_ok', minorUnits: '19000' },
      { token: 'tok_ok', minorUnits: '1' },
    ],
  });
  expect(paid).toMatchObject({ payment: { status: 'CAPTURED' }, userErrors: [] });

  await world.partyFact('order.cancelled', group, 2);
  const [lamps, chair] = parted?.lines ?? [];
  const parcel = async (lines: { orderLineId: unknown; quantity: number }[], last: boolean) => {
    const news = { shipmentId: shipmentIds.create(), lines: lines as never, last };
    await world.parcel(group, 1, { ...news, event: 'shipped' });
    await world.parcel(group, 1, { ...news, event: 'delivered' });
  };
  await parcel([{ orderLineId: lamps?.orderLineId, quantity: 2 }], false);
  expect((await world.confirm(buyer, parted?.orderId ?? '', 'first parcel')).userErrors).toEqual(
    [],
  );
  await parcel(
    [
      { orderLineId: lamps?.orderLineId, quantity: 1 },
      { orderLineId: chair?.orderLineId, quantity: 1 },
    ],
    true,
  );
  expect((await world.confirm(buyer, parted?.orderId ?? '', 'second parcel')).userErrors).toEqual(
    [],
  );
  await world.ship(group, 0);
  await world.ship(group, 0, 'delivered');
  const acts = new DisputeActs(world);
  const { id } = await acts.underReview(group);
  const verdict = { refund: 4_000n, release: 6_000n };
  expect((await acts.decide(operator, id, verdict)).userErrors).toEqual([]);
  await world.advance(4 * DAY); // the time for an appeal is over
  await settleAll(world);

  const { data } = await world.call(
    buyer,
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { escrow {
       state ${['held', 'released', 'refunded'].map((one) => `${one} { minorUnits }`).join(' ')} } } } }`,
    { r: group.orders.map(({ orderId }) => ({ __typename: 'Order', id: orderId })) },
  );
  type Units = { minorUnits: string };
  const graph = (data?.['_entities'] as { escrow: Record<string, Units & string> }[]).map(
    ({ escrow }): Seen => ({
      state: String(escrow['state']),
      held: BigInt(escrow['held']?.minorUnits ?? -1),
      released: BigInt(escrow['released']?.minorUnits ?? -1),
      refunded: BigInt(escrow['refunded']?.minorUnits ?? -1),
    }),
  );
  expect(graph).toEqual([
    { state: 'SPLIT', held: 0n, released: 6_000n, refunded: 4_000n },
    { state: 'RELEASED', held: 0n, released: 4_001n, refunded: 0n },
    { state: 'REFUNDED', held: 0n, released: 0n, refunded: 5_000n },
  ]);

  // commission 10 %, tax 1.9 % of what each line costs, rounded down, and of it the part that was released
  const net = { disputed: 6_000n - 714n, parted: 4_001n - 400n - 76n };
  const sellers = [disputed, parted, cancelled].map((order) => order?.sellerId ?? '');
  const money = await Promise.all(sellers.map((sellerId) => moneyOf(world, sellerId)));
  expect(money.map(([available]) => available)).toEqual([net.disputed, net.parted, 0n]);
  expect(money.flatMap(([, ...others]) => others).every((one) => one === 0n)).toBe(true);

  const totals = await world.db.query<{ kind: number; minor: bigint }>(
    `select kind, sum(cp - dp)::bigint as minor from ledger_total group by kind
     having sum(cp - dp) <> 0 order by kind`,
  );
  expect(totals).toEqual([
    { kind: 1, minor: -10_001n }, // at the PSP
    { kind: 6, minor: net.disputed + net.parted }, // the sellers’
    { kind: 8, minor: 600n + 400n }, // ours
    { kind: 9, minor: 114n + 76n }, // tax
  ]);

  const { payments, refunds } = await world.psp.books();
  const captured = payments.filter(({ status }) => status === 'captured');
  expect(captured.map(({ amountMinor }) => amountMinor).sort()).toEqual(['1', '19000']);
  const back = refunds.filter(({ status }) => status === 'succeeded');
  expect(back.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n)).toBe(9_000n);
  expect(await readBooks(world)).toBe(true);
  expect(await world.violations()).toEqual([]);
});
