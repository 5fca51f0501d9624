import fc from 'fast-check';
import { type HeldMoney, heldShares, leftOf, partOfFees } from './fees.rules';

const NONE = { commission: 0n, tax: 0n };

test('goods that bear all the fees take them all; goods that bear none take none', () => {
  const left = { amount: 14_000n, commission: 2_000n, tax: 100n };
  const lamps = { commission: 2_000n, tax: 100n };
  expect(partOfFees(left, 10_000n, lamps, NONE)).toEqual(lamps);
  expect(partOfFees(left, 4_000n, NONE, lamps)).toEqual(NONE);
});

const line = fc
  .record({
    amount: fc.bigInt({ min: 1n, max: 1_000_000n }),
    commissionBps: fc.bigInt({ min: 0n, max: 6_000n }),
    taxBps: fc.bigInt({ min: 0n, max: 3_000n }),
  })
  .map(({ amount, commissionBps, taxBps }) => ({
    amount,
    commission: (amount * commissionBps) / 10_000n,
    tax: (amount * taxBps) / 10_000n,
  }));

test('lines at mixed rates, taken one after the other: each its own fees, and not a unit is left', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.boolean(), (lines, released) => {
      const sum = (some: readonly (typeof lines)[number][], of: 'amount' | 'commission' | 'tax') =>
        some.reduce((total, one) => total + one[of], 0n);
      let money: HeldMoney = {
        capturedMinor: sum(lines, 'amount'),
        commissionMinor: sum(lines, 'commission'),
        taxMinor: sum(lines, 'tax'),
        goneMinor: 0n,
      };
      const kept = released ? lines.slice(1) : lines;
      for (const [n, one] of kept.entries()) {
        const others = [...kept.slice(n + 1), ...(released ? lines.slice(0, 1) : [])];
        const left = leftOf(money);
        const rest = { commission: sum(others, 'commission'), tax: sum(others, 'tax') };
        const fees = partOfFees(left, one.amount, one, rest);
        expect(fees).toMatchObject({ commission: one.commission, tax: one.tax });
        const goneMinor = money.goneMinor + one.amount;
        money = {
          ...money,
          goneMinor,
          feeFromMinor: goneMinor,
          feeCommissionMinor: left.commission - fees.commission,
          feeTaxMinor: left.tax - fees.tax,
        };
      }
      // what is released in the end bears exactly what its own line does
      const last = leftOf(money);
      const first = released ? lines[0] : undefined;
      expect(last).toMatchObject({
        amount: first?.amount ?? 0n,
        commission: first?.commission ?? 0n,
        tax: first?.tax ?? 0n,
      });
    }),
  );
});

test('an amount, not goods, is shared in proportion, also of what goods have left', () => {
  const money = { capturedMinor: 1_000n, commissionMinor: 100n, taxMinor: 0n, goneMinor: 500n };
  expect(heldShares(money, 250n)).toEqual({ commission: 25n, tax: 0n, net: 225n });
  const rest = { ...money, feeFromMinor: 500n, feeCommissionMinor: 20n, feeTaxMinor: 10n };
  expect(heldShares(rest, 250n)).toMatchObject({ commission: 10n, tax: 5n });
  // an undone refund lies before that place
  expect(heldShares({ ...rest, goneMinor: 400n }, 100n).commission).toBe(10n);
});
