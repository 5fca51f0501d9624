import { OverloadJudge } from './overload';

const after = (...looks: readonly (readonly [now: number, p99: number])[]): boolean => {
  const judge = new OverloadJudge({ delayMs: 200, forMs: 5_000 });
  for (const [now, p99] of looks) judge.look(now, p99);
  return judge.isOverloaded;
};

it.each<[string, boolean, [number, number][]]>([
  ['at first', false, []],
  ['when late for a moment', false, [[0, 900]]],
  [
    'when late for less than the time',
    false,
    [
      [0, 201],
      [4_999, 201],
    ],
  ],
  [
    'when late for the time',
    true,
    [
      [0, 201],
      [2_500, 300],
      [5_000, 201],
    ],
  ],
  [
    'when just not late',
    false,
    [
      [0, 200],
      [10_000, 200],
    ],
  ],
  [
    'when it was in time in between',
    false,
    [
      [0, 300],
      [3_000, 10],
      [6_000, 300],
    ],
  ],
  [
    'when it is in time again',
    false,
    [
      [0, 300],
      [6_000, 300],
      [7_000, 10],
    ],
  ],
])('an event loop is overloaded %s: %s', (_when, overloaded, looks) => {
  expect(after(...looks)).toBe(overloaded);
});
