import fc from 'fast-check';
import { performanceOf, shareOf } from './performance.rules';

const counts = { shipped: 3, delivered: 1, due: 3, onTime: 2, medianSeconds: 5_400 };

test('who never shipped has no record', () => {
  expect(performanceOf({ ...counts, shipped: 0 })).toBeNull();
});

test('shares and hours of those who did', () => {
  expect(performanceOf(counts)).toEqual({
    shippedCount: 3,
    deliveredCount: 1,
    onTimeHandoverRate: '0.6666',
    medianHandoverHours: 2,
  });
  expect(performanceOf({ ...counts, medianSeconds: -7_200 })?.medianHandoverHours).toBe(0);
  const undue = { ...counts, due: 0, onTime: 0, medianSeconds: null };
  expect(performanceOf(undue)).toMatchObject({
    onTimeHandoverRate: null,
    medianHandoverHours: null,
  });
});

test('a share is a decimal from 0 to 1, and 1 only when not one was late', () => {
  const pairs = fc
    .integer({ min: 1, max: 10_000_000 })
    .chain((whole) => fc.tuple(fc.integer({ min: 0, max: whole }), fc.constant(whole)));
  fc.assert(
    fc.property(pairs, ([part, whole]) => {
      const share = shareOf(part, whole) ?? '';
      expect(share).toMatch(/^[01]\.\d{4}$/);
      expect(share === '1.0000').toBe(part === whole);
      expect(Math.abs(Number(share) - part / whole)).toBeLessThanOrEqual(0.0001);
    }),
  );
});
