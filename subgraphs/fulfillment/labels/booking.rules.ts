const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** When the carrier is asked what became of a booking, counted from the doubt and from each fruitless question. */
const QUESTIONS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR];

/** Wait before the question after so many fruitless ones; after the last, hourly. */
export const questionAfter = (fruitless: number): number => QUESTIONS[fruitless] ?? HOUR;

/** True when all questions of the schedule were fruitless: a person should look. */
export const needsOperator = (fruitless: number): boolean => fruitless >= QUESTIONS.length;

/** Wait before a call that the carrier surely did not take is made again: doubles from 1 s up to 5 min. */
export const retryAfter = (failures: number): number =>
  Math.min(SECOND * 2 ** Math.min(failures, 20), 5 * MINUTE);
