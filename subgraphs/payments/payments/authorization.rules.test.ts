import { DAY } from '#kernel/clock/clock';
import { AUTHORIZATION_POLICY, atEndOf, authorizationMs } from './authorization.rules';

const kept = { renewed: 0, areKept: true };
const able = { renews: true };

test('a kept means of payment is asked once more, and then no more', () => {
  expect(atEndOf(AUTHORIZATION_POLICY, able, kept)).toEqual({ number: 1 });
  expect(atEndOf(AUTHORIZATION_POLICY, able, { ...kept, renewed: 1 })).toEqual({
    cause: 'RENEWED_ENOUGH',
  });
  expect(atEndOf({ ...AUTHORIZATION_POLICY, renewals: 2 }, able, { ...kept, renewed: 1 })).toEqual({
    number: 2,
  });
});

test('what is not kept, what the PSP cannot and what the policy forbids is not renewed', () => {
  expect(atEndOf(AUTHORIZATION_POLICY, able, { ...kept, areKept: false })).toEqual({
    cause: 'METHOD_NOT_KEPT',
  });
  expect(atEndOf(AUTHORIZATION_POLICY, { renews: false }, kept)).toEqual({ cause: 'NOT_RENEWED' });
  expect(atEndOf({ ...AUTHORIZATION_POLICY, atEnd: 'VOID' }, able, kept)).toEqual({
    cause: 'NOT_RENEWED',
  });
});

test('it is waited for a day less than the PSP keeps it', () => {
  expect(authorizationMs({ maxHoldDays: 7 })).toBe(6 * DAY);
});
