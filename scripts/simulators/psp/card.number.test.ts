import { looksLikeCardNumber } from './card.number';

test.each([
  '4242424242424242',
  '4242 4242 4242 4242',
  '4242-4242-4242-4242',
  'card 5555 5555 5555 4444!',
])('%s is a card number', (text) => {
  expect(looksLikeCardNumber(text)).toBe(true);
});

test.each([
  'tok_ok',
  '4242424242424241',
  '424242424242',
  'ord_01890a5d-ac96-774b-bcce-b302099a8057',
  '0c159d83-7ef6-468d-8147-231fece68dba',
])('%s is none', (text) => {
  expect(looksLikeCardNumber(text)).toBe(false);
});
