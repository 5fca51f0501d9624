import { parse } from 'graphql';
import { refuseCardNumbers } from './card-guard';
import { isCardNumber } from './card-number.rules';

describe('a card number', () => {
  it.each([
    '4111111111111111',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '30569309025904',
    '3530111333300000',
    '6011111111111117',
    '6304000000000000',
    '4222222222222',
    '6205500000000000004',
  ])('%s is one', (text) => {
    expect(isCardNumber(text)).toBe(true);
  });

  it.each([
    ['fails Luhn', '4111111111111112'],
    ['too short', '411111111111'],
    ['too long', '41111111111111111110'],
    ['of no network', '1111111111111117'],
    ['in a sentence', 'pay with 4111111111111111 please'],
    ['with two spaces', '4111  1111 1111 1111'],
    ['a product code', '4006381333931'],
    ['a parcel code', '340123450000000000'],
    ['a phone number', '+4915123456789'],
  ])('%s: %s is none', (_what, text) => {
    expect(isCardNumber(text)).toBe(false);
  });

  it('takes no GTIN-13 or SSCC-18 for one, whatever their digits', () => {
    const withCheckDigit = (body: string): string => {
      const sum = Array.from(body)
        .reverse()
        .reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
      return body + ((10 - (sum % 10)) % 10).toString();
    };
    for (let n = 0; n < 2_000; n++) {
      expect(isCardNumber(withCheckDigit(`4${(n * 7_919).toString().padStart(11, '0')}`))).toBe(
        false,
      );
      expect(isCardNumber(withCheckDigit(`3${(n * 104_729).toString().padStart(16, '0')}`))).toBe(
        false,
      );
    }
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['a literal', '{ a(x: "4111111111111111") }', {}],
    ['a number literal', '{ a(x: 4111111111111111) }', {}],
    ['a default', 'query ($x: String = "4111111111111111") { a(x: $x) }', {}],
    ['deep in a variable', '{ a }', { x: [{ y: { z: '4111111111111111' } }] }],
    ['a number', '{ a }', { x: 4111111111111111 }],
  ])('is refused in %s', (_what, query, variables) => {
    expect(() => {
      refuseCardNumbers(parse(query), variables);
    }).toThrow('Card numbers');
  });
});
