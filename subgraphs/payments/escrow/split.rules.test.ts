import fc from 'fast-check';
import { type Goods, splitGoods, splitMoney } from './split.rules';

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
