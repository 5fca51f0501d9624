import fc from 'fast-check';
import { DAY } from './clock';
import { type WorkCalendar, afterWorkingDays, isWorkingDay } from './working-days';

const at = (day: string, time = '09:30:00'): Date => new Date(`${day}T${time}Z`);
const on = (weekend: readonly number[], ...holidays: string[]): WorkCalendar => ({
  weekend,
  holidays: new Set(holidays),
});

test.each([
  ['a Monday', '2026-03-02', 5, '2026-03-09'],
  ['a Friday', '2026-03-06', 2, '2026-03-10'],
  ['a Saturday', '2026-03-07', 1, '2026-03-09'],
  ['no day at all', '2026-03-07', 0, '2026-03-07'],
])('from %s', (_, from, days, to) => {
  expect(afterWorkingDays(at(from), days)).toEqual(at(to));
});

test.each([
  ['over Christmas', on([0, 6], '2026-12-25', '2026-12-28'), '2026-12-24', 2, '2026-12-30'],
  ['a holiday on a Sunday takes no day', on([0, 6], '2026-03-08'), '2026-03-06', 1, '2026-03-09'],
  ['a weekend of Friday and Saturday', on([5, 6]), '2026-03-05', 1, '2026-03-08'],
  ['a week of seven days', on([]), '2026-03-06', 2, '2026-03-08'],
])('%s', (_, calendar, from, days, to) => {
  expect(afterWorkingDays(at(from), days, calendar)).toEqual(at(to));
});

test.each(['2026-03-27', '2026-10-23'])(
  'a clock that is moved on the way (%s) moves nothing',
  (from) => {
    const end = afterWorkingDays(at(from, '23:59:59'), 1);
    expect(end.getTime() - at(from, '23:59:59').getTime()).toBe(3 * DAY);
  },
);

const moments = fc.date({
  min: new Date('2000-01-01'),
  max: new Date('2100-01-01'),
  noInvalidDate: true,
});
/** Any weekend that leaves a day, and holidays around the moment. */
const calendars = (moment: Date): fc.Arbitrary<WorkCalendar> =>
  fc.record({
    weekend: fc.subarray([0, 1, 2, 3, 4, 5, 6], { maxLength: 6 }),
    holidays: fc
      .array(fc.integer({ min: -5, max: 60 }), { maxLength: 20 })
      .map((days) => new Set(days.map((n) => dayOf(moment.getTime() + n * DAY)))),
  });
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const cases = moments.chain((moment) =>
  fc.tuple(fc.constant(moment), calendars(moment), fc.integer({ min: 1, max: 30 })),
);

test('it ends on a working day at the same time, with as many working days in between', () => {
  fc.assert(
    fc.property(cases, ([moment, calendar, days]) => {
      const end = afterWorkingDays(moment, days, calendar);
      expect(isWorkingDay(end, calendar)).toBe(true);
      expect((end.getTime() - moment.getTime()) % DAY).toBe(0);
      let counted = 0;
      for (let t = moment.getTime() + DAY; t <= end.getTime(); t += DAY) {
        if (isWorkingDay(new Date(t), calendar)) counted += 1;
      }
      expect(counted).toBe(days);
    }),
  );
});

// of two moments of one weekend the later may end at an earlier hour, because each keeps its time of day
test('later never ends on an earlier day; more days or more holidays never earlier', () => {
  fc.assert(
    fc.property(cases, fc.nat(20 * DAY), fc.nat(60), ([moment, calendar, days], by, n) => {
      const end = afterWorkingDays(moment, days, calendar).getTime();
      const later = afterWorkingDays(new Date(moment.getTime() + by), days, calendar).getTime();
      expect(Math.floor(later / DAY)).toBeGreaterThanOrEqual(Math.floor(end / DAY));
      expect(afterWorkingDays(moment, days + 1, calendar).getTime()).toBeGreaterThan(end);
      const holidays = new Set([...calendar.holidays, dayOf(moment.getTime() + n * DAY)]);
      const fewer = { ...calendar, holidays };
      expect(afterWorkingDays(moment, days, fewer).getTime()).toBeGreaterThanOrEqual(end);
    }),
  );
});

test('two steps are as long as one', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 10 }), ([moment, calendar, days], more) => {
      const half = afterWorkingDays(moment, days, calendar);
      expect(afterWorkingDays(half, more, calendar)).toEqual(
        afterWorkingDays(moment, days + more, calendar),
      );
    }),
  );
});
