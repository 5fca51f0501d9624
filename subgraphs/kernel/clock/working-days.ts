import { DAY, after } from './clock';

/** The same time of day so many working days later: Monday to Friday, UTC. */
export function afterWorkingDays(moment: Date, days: number): Date {
  let at = moment;
  for (let left = days; left > 0;) {
    at = after(at, DAY);
    if (at.getUTCDay() !== 0 && at.getUTCDay() !== 6) left -= 1;
  }
  return at;
}
