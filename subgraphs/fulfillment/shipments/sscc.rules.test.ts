import fc from 'fast-check';
import { gs1CheckDigit, isSscc, sscc } from './sscc.rules';

test('check digits of known numbers', () => {
  // Numbers that GS1 prints as examples: a GTIN-13 and an SSCC
  expect(gs1CheckDigit('629104150021')).toBe(3);
  expect(gs1CheckDigit('10614141234567890')).toBe(8);
  expect(isSscc('106141412345678908')).toBe(true);
});

test('every serial makes another valid number, and one wrong digit is seen', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 9_999_999_998n }),
      fc.integer({ min: 0, max: 17 }),
      fc.integer({ min: 1, max: 9 }),
      (serial, at, off) => {
        const number = sscc('9521234', serial);
        expect(isSscc(number)).toBe(true);
        expect(sscc('9521234', serial + 1n)).not.toBe(number);
        const digits = [...number];
        digits[at] = ((Number(digits[at]) + off) % 10).toString();
        expect(isSscc(digits.join(''))).toBe(false);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('refuses serials and prefixes that do not fit', () => {
  expect(() => sscc('9521234', 10_000_000_000n)).toThrow(RangeError);
  expect(() => sscc('9521234', -1n)).toThrow(RangeError);
  expect(() => sscc('95212', 1n)).toThrow(RangeError);
});
