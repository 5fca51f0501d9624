import {
  alarmFor,
  eventWait,
  keyLives,
  mayStillCharge,
  pendingWait,
  unknownWait,
} from './janitor.rules';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const made = new Date('2026-11-01T00:00:00Z');
const at = (ms: number): Date => new Date(made.getTime() + ms);

test('T18: looked into after 30 s, 2 m, 10 m, 1 h, 6 h, then daily', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 100].map(unknownWait);
  const days = [DAY, DAY, DAY];
  expect(waits).toEqual([30_000, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, ...days]);
});

test('what is pending is read after an hour, then daily; a webhook that cannot be read much sooner', () => {
  expect([1, 2, 50].map(pendingWait)).toEqual([HOUR, DAY, DAY]);
  expect(eventWait(1)).toBe(1_000);
  expect(eventWait(50)).toBe(HOUR);
});

test('a person is called after the fifth daily look, and when the PSP works for more than a week', () => {
  const open = (attempts: number) => ({ attempts, createdAt: at(-30 * DAY), sentAt: made });
  expect(alarmFor(open(10), true, at(30 * DAY))).toBeUndefined();
  expect(alarmFor(open(11), true, at(30 * DAY))).toBe('OUTCOME_UNKNOWN');
  expect(alarmFor(open(3), false, at(7 * DAY))).toBeUndefined();
  expect(alarmFor(open(3), false, at(7 * DAY + 1))).toBe('PSP_SILENT');
});

test('a key lives from when the act was first sent, however long it had waited', () => {
  const act = { createdAt: at(-30 * DAY), sentAt: made };
  expect(keyLives(act, DAY, at(DAY - 1))).toBe(true);
  expect(keyLives(act, DAY, at(DAY))).toBe(false);
  const unmarked = { createdAt: made, sentAt: null };
  expect(keyLives(unmarked, DAY, at(DAY - 1))).toBe(true);
  expect(keyLives(unmarked, DAY, at(DAY))).toBe(false);
});

test('only what can still take money is voided', () => {
  expect(['requires_action', 'pending', 'authorized'].every(mayStillCharge)).toBe(true);
  expect(['captured', 'failed', 'voided'].some(mayStillCharge)).toBe(false);
});
