import fc from 'fast-check';
import { shipmentIds, trancheIds } from '#contracts/ids';
import { heldShares } from './fees.rules';
import { type Goods, goneOf, partTranche, splitGoods, splitMoney } from './split.rules';
import type { TrancheRow } from './tranche.entity';

const goods = (lines: readonly (readonly [string, number, bigint])[]): Goods[] =>
  lines.map(([orderLineId, quantity, amountMinor]) => ({ orderLineId, quantity, amountMinor }));

test('money follows the quantity that leaves; the rest stays', () => {
  const all = goods([
    ['a', 3, 1_000n],
    ['b', 1, 500n],
  ]);
  const split = splitGoods(all, [{ orderLineId: 'a', quantity: 2 }]);
  expect(split.leaving).toEqual(goods([['a', 2, 666n]]));
  expect(split.staying).toEqual(
    goods([
      ['a', 1, 334n],
      ['b', 1, 500n],
    ]),
  );
  const money = {
    capturedMinor: 1_500n,
    commissionMinor: 150n,
    taxMinor: 30n,
    availableMinor: 1_500n,
    goneMinor: 0n,
  };
  expect(splitMoney(money, split)).toEqual({
    totalMinor: 666n,
    commissionMinor: 67n,
    taxMinor: 13n,
  });
  // half of it was refunded before: both parts bear it
  expect(splitMoney({ ...money, availableMinor: 750n, goneMinor: 750n }, split).totalMinor).toBe(
    333n,
  );
});

test('more than there is, unknown lines and nothing at all', () => {
  const all = goods([['a', 2, 10n]]);
  expect(splitGoods(all, [{ orderLineId: 'a', quantity: 9 }]).staying).toEqual([]);
  expect(splitGoods(all, [{ orderLineId: 'x', quantity: 1 }]).leaving).toEqual([]);
  expect(splitGoods(all, []).staying).toEqual(all);
});

const line = fc.record({
  orderLineId: fc.constantFrom('a', 'b', 'c', 'd'),
  quantity: fc.integer({ min: 1, max: 20 }),
  amountMinor: fc.bigInt({ min: 0n, max: 1_000_000n }),
});
const lines = fc.uniqueArray(line, { minLength: 1, selector: (one) => one.orderLineId });

test('however it is cut, quantities, money and fees add up and nothing is negative', () => {
  fc.assert(
    fc.property(
      lines,
      fc.array(fc.record({ orderLineId: fc.constantFrom('a', 'b', 'c'), quantity: fc.nat(9) })),
      fc.nat(100),
      fc.nat(100),
      (all, parcel, gonePercent, feePercent) => {
        const split = splitGoods(all, parcel);
        const sum = (some: readonly Goods[]): bigint =>
          some.reduce((a, b) => a + b.amountMinor, 0n);
        const captured = sum(all);
        expect(sum(split.leaving) + sum(split.staying)).toBe(captured);
        const quantity = (some: readonly Goods[]): number =>
          some.reduce((a, b) => a + b.quantity, 0);
        expect(quantity(split.leaving) + quantity(split.staying)).toBe(quantity(all));
        const goneMinor = (captured * BigInt(gonePercent)) / 100n;
        const availableMinor = captured - goneMinor;
        const fees = (captured * BigInt(feePercent)) / 100n;
        const money = {
          capturedMinor: captured,
          commissionMinor: fees - fees / 3n,
          taxMinor: fees / 3n,
          availableMinor,
          goneMinor,
        };
        if (captured === 0n) return;
        const part = splitMoney(money, split);
        expect(part.totalMinor >= 0n && part.totalMinor <= availableMinor).toBe(true);
        expect(part.commissionMinor >= 0n && part.taxMinor >= 0n).toBe(true);
        expect(part.commissionMinor + part.taxMinor <= part.totalMinor).toBe(true);
        expect(part.commissionMinor <= money.commissionMinor).toBe(true);
        if (split.staying.length === 0) expect(part.totalMinor).toBe(availableMinor);
      },
    ),
  );
});

/** A tranche that holds the money of some goods, as far as its money matters. */
const holding = (all: readonly Required<Goods>[]): TrancheRow => {
  const sum = (of: (one: Required<Goods>) => bigint): bigint =>
    all.reduce((total, one) => total + of(one), 0n);
  const captured = sum(({ amountMinor }) => amountMinor);
  return {
    ...{ capturedMinor: captured, availableMinor: captured },
    commissionMinor: sum(({ commissionMinor }) => commissionMinor ?? 0n),
    taxMinor: sum(({ taxMinor }) => taxMinor ?? 0n),
    ...{ frozenMinor: 0n, releasedMinor: 0n, refundedMinor: 0n, chargedBackMinor: 0n },
    ...{ feeFromMinor: null, feeCommissionMinor: null, feeTaxMinor: null, version: 0 },
  } as TrancheRow;
};

/** Held money with its goods, of which some leave with parcels and some money goes back. */
class Order {
  readonly parts: { held: TrancheRow; goods: readonly Goods[] }[] = [];
  refunded = { commission: 0n, tax: 0n };

  constructor(
    private held: TrancheRow,
    private goods: readonly Goods[],
  ) {}

