import fc from 'fast-check';
import { sortedJson } from '#kernel/json/sorted';
import type { OrderAxes, Ordered } from './order-axes.rules';
import { type OrderFold, type ShipmentFold, joinFolds } from './order-fold.rules';
import { type OwnDecisions, settle } from './order-settle.rules';

const RUNS = { numRuns: 2_000 };
const instant = fc.integer({ min: 0, max: 5 }).map((s) => `2026-01-01T00:00:0${s}.000Z`);
const minor = fc.bigInt({ min: 0n, max: 1_000n }).map(String);
const flag = fc.constant(true as const);
const some = <T>(fields: { [K in keyof T]: fc.Arbitrary<NonNullable<T[K]>> }) =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<T>;

const shipment = some<ShipmentFold>({
  lines: fc.dictionary(fc.constantFrom('l1', 'l2'), fc.integer({ min: 1, max: 3 })),
  shipped: flag,
  shippedLast: flag,
  delivery: fc.record({ at: instant, to: fc.constantFrom('DELIVERED', 'RETRACTED') }),
  deliveredLast: flag,
  milestone: fc.record({
    sequence: fc.nat(3),
    to: fc.constantFrom('IN_TRANSIT', 'RETURNING', 'RETURNED'),
  }),
});
const fold = some<OrderFold>({
  captured: flag,
  failed: flag,
  expired: flag,
  funded: flag,
  released: flag,
  receipt: flag,
  deemed: flag,
  remaining: minor,
  refunds: fc.dictionary(fc.constantFrom('r1', 'r2'), minor),
  escrow: fc.record({ at: instant, to: fc.constantFrom('HELD', 'FROZEN') }),
  disputes: fc.dictionary(
    fc.constantFrom('d1', 'd2'),
    fc.constantFrom('OPEN', 'DECIDED', 'CLOSED'),
  ),
  opened: flag,
  shipments: fc.dictionary(fc.constantFrom('s1', 's2'), shipment),
  granted: flag,
  asked: fc.integer({ min: 1, max: 3 }),
  refusals: fc.dictionary(fc.constantFrom('e1', 'e2'), flag),
});

const same = (a: OrderFold, b: OrderFold) => expect(sortedJson(a)).toBe(sortedJson(b));

test('joining is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(fold, fold, fold, (a, b, c) => {
      same(joinFolds(a, b), joinFolds(b, a));
      same(joinFolds(joinFolds(a, b), c), joinFolds(a, joinFolds(b, c)));
      same(joinFolds(joinFolds(a, b), b), joinFolds(a, b));
    }),
    RUNS,
  );
});

const ordered: Ordered = { totalMinor: 1_000n, quantities: { l1: 2, l2: 1 } };
const at = (s: number) => `2026-01-01T00:00:${String(s).padStart(2, '0')}.000Z`;
const ship = (id: string, news: ShipmentFold): OrderFold => ({ shipments: { [id]: news } });
const allLines = { l1: 2, l2: 1 };
const released = (remaining: string): OrderFold => ({ released: true, remaining });
const refunded = (id: string, amount: string, remaining: string): OrderFold => ({
  refunds: { [id]: amount },
  remaining,
});
const confirmed: OrderFold[] = [{ failed: true }, { captured: true }, { funded: true }];
const opened: OrderFold = { opened: true };

