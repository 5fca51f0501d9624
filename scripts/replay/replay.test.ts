import fc from 'fast-check';
import { type OlistOrder, cents, chooseOrders } from './olist.files';
import { expectedOf, goodsOf } from './reconcile';
import { tendersOf } from './tenders';

const order = (change: Partial<OlistOrder> = {}): OlistOrder => ({
  id: 'o1',
  status: 'delivered',
  approved: true,
  handedOver: true,
  buyer: { id: 'b', city: 'c', state: 'SP', zip: '01000' },
  items: [
    { productId: 'p', sellerId: 's1', priceMinor: 1_000n, freightMinor: 250n },
    { productId: 'q', sellerId: 's2', priceMinor: 500n, freightMinor: 0n },
  ],
  payments: [
    { type: 'voucher', valueMinor: 1_000n },
    { type: 'boleto', valueMinor: 750n },
  ],
  review: undefined,
  ...change,
});

test('amounts of the files are read without floats', () => {
  expect(['0.07', '8.7', '19', '1234.56'].map(cents)).toEqual([7n, 870n, 1_900n, 123_456n]);
});

test('tenders always add up to the total, whatever the payments say', () => {
  const payment = fc.record({
    type: fc.constantFrom('boleto', 'voucher', 'credit_card'),
    valueMinor: fc.bigInt(0n, 100_000n),
  });
  fc.assert(
    fc.property(fc.array(payment), fc.bigInt(1n, 100_000n), (payments, total) => {
      const tenders = tendersOf(order({ payments }), total);
      const amounts = tenders.map(({ amount }) => BigInt(amount.minorUnits));
      expect(amounts.reduce((sum, amount) => sum + amount, 0n)).toBe(total);
      expect(amounts.every((amount) => amount > 0n)).toBe(true);
    }),
  );
});

test('the files say where the money is', () => {
  const all = goodsOf(order());
  expect(all).toBe(1_750n);
  expect(expectedOf(order())).toMatchObject({ captured: all, released: all });
  // of the first seller's 1,250 the half or its freight, of the second's 500 the half or a third
  expect(expectedOf(order({ id: 'o2', status: 'shipped' }))).toMatchObject({
    ...{ captured: all, held: 875n, refunded: 875n },
  });
  expect(expectedOf(order({ id: 'o1', status: 'shipped' }))).toMatchObject({
    ...{ captured: all, held: all - 417n, refunded: 417n },
  });
  expect(expectedOf(order({ status: 'unavailable' }))).toMatchObject({ refunded: all });
  expect(expectedOf(order({ status: 'canceled', approved: false }))).toMatchObject({
    captured: 0n,
  });
});

test('a small choice holds every kind of order, and is the same every time', () => {
  const all = ['delivered', 'shipped', 'canceled', 'unavailable'].flatMap((status, k) =>
    Array.from({ length: 20 }, (_, i) => order({ id: `${String(k)}-${String(i)}`, status })),
  );
  const chosen = chooseOrders(all, 10);
  expect(chosen).toHaveLength(10);
  expect(new Set(chosen.map(({ status }) => status)).size).toBe(4);
  expect(chooseOrders([...all].reverse(), 10)).toEqual(chosen);
});
