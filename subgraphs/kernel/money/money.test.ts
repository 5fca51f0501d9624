import fc from 'fast-check';
import { exponentOf, isCurrency } from './currency';
import {
  add,
  allocate,
  allocateMinor,
  basisPoints,
  fromDecimal,
  money,
  sum,
  toDecimal,
  total,
} from './money';

/** A decimal is read with up to 15 digits before its point, which is what an amount without places has at most here. */
const MOST = 10n ** 15n - 1n;
const minors = fc.bigInt({ min: -MOST, max: MOST });
const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 })
  .filter((list) => total(list) > 0n);

describe('splitting', () => {
  it('loses and makes nothing, and no share is off by a whole unit', () => {
    fc.assert(
      fc.property(minors, weights, (minor, list) => {
        const shares = allocateMinor(minor, list);
        expect(shares).toHaveLength(list.length);
        expect(total(shares)).toBe(minor);
        const whole = total(list);
        shares.forEach((share, i) => {
          const off = share * whole - minor * (list[i] ?? 0n);
          expect(off < whole && off > -whole).toBe(true);
        });
      }),
    );
  });

  it('gives nothing to a weight of zero', () => {
    fc.assert(
      fc.property(minors, weights, (minor, list) => {
        const shares = allocateMinor(minor, [0n, ...list]);
        expect(shares[0]).toBe(0n);
      }),
    );
  });

  it('gives each weight the same share, within a unit, in whatever order they come', () => {
    fc.assert(
      fc.property(minors, weights, (minor, list) => {
        const forwards = allocateMinor(minor, list);
        const backwards = allocateMinor(minor, [...list].reverse()).reverse();
        forwards.forEach((share, i) => {
          const off = share - (backwards[i] ?? 0n);
          expect(off <= 1n && off >= -1n).toBe(true);
        });
      }),
    );
  });

  it('mirrors a refund on its payment', () => {
    fc.assert(
      fc.property(minors, weights, (minor, list) => {
        const back = allocateMinor(-minor, list).map((share) => -share);
        expect(back).toEqual(allocateMinor(minor, list));
      }),
    );
  });

  it('goes by the largest remainder, ties to the earlier', () => {
    expect(allocateMinor(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocateMinor(10n, [6n, 3n, 2n])).toEqual([5n, 3n, 2n]);
    expect(allocate(money(5n, 'JPY'), [1n, 1n])).toEqual([money(3n, 'JPY'), money(2n, 'JPY')]);
  });

  it.each([[[]], [[0n, 0n]], [[-1n, 2n]]])('refuses the weights %p', (list: bigint[]) => {
    expect(() => allocateMinor(1n, list)).toThrow(RangeError);
  });
});

describe('decimals', () => {
  it.each(['JPY', 'EUR', 'BRL', 'KWD', 'CLF', 'UYW'])(
    'come back as they went, in %s',
    (currency) => {
      fc.assert(
        fc.property(minors, (minor) => {
          const text = toDecimal({ minor, currency });
          expect(fromDecimal(text, currency)).toEqual({ minor, currency });
          const places = text.split('.')[1]?.length ?? 0;
          expect(places).toBe(exponentOf(currency));
        }),
      );
    },
  );

  it.each([
    [1n, 'EUR', '0.01'],
    [-1n, 'KWD', '-0.001'],
    [1990n, 'JPY', '1990'],
    [12345n, 'CLF', '1.2345'],
    [0n, 'BRL', '0.00'],
  ])('%d minor units of %s are %s', (minor, currency, text) => {
    expect(toDecimal({ minor, currency })).toBe(text);
  });

  it.each(['1,5', '1.', '.5', '1e3', '', ' 1', '1.005', '0x1'])('%p is no euro amount', (text) => {
    expect(fromDecimal(text, 'EUR')).toBeUndefined();
  });

  it('reads fewer places than the currency has', () => {
    expect(fromDecimal('1.5', 'EUR')).toEqual(money(150n, 'EUR'));
    expect(fromDecimal('1', 'XYZ')).toBeUndefined();
  });
});

describe('amounts', () => {
  it('never mix currencies', () => {
    expect(() => add(money(1n, 'EUR'), money(1n, 'USD'))).toThrow('EUR and USD');
    expect(sum([money(1n, 'EUR'), money(2n, 'EUR')], 'EUR')).toEqual(money(3n, 'EUR'));
    expect(sum([], 'EUR')).toEqual(money(0n, 'EUR'));
  });

  it('are in currencies that exist', () => {
    expect(() => money(1n, 'XXX')).toThrow(RangeError);
    expect(['EUR', 'JPY', 'CLF'].every(isCurrency)).toBe(true);
    expect(['eur', 'DEM', '', 'toString', '__proto__'].some(isCurrency)).toBe(false);
  });

  it('round basis points half up', () => {
    expect(basisPoints(1n, 5_000n)).toBe(1n);
    expect(basisPoints(999n, 1_000n)).toBe(100n);
    expect(basisPoints(994n, 1_000n)).toBe(99n);
  });
});
