import { foldEmail, isPasswordGood, waitAfter } from './account.rules';

test.each([
  ['  Ada@Example.TEST ', 'ada@example.test'],
  ['ada@example', undefined],
  ['ada example@x.test', undefined],
  ['@x.test', undefined],
  [`${'a'.repeat(65)}@x.test`, undefined],
  ['a\u0000b@x.test', undefined],
  ['a\u202Eb@x.test', undefined],
  ['\u200Bada@x.test', undefined],
  ['a\uD800@x.test', undefined],
])('e-mail %p folds to %p', (text, folded) => {
  expect(foldEmail(text)).toBe(folded);
});

test.each([
  ['demo-password', true],
  ['short', false],
  ['Password123', false],
  ['aaaaaaaaaaaa', false],
  ['ümläutümläut', true],
  ['x1y2'.repeat(64), true],
  ['x1y2'.repeat(64) + 'z', false],
])('password %p is good: %p', (password, good) => {
  expect(isPasswordGood(password)).toBe(good);
});

test('the wait after failures doubles from 30 s and stops at an hour', () => {
  expect([1, 4, 5, 6, 7, 40].map(waitAfter)).toEqual([0, 0, 30_000, 60_000, 120_000, 3_600_000]);
});
