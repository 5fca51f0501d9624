import { DAY, after } from './clock';

/** On which days nobody works. A day is one of UTC: none has 23 or 25 hours, wherever its country moves the clock. */
export interface WorkCalendar {
  /** 0 Sunday … 6 Saturday; not all of them. */
  readonly weekend: readonly number[];
  /** Like `2026-12-25`. */
  readonly holidays: ReadonlySet<string>;
}

/** Monday to Friday. */
export const PLAIN_CALENDAR: WorkCalendar = { weekend: [0, 6], holidays: new Set() };

/** Whether somebody works on the day that a moment is in. */
export const isWorkingDay = (moment: Date, { weekend, holidays }: WorkCalendar): boolean =>
  !weekend.includes(moment.getUTCDay()) && !holidays.has(moment.toISOString().slice(0, 10));

/** The same time of day so many working days later. */
export function afterWorkingDays(
  moment: Date,
  days: number,
  calendar: WorkCalendar = PLAIN_CALENDAR,
): Date {
  let at = moment;
  for (let left = days; left > 0;) {
    at = after(at, DAY);
    if (isWorkingDay(at, calendar)) left -= 1;
  }
  return at;
}
