import { exponentOf } from '#kernel/money/currency';
import { allocateMinor, fromDecimal, toDecimal, total } from '#kernel/money/money';
import { sharesOf } from '../releases/release.rules';

jest.setTimeout(60_000);
const SPLITS = 1_000_000;

/** The same numbers in every run (a multiplicative generator modulo 2^31 − 1). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

test('a million amounts split by weights: nothing lost or made, no share a unit off', () => {
  const next = numbers(7);
  let wrong = 0;
  for (let n = 0; n < SPLITS; n++) {
    const amount = BigInt(next(1_000_000_000));
    const weights = Array.from({ length: 1 + next(4) }, () => BigInt(1 + next(100_000)));
    const whole = total(weights);
    const shares = allocateMinor(amount, weights);
    const off = shares.some((share, i) => {
      const by = share * whole - amount * (weights[i] ?? 0n);
      return by >= whole || by <= -whole;
    });
    if (off || total(shares) !== amount) wrong += 1;
  }
  expect(wrong).toBe(0);
});

test('a million parts of orders released in any cuts: fees add up, no share a unit off or negative', () => {
  const next = numbers(11);
  let parts = 0;
  let wrong = 0;
  while (parts < SPLITS) {
    const totalMinor = BigInt(1 + next(1_000_000));
    const commissionMinor = (totalMinor * BigInt(next(3_000))) / 10_000n;
    const taxMinor = (totalMinor * BigInt(next(2_500))) / 10_000n;
    const terms = { totalMinor, commissionMinor, taxMinor };
    const sum = { commission: 0n, tax: 0n, net: 0n };
    for (let from = 0n; from < totalMinor; parts++) {
      const size = BigInt(1 + next(Number(totalMinor)));
      const to = from + size > totalMinor ? totalMinor : from + size;
      const { commission, tax, net } = sharesOf(terms, from, to);
      if (commission + tax + net !== to - from || commission < 0n || tax < 0n || net < 0n)
        wrong += 1;
      sum.commission += commission;
      sum.tax += tax;
      sum.net += net;
      // what was taken up to here is the exact share of it, to the unit, whatever the cuts before
      const by = (sum.commission + sum.tax) * totalMinor - (commissionMinor + taxMinor) * to;
      if (by >= totalMinor || by <= -totalMinor) wrong += 1;
      from = to;
    }
    if (sum.commission !== commissionMinor || sum.tax !== taxMinor) wrong += 1;
  }
  expect(wrong).toBe(0);
});

test.each([
  ['JPY', 0],
  ['KWD', 3],
  ['CLF', 4],
  ['MRU', 2],
])(
  'a hundred thousand splits in %s (%d decimals) come back from their decimals',
  (currency, places) => {
    expect(exponentOf(currency)).toBe(places);
    const next = numbers(13 + places);
    let wrong = 0;
    for (let n = 0; n < SPLITS / 10; n++) {
      const minor = BigInt(next(1_000_000_000));
      const back = allocateMinor(minor, [3n, 5n, 7n]).map(
        (share) => fromDecimal(toDecimal({ minor: share, currency }), currency)?.minor ?? -1n,
      );
      if (total(back) !== minor) wrong += 1;
    }
    expect(wrong).toBe(0);
  },
);
