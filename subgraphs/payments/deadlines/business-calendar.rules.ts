import { PLAIN_CALENDAR, type WorkCalendar } from '#kernel/clock/working-days';

/** Days of the week as a date counts them. */
export const WEEKDAYS = [
  ...(['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const),
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Some twenty years of holidays. */
const MAX_HOLIDAYS = 500;

/** What is kept of a country's calendar. */
export interface KeptCalendar {
  readonly weekend: readonly Weekday[];
  readonly holidays: readonly string[];
}

export const isCountry = (text: string): boolean => /^[A-Z]{2}$/.test(text);

/** A day that there is, like `2026-12-25`. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** A calendar as it is kept, each day once and in order, or the field that is not right: every week has a working day. */
export function keptCalendar({
  weekend,
  holidays,
}: KeptCalendar): KeptCalendar | keyof KeptCalendar {
  const days = WEEKDAYS.filter((day) => weekend.includes(day));
  if (days.length === WEEKDAYS.length) return 'weekend';
  if (!holidays.every(isDay)) return 'holidays';
  const dates = [...new Set(holidays)].sort();
  return dates.length > MAX_HOLIDAYS ? 'holidays' : { weekend: days, holidays: dates };
}

/** What deadlines count by; Monday to Friday where nothing is kept. */
export const workCalendar = (kept: KeptCalendar | undefined): WorkCalendar =>
  kept === undefined
    ? PLAIN_CALENDAR
    : {
        weekend: kept.weekend.map((day) => WEEKDAYS.indexOf(day)),
        holidays: new Set(kept.holidays),
      };
