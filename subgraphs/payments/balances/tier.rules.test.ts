import { DAY, HOUR, after } from '#kernel/clock/clock';
import { type Sale, availableAt } from './tier.rules';

const funded = new Date('2026-03-01T12:00:00Z');
const sale = (given: Partial<Sale>): Sale => ({
  tier: 'NEW',
  fundedAt: funded,
  deliveredAt: after(funded, 5 * DAY),
  tracked: true,
  ...given,
});
const at = (given: Partial<Sale>, releasedAfter: number): number =>
  (availableAt(sale(given), after(funded, releasedAfter)).getTime() - funded.getTime()) / HOUR;

test.each([
  ['NEW', 5 * DAY, 8 * 24],
  ['NEW', 19 * DAY, 19 * 24], // the hold ran out during the inspection
  ['STANDARD', 6 * DAY, 12 * 24],
  ['TRUSTED', 6 * DAY, 6 * 24],
  ['RESTRICTED', 6 * DAY, 19 * 24],
] as const)('%s: the hold counts from the delivery, released after %d ms', (tier, ms, hours) => {
  expect(at({ tier }, ms)).toBe(hours);
});

test('without a delivery the release is the first word that the goods arrived', () => {
  expect(at({ deliveredAt: null }, 6 * DAY)).toBe(9 * 24);
});

test('untracked goods of a new seller wait 21 days from the payment', () => {
  expect(at({ tracked: false }, 6 * DAY)).toBe(21 * 24);
  expect(at({ tracked: false }, 30 * DAY)).toBe(30 * 24);
  expect(at({ tier: 'TRUSTED', tracked: false }, 6 * DAY)).toBe(6 * 24);
});
