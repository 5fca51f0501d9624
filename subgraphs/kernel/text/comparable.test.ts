import { comparable } from './comparable.rules';

test.each([
  ['São Paulo', 'sao  PAULO'],
  ['Hauptstraße 7', 'HAUPTSTRASSE-7'],
  ['SW1A 1AA', 'sw1a1aa'],
  ['Saint-Étienne', 'saint etienne'],
  ['東京', '東京 '],
])('%s is %s', (one, other) => {
  expect(comparable(one)).toBe(comparable(other));
});

test('what differs stays different', () => {
  expect(new Set(['Recife', 'Rio', '東京', '7', ''].map(comparable)).size).toBe(5);
});