/** Whole lives of orders as payments and fulfillment tell them, and how each must end. */
const lives: [string, OrderFold[], Partial<OwnDecisions>, Partial<OrderAxes>][] = [
  ['placed and never paid', [{ expired: true }, { failed: true }], {}, { status: 'EXPIRED' }],
  [
    'kept',
    [
      ...confirmed,
      opened,
      ship('s1', { lines: allLines }),
      ship('s1', { lines: allLines, shipped: true, shippedLast: true }),
      ship('s1', { milestone: { sequence: 1, to: 'IN_TRANSIT' } }),
      ship('s1', {
        lines: allLines,
        delivery: { at: at(9), to: 'DELIVERED' },
        deliveredLast: true,
      }),
      released('0'),
    ],
    {},
    { status: 'COMPLETED', escrowStatus: 'RELEASED', fulfillmentStatus: 'DELIVERED' },
  ],
  [
    'two shipments, one delivery retracted and repeated, one partial refund',
    [
      ...confirmed,
      ship('s1', { lines: { l1: 2 }, shipped: true }),
      ship('s2', { lines: { l2: 1 }, shipped: true, shippedLast: true }),
      ship('s1', { lines: { l1: 2 }, delivery: { at: at(3), to: 'DELIVERED' } }),
      ship('s1', { delivery: { at: at(4), to: 'RETRACTED' } }),
      ship('s1', { lines: { l1: 2 }, delivery: { at: at(6), to: 'DELIVERED' } }),
      ship('s2', {
        lines: { l2: 1 },
        delivery: { at: at(7), to: 'DELIVERED' },
        deliveredLast: true,
      }),
      refunded('r1', '300', '700'),
      released('0'),
    ],
    {},
    {
      status: 'COMPLETED',
      escrowStatus: 'SPLIT',
      paymentStatus: 'PARTIALLY_REFUNDED',
      fulfillmentStatus: 'DELIVERED',
    },
  ],
  [
    'all were delivered, then one delivery was taken back',
    [
      ...confirmed,
      ship('s1', { lines: { l1: 2 }, delivery: { at: at(3), to: 'DELIVERED' } }),
      ship('s2', {
        lines: { l2: 1 },
        delivery: { at: at(4), to: 'DELIVERED' },
        deliveredLast: true,
      }),
      ship('s1', { delivery: { at: at(5), to: 'RETRACTED' } }),
    ],
    {},
    { status: 'CONFIRMED', fulfillmentStatus: 'PARTIALLY_DELIVERED' },
  ],
  [
    'all refunded before shipping',
    [...confirmed, refunded('r1', '600', '400'), refunded('r2', '400', '0')],
    {},
    { status: 'COMPLETED', escrowStatus: 'REFUNDED', paymentStatus: 'REFUNDED' },
  ],
  [
    'receipt confirmed on a shipment that no carrier tracks',
    [
      ...confirmed,
      ship('s1', { lines: allLines, shipped: true, shippedLast: true }),
      released('0'),
    ],
    { receiptConfirmed: true },
    { status: 'COMPLETED', fulfillmentStatus: 'SHIPPED' },
  ],
  [
    'receipt confirmed on the escrow',
    [
      ...confirmed,
      ship('s1', { lines: allLines, shipped: true, shippedLast: true }),
      { ...released('0'), receipt: true },
    ],
    {},
    { status: 'COMPLETED' },
  ],
  [
    'delivered, half of the money still held',
    [
      ...confirmed,
      ship('s1', {
        lines: allLines,
        delivery: { at: at(9), to: 'DELIVERED' },
        deliveredLast: true,
      }),
      released('500'),
    ],
    {},
    { status: 'CONFIRMED', escrowStatus: 'HELD', fulfillmentStatus: 'DELIVERED' },
  ],
  [
    'cancellation refused',
    [
      ...confirmed,
      { asked: 1 },
      ship('s1', { lines: { l1: 1 }, shipped: true }),
      { refusals: { e1: true } },
    ],
    {},
    {
      status: 'CONFIRMED',
      cancellationStatus: 'REFUSED',
      fulfillmentStatus: 'PARTIALLY_SHIPPED',
    },
  ],
  [
    'asked again after a refusal',
    [...confirmed, { asked: 1 }, { refusals: { e1: true } }, { asked: 2 }],
    {},
    { status: 'CONFIRMED', cancellationStatus: 'REQUESTED' },
  ],
  [
    'cancellation granted',
    [...confirmed, opened, { asked: 1 }, { granted: true }],
    {},
    { status: 'CANCELLED', cancellationStatus: 'GRANTED', fulfillmentStatus: 'IN_PROGRESS' },
  ],
  [
    'frozen and let go again',
    [...confirmed, { escrow: { at: at(2), to: 'FROZEN' } }, { escrow: { at: at(3), to: 'HELD' } }],
    {},
    { status: 'CONFIRMED', escrowStatus: 'HELD' },
  ],
  [
    'disputed, decided and over',
    [
      ...confirmed,
      ship('s1', { lines: allLines, shipped: true, shippedLast: true }),
      { disputes: { d1: 'OPEN' } },
      { disputes: { d1: 'DECIDED' } },
      { ...refunded('r1', '400', '0'), ...released('0'), deemed: true },
      { disputes: { d1: 'CLOSED' } },
    ],
    {},
    { status: 'COMPLETED', disputeStatus: 'CLOSED', paymentStatus: 'PARTIALLY_REFUNDED' },
  ],
  [
    'all money has left, and one of two disputes is not over',
    [
      ...confirmed,
      { disputes: { d1: 'OPEN', d2: 'CLOSED' } },
      ship('s1', {
        lines: allLines,
        delivery: { at: at(9), to: 'DELIVERED' },
        deliveredLast: true,
      }),
      { disputes: { d1: 'DECIDED' } },
    ],
    {},
    { status: 'CONFIRMED', disputeStatus: 'DECIDED' },
  ],
  [
    'sent back to the seller',
    [
      ...confirmed,
      ship('s1', { lines: allLines, shipped: true, shippedLast: true }),
      ship('s1', { milestone: { sequence: 3, to: 'RETURNING' } }),
      ship('s1', { milestone: { sequence: 4, to: 'RETURNED' } }),
      refunded('r1', '1000', '0'),
    ],
    {},
    { status: 'COMPLETED', fulfillmentStatus: 'RETURNED', paymentStatus: 'REFUNDED' },
  ],
];

