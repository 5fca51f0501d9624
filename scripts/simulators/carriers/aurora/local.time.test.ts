import { localTime, zoneOf } from './local.time';

const SUMMER = Date.parse('2026-07-01T12:00:00.123Z');
const WINTER = Date.parse('2026-01-01T02:00:00.000Z');

test.each([
  ['BR', 'SP', SUMMER, '2026-07-01T09:00:00.123-03:00'],
  ['BR', 'AM', SUMMER, '2026-07-01T08:00:00.123-04:00'],
  ['DE', 'BE', SUMMER, '2026-07-01T14:00:00.123+02:00'],
  ['DE', 'BE', WINTER, '2026-01-01T03:00:00.000+01:00'],
  ['US', 'CA', WINTER, '2025-12-31T18:00:00.000-08:00'],
  ['IN', '', WINTER, '2026-01-01T07:30:00.000+05:30'],
  ['ZZ', '', WINTER, '2026-01-01T02:00:00.000+00:00'],
  ['GB', '', WINTER, '2026-01-01T02:00:00.000+00:00'],
])('%s %s', (country, region, epochMs, expected) => {
  const text = localTime(epochMs, zoneOf(country, region));
  expect(text).toBe(expected);
  expect(Date.parse(text)).toBe(epochMs);
});
