import fc from 'fast-check';
import { NO_PLAN, partMinor, planFits, plannedTranches } from './plan.rules';

const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });

test('deposit and balance are the order; without a deposit the first payment is all of it', () => {
  fc.assert(
    fc.property(amount, amount, (depositMinor, more) => {
      const order = { totalMinor: depositMinor + more, depositMinor };
      expect(partMinor('DEPOSIT', order) + partMinor('BALANCE', order)).toBe(order.totalMinor);
      expect(partMinor('WHOLE', order)).toBe(order.totalMinor);
      const plain = { ...order, depositMinor: 0n };
      expect([partMinor('DEPOSIT', plain), partMinor('BALANCE', plain)]).toEqual([
        order.totalMinor,
        0n,
      ]);
    }),
  );
});

test('milestones with their commission and tax add up to the order, whatever the rates', () => {
  fc.assert(
    fc.property(
      fc.array(amount, { minLength: 1, maxLength: 50 }),
      fc.bigInt({ min: 0n, max: 5_000n }),
      fc.bigInt({ min: 0n, max: 2_500n }),
      (amounts, commissionBps, taxBps) => {
        const totalMinor = amounts.reduce((a, b) => a + b, 0n);
        const terms = {
          totalMinor,
          commissionMinor: (totalMinor * commissionBps) / 10_000n,
          taxMinor: (totalMinor * taxBps) / 10_000n,
        };
        const milestones = amounts.map((amountMinor, n) => ({
          title: `${n}`,
          amountMinor,
          days: n,
        }));
        const all = plannedTranches(terms, { milestones });
        const sum = (pick: (one: (typeof all)[number]) => bigint): bigint =>
          all.reduce((total, one) => total + pick(one), 0n);
        expect(sum((one) => one.milestone?.amountMinor ?? 0n)).toBe(totalMinor);
        expect(sum((one) => one.commissionMinor)).toBe(terms.commissionMinor);
        expect(sum((one) => one.taxMinor)).toBe(terms.taxMinor);
        for (const { commissionMinor, taxMinor, milestone } of all) {
          expect(commissionMinor).toBeGreaterThanOrEqual(0n);
          expect(commissionMinor + taxMinor).toBeLessThanOrEqual(milestone?.amountMinor ?? 0n);
        }
      },
    ),
  );
});

test('an order without milestones is held whole', () => {
  const terms = { totalMinor: 100n, commissionMinor: 10n, taxMinor: 1n };
  expect(plannedTranches(terms, NO_PLAN)).toMatchObject([{ kind: 'WHOLE', milestone: null }]);
});

test.each([
  [100n, {}, true],
  [100n, { depositMinor: 99n }, true],
  [100n, { depositMinor: 100n }, false],
  [100n, { milestones: [{ title: 'a', amountMinor: 60n, days: 1 }] }, false],
  [
    100n,
    { milestones: [60n, 40n].map((amountMinor) => ({ title: 'a', amountMinor, days: 1 })) },
    true,
  ],
])('whether a plan fits an order of %s: %j', (total, plan, fits) => {
  expect(planFits(total, { ...NO_PLAN, ...plan })).toBe(fits);
});
