import { PLAIN_CALENDAR } from '#kernel/clock/working-days';
import { WEEKDAYS, isCountry, keptCalendar, workCalendar } from './business-calendar.rules';

test('each day is kept once, in order', () => {
  const holidays = ['2026-12-26', '2026-12-25', '2026-12-26'];
  expect(keptCalendar({ weekend: ['SATURDAY', 'FRIDAY', 'SATURDAY'], holidays })).toEqual({
    weekend: ['FRIDAY', 'SATURDAY'],
    holidays: ['2026-12-25', '2026-12-26'],
  });
  expect(keptCalendar({ weekend: [], holidays: [] })).toEqual({ weekend: [], holidays: [] });
});

test('a week without a working day would end no deadline', () => {
  expect(keptCalendar({ weekend: WEEKDAYS, holidays: [] })).toBe('weekend');
});

test.each(['2026-02-29', '2026-13-01', '25.12.2026', '2026-12-25T00:00:00Z', ''])(
  '%s is no holiday',
  (day) => {
    expect(keptCalendar({ weekend: [], holidays: ['2026-12-25', day] })).toBe('holidays');
  },
);

test('more holidays than twenty years have are refused', () => {
  const days = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
  expect(keptCalendar({ weekend: [], holidays: days(500) })).toMatchObject({ weekend: [] });
  expect(keptCalendar({ weekend: [], holidays: days(501) })).toBe('holidays');
});

test('what nobody has set is Monday to Friday', () => {
  expect(workCalendar(undefined)).toBe(PLAIN_CALENDAR);
  expect(workCalendar({ weekend: ['SUNDAY', 'SATURDAY'], holidays: [] })).toEqual(PLAIN_CALENDAR);
});

test('a country is two capital letters', () => {
  expect(['DE', 'de', 'DEU', ''].map(isCountry)).toEqual([true, false, false, false]);
});
