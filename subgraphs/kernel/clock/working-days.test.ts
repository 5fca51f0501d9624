import fc from 'fast-check';
import { DAY } from './clock';
import { afterWorkingDays } from './working-days';

test.each([
  ['a Monday', '2026-03-02', 5, '2026-03-09'],
  ['a Friday', '2026-03-06', 2, '2026-03-10'],
  ['a Saturday', '2026-03-07', 1, '2026-03-09'],
  ['no day at all', '2026-03-07', 0, '2026-03-07'],
])('from %s', (_, from, days, to) => {
  const at = (day: string): Date => new Date(`${day}T09:30:00Z`);
  expect(afterWorkingDays(at(from), days)).toEqual(at(to));
});

test('it ends on a working day, with as many working days in between', () => {
  const moments = fc.date({
    min: new Date('2000-01-01'),
    max: new Date('2100-01-01'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 30 }), (moment, days) => {
      const end = afterWorkingDays(moment, days);
      expect([1, 2, 3, 4, 5]).toContain(end.getUTCDay());
      let counted = 0;
      for (let t = moment.getTime() + DAY; t <= end.getTime(); t += DAY) {
        if (![0, 6].includes(new Date(t).getUTCDay())) counted += 1;
      }
      expect(counted).toBe(days);
    }),
  );
});
