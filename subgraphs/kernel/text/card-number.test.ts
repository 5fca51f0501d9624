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
