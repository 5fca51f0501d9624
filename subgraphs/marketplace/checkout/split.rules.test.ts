import fc from 'fast-check';
import { basisPoints, total } from '#kernel/money/money';
import { type Amounts, type SplitLine, lineValue, splitBySeller } from './split.rules';

const line: fc.Arbitrary<SplitLine> = fc.record({
  sellerId: fc.constantFrom('a', 'b', 'c', 'd'),
  quantity: fc.integer({ min: 1, max: 10_000 }),
  unitMinor: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  unitShippingMinor: fc.bigInt({ min: 0n, max: 10n ** 6n }),
});
const FIELDS = [
  'subtotalMinor',
  'shippingMinor',
  'taxMinor',
  'commissionMinor',
  'totalMinor',
] as const satisfies readonly (keyof Amounts)[];

/** What does not add up, if anything: one check a run, because `expect` is slower than the sums. */
function mistakes(lines: readonly SplitLine[]): string[] {
  const { parts, amounts } = splitBySeller(lines);
  const wrong: string[] = [];
  for (const field of FIELDS) {
    if (total(parts.map((part) => part.amounts[field])) !== amounts[field]) wrong.push(field);
    for (const part of parts) {
      const sum = total(part.lines.map((own) => own.amounts[field]));
      if (sum !== part.amounts[field]) wrong.push(`${part.sellerId} ${field}`);
    }
  }
  if (amounts.totalMinor !== total(lines.map(lineValue))) wrong.push('checkout');
  for (const { amounts: order, lines: own } of parts) {
    if (order.totalMinor !== order.subtotalMinor + order.shippingMinor) wrong.push('order');
    if (order.commissionMinor !== basisPoints(order.totalMinor, 1_000n)) wrong.push('10 %');
    for (const { amounts: a } of own) {
      if (a.commissionMinor < 0n || a.commissionMinor > a.totalMinor) wrong.push('line');
    }
  }
  return wrong;
}

test('lines add up to orders, orders to the checkout, and the commission is 10 % of each order', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      expect(mistakes(lines)).toEqual([]);
    }),
    { numRuns: 10_000 },
  );
});

test('every line lands in exactly one order, that of its seller', () => {
  const lines: SplitLine[] = [
    { sellerId: 'a', quantity: 2, unitMinor: 999n, unitShippingMinor: 150n },
    { sellerId: 'b', quantity: 1, unitMinor: 5n, unitShippingMinor: 0n },
    { sellerId: 'a', quantity: 1, unitMinor: 1n, unitShippingMinor: 1n },
  ];
  const { parts, amounts } = splitBySeller(lines);
  expect(parts.map(({ sellerId, lines: own }) => [sellerId, own.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect(parts[0]?.amounts).toEqual({
    subtotalMinor: 1_999n,
    shippingMinor: 301n,
    taxMinor: 0n,
    commissionMinor: 230n,
    totalMinor: 2_300n,
  });
  expect(amounts.totalMinor).toBe(2_305n);
});

test('goods that cost nothing are no division by zero', () => {
  const free = { sellerId: 'a', quantity: 3, unitMinor: 0n, unitShippingMinor: 0n };
  expect(splitBySeller([free, free]).amounts.commissionMinor).toBe(0n);
});
