import fc from 'fast-check';
import { NO_DEDUCTIONS, distribute, sharesOf } from './release.rules';

test('the vector of the rules: 10000 with commission 1000, tax 190, advance 8 %, reserve 10 %', () => {
  const terms = { totalMinor: 10_000n, commissionMinor: 1_000n, taxMinor: 190n };
  const { commission, tax, net } = sharesOf(terms, 0n, 10_000n);
  expect([commission, tax, net]).toEqual([1_000n, 190n, 8_810n]);
  const legs = distribute(net, {
    debt: 0n,
    advanceBps: 800n,
    advanceOutstanding: 1_000_000n,
    adsLacks: 0n,
    reserveBps: 1_000n,
  });
  expect(legs).toEqual({ debt: 0n, advance: 704n, ads: 0n, reserve: 810n, seller: 7_296n });
  expect(distribute(net, NO_DEDUCTIONS).seller).toBe(8_810n);
});

const terms = fc
  .tuple(fc.bigInt(1n, 10n ** 15n), fc.bigInt(0n, 10_000n), fc.bigInt(0n, 10_000n))
  .map(([totalMinor, a, b]) => {
    const commissionMinor = (totalMinor * a) / 20_000n;
    return { totalMinor, commissionMinor, taxMinor: (totalMinor * b) / 20_000n };
  });

test('parts, however cut, add up to the terms; no share is negative or more than a unit off', () => {
  fc.assert(
    fc.property(terms, fc.array(fc.bigInt(0n, 10n ** 15n), { maxLength: 8 }), (order, cuts) => {
      const { totalMinor, commissionMinor, taxMinor } = order;
      const places = [0n, ...cuts.map((cut) => cut % (totalMinor + 1n)), totalMinor].sort((a, b) =>
        a < b ? -1 : 1,
      );
      const sums = { commission: 0n, tax: 0n, net: 0n };
      for (let i = 1; i < places.length; i++) {
        const [from = 0n, to = 0n] = [places[i - 1], places[i]];
        const shares = sharesOf(order, from, to);
        for (const name of ['commission', 'tax', 'net'] as const) {
          expect(shares[name] >= 0n).toBe(true);
          sums[name] += shares[name];
        }
        expect(shares.commission + shares.tax + shares.net).toBe(to - from);
        const exact = commissionMinor * (to - from) - shares.commission * totalMinor;
        expect((exact < 0n ? -exact : exact) <= 2n * totalMinor).toBe(true);
      }
      const net = totalMinor - commissionMinor - taxMinor;
      expect(sums).toEqual({ commission: commissionMinor, tax: taxMinor, net });
    }),
    { numRuns: 2_000 },
  );
});

test('a distribution loses nothing and takes no more than there is', () => {
  const amount = fc.bigInt(0n, 10n ** 12n);
  const rate = fc.bigInt(0n, 10_000n);
  fc.assert(
    fc.property(
      amount,
      fc.tuple(amount, amount, amount),
      rate,
      rate,
      (net, owed, advanceBps, reserveBps) => {
        const [debt, advanceOutstanding, adsLacks] = owed;
        const legs = distribute(net, {
          debt,
          advanceBps,
          advanceOutstanding,
          adsLacks,
          reserveBps,
        });
        const parts = Object.values(legs);
        expect(parts.every((part) => part >= 0n)).toBe(true);
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(net);
      },
    ),
  );
});
