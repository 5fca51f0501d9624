import fc from 'fast-check';
import { liableFor } from './liability.rules';
import { shareOut } from './share.rules';

test('by what is left of each order, to the unit', () => {
  const orders = [{ leftMinor: 100n }, { leftMinor: 200n }, { leftMinor: 0n }];
  const of = (amount: bigint): bigint[] => shareOut(amount, orders).map((one) => one.amountMinor);
  expect(of(300n)).toEqual([100n, 200n]);
  expect(of(100n)).toEqual([33n, 67n]);
  expect(of(1n)).toEqual([1n]);
  expect(of(500n)).toEqual([100n, 200n]);
  expect(shareOut(10n, [{ leftMinor: 0n }])).toEqual([]);
});

test('the parts add up to what can be borne, and none is more than its order has', () => {
  const minor = fc.bigInt({ min: 0n, max: 1_000_000n });
  fc.assert(
    fc.property(minor, fc.array(minor, { maxLength: 8 }), (amount, lefts) => {
      const shares = shareOut(
        amount,
        lefts.map((leftMinor) => ({ leftMinor })),
      );
      const left = lefts.reduce((a, b) => a + b, 0n);
      const sum = shares.reduce((a, { amountMinor }) => a + amountMinor, 0n);
      expect(sum).toBe(amount < left ? amount : left);
      for (const { order, amountMinor } of shares) {
        expect(amountMinor > 0n && amountMinor <= order.leftMinor).toBe(true);
      }
    }),
  );
});

test('the seller answers for the goods, the platform for the card', () => {
  expect(['product_not_received', 'product_unacceptable'].map(liableFor)).toEqual([
    'SELLER',
    'SELLER',
  ]);
  expect(['fraudulent', 'duplicate', 'bank_cannot_process', 'who_knows'].map(liableFor)).toEqual([
    'PLATFORM',
    'PLATFORM',
    'PLATFORM',
    'PLATFORM',
  ]);
});
