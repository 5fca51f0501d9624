import { isExpired, setupState } from './method.rules';

test('a card is good until its month is over', () => {
  const card = { expMonth: 2, expYear: 2027 };
  expect(isExpired(card, new Date('2027-02-28T23:59:59.999Z'))).toBe(false);
  expect(isExpired(card, new Date('2027-03-01T00:00:00.000Z'))).toBe(true);
  const december = { expMonth: 12, expYear: 2026 };
  expect(isExpired(december, new Date('2026-12-31T23:00:00.000Z'))).toBe(false);
  expect(isExpired(december, new Date('2027-01-01T00:00:00.000Z'))).toBe(true);
});

test('a setup is what the provider says, and failed when it says something else', () => {
  expect(
    ['active', 'requires_action', 'requires_payment_method', 'detached'].map(setupState),
  ).toEqual(['READY', 'REQUIRES_ACTION', 'FAILED', 'FAILED']);
});