  ship(orderLineId: string, quantity: number): void {
    const goods = splitGoods(this.goods, [{ orderLineId, quantity }]);
    const money = splitMoney({ ...this.held, goneMinor: goneOf(this.held) }, goods);
    if (money.totalMinor === 0n || money.totalMinor === this.held.availableMinor) return;
    const { made, rest } = partTranche(this.held, part('SHIPMENT'), money);
    this.parts.push({ held: made, goods: goods.leaving });
    this.held = rest;
    this.goods = goods.staying;
  }

  claim(amount: bigint): void {
    if (amount === 0n) return;
    const { commission, tax } = this.shares(amount);
    const money = { totalMinor: amount, commissionMinor: commission, taxMinor: tax };
    const { made, rest } = partTranche(this.held, part('CLAIM'), money);
    this.parts.push({ held: made, goods: this.goods });
    this.held = rest;
  }

  refund(amount: bigint): void {
    const { commission, tax } = this.shares(amount);
    this.refunded = {
      commission: this.refunded.commission + commission,
      tax: this.refunded.tax + tax,
    };
    const { refundedMinor, availableMinor } = this.held;
    const change = {
      refundedMinor: refundedMinor + amount,
      availableMinor: availableMinor - amount,
    };
    this.held = { ...this.held, ...change };
  }

  /** So many thousandths of what is held. */
  some(permille: number): bigint {
    return (this.held.availableMinor * BigInt(permille)) / 1_000n;
  }

  /** Everything that is still held is released: what each part bears, and what its goods should bear of it. */
  released(): { gross: bigint; goods: readonly Goods[]; commission: bigint; tax: bigint }[] {
    return [...this.parts, { held: this.held, goods: this.goods }].map(({ held, goods }) => {
      const gross = held.availableMinor;
      const { commission, tax } = heldShares({ ...held, goneMinor: goneOf(held) }, gross);
      return { gross, goods, commission, tax };
    });
  }

  private shares(amount: bigint) {
    return heldShares({ ...this.held, goneMinor: goneOf(this.held) }, amount);
  }
}

const part = (kind: 'SHIPMENT' | 'CLAIM') => ({
  ...{ id: trancheIds.create(), accountId: 1n, kind, tracked: true, deliveredAt: null },
  state: 'SHIPPED' as const,
  service: 'STANDARD' as const,
  shipmentId: shipmentIds.create(),
});

test.each([
  [
    ['a', 'b'],
    [56n, 24n],
  ],
  [
    ['b', 'a'],
    [24n, 56n],
  ],
] as const)('after a refund by amount, parcels %j take %j of the commission', (order, fees) => {
  const money = { quantity: 1, amountMinor: 500n };
  const all = [
    { ...money, orderLineId: 'a', commissionMinor: 70n, taxMinor: 15n },
    { ...money, orderLineId: 'b', commissionMinor: 30n, taxMinor: 5n },
  ];
  const one = new Order(holding(all), all);
  one.refund(200n);
  one.ship(order[0], 1);
  expect(one.refunded).toEqual({ commission: 20n, tax: 4n });
  expect(one.released().map(({ gross, commission }) => [gross, commission])).toEqual(
    fees.map((commission) => [400n, commission]),
  );
});

const priced = fc
  .record({
    quantity: fc.integer({ min: 1, max: 4 }),
    amountMinor: fc.bigInt({ min: 100_000n, max: 10_000_000n }),
    commissionBps: fc.bigInt({ min: 0n, max: 4_000n }),
    taxBps: fc.bigInt({ min: 0n, max: 2_000n }),
  })
  .map(({ quantity, amountMinor, commissionBps, taxBps }) => ({
    ...{ quantity, amountMinor },
    commissionMinor: (amountMinor * commissionBps) / 10_000n,
    taxMinor: (amountMinor * taxBps) / 10_000n,
  }));
const act = fc.oneof(
  fc.record({ ship: fc.nat(3), quantity: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ refund: fc.integer({ min: 1, max: 500 }) }),
  fc.record({ claim: fc.integer({ min: 1, max: 500 }) }),
);

test('parcels of goods at mixed rates, refunds by amount and claims in any order: each part bears its goods’ fees', () => {
  fc.assert(
    fc.property(
      fc.array(priced, { minLength: 2, maxLength: 4 }),
      fc.array(act, { maxLength: 6 }),
      (some, acts) => {
        const all = some.map((one, n) => ({ ...one, orderLineId: String(n) }));
        const before = holding(all);
        const order = new Order(before, all);
        for (const one of acts) {
          if ('ship' in one) order.ship(String(one.ship), one.quantity);
          else if ('refund' in one) order.refund(order.some(one.refund));
          else order.claim(order.some(one.claim));
        }
        const released = order.released();
        for (const [fee, name] of [
          ['commission', 'commissionMinor'],
          ['tax', 'taxMinor'],
        ] as const) {
          // not a unit is made or lost
          expect(released.reduce((sum, one) => sum + one[fee], order.refunded[fee])).toBe(
            before[name],
          );
          for (const { gross, goods, ...taken } of released) {
            const cost = goods.reduce((sum, one) => sum + one.amountMinor, 0n);
            const own = goods.reduce((sum, one) => sum + (one[name] ?? 0n), 0n);
            const off = taken[fee] * cost - gross * own;
            // each step may round by a unit
            const limit = BigInt(acts.length + 1) * cost;
            expect(off <= limit && -off <= limit).toBe(true);
          }
        }
      },
    ),
  );
});