/** Hears facts one by one as the service does; tells how it ended and how often it completed. */
function live(news: readonly OrderFold[], own: Partial<OwnDecisions>) {
  let folded: OrderFold = {};
  let axes: OrderAxes = settle(decisions('PLACED', own), folded, ordered);
  let completed = 0;
  for (const one of news) {
    folded = joinFolds(folded, one);
    const next = settle(decisions(axes.status, own), folded, ordered);
    if (next.status === 'COMPLETED' && axes.status !== 'COMPLETED') completed += 1;
    axes = next;
  }
  return { axes, completed };
}

const decisions = (status: OwnDecisions['status'], own: Partial<OwnDecisions>): OwnDecisions => ({
  status,
  receiptConfirmed: false,
  ...own,
});

test.each(lives)('%s: in any order and repeated it ends the same', (_name, news, own, end) => {
  expect(live(news, own).axes).toMatchObject(end);
  const told = fc
    .array(fc.constantFrom(...news), { maxLength: news.length })
    .chain((again) =>
      fc.shuffledSubarray([...news, ...again], { minLength: news.length + again.length }),
    );
  fc.assert(
    fc.property(told, (shuffled) => {
      const { axes, completed } = live(shuffled, own);
      expect(axes).toEqual(live(news, own).axes);
      expect(completed).toBe(end.status === 'COMPLETED' ? 1 : 0);
    }),
    { numRuns: 1_000 },
  );
});

test('whatever is heard, a final status is never left', () => {
  fc.assert(
    fc.property(fc.array(fold, { maxLength: 8 }), (news) => {
      let folded: OrderFold = {};
      let status: OwnDecisions['status'] = 'PLACED';
      for (const one of news) {
        folded = joinFolds(folded, one);
        const next: OwnDecisions['status'] = settle(decisions(status, {}), folded, ordered).status;
        if (['COMPLETED', 'CANCELLED', 'EXPIRED'].includes(status)) expect(next).toBe(status);
        status = next;
      }
    }),
    RUNS,
  );
});
