import { holdsCardNumber } from './card-number.rules';

test.each([
  ['4242424242424242', true],
  ['order-4242424242424242-again', true],
  ['retry 4242 4242 4242 4242', true],
  ['2223003122003222', true],
  ['1764504000001', false], // milliseconds with a right check digit
  ['9999999999999995', false],
  ['4242424242424241', false],
  ['018f9a3e-1234-4123-8123-123456789012', false],
])('%s holds a card number: %s', (text, expected) => {
  expect(holdsCardNumber(text)).toBe(expected);
});

test('a digest in hexadecimal is none, whatever digits are in it; one that stands beside it still is', () => {
  const id = '03347815dd6e37a668b3954401838318';
  expect(holdsCardNumber(`begin ${id}`)).toBe(false);
  expect(holdsCardNumber(id.toUpperCase())).toBe(false);
  expect(holdsCardNumber(`${id} 4111111111111111`)).toBe(true);
  expect(holdsCardNumber(`${id}4111111111111111`)).toBe(false);
  expect(holdsCardNumber('3954401838318')).toBe(true);
  expect(holdsCardNumber('abc3954401838318')).toBe(true);
  expect(holdsCardNumber('41111111111111114111111111111111 4111111111111111')).toBe(true);
});
