import { VirtualClock } from './virtual.clock';

test('it starts at the wall clock, runs at its rate, and advances', () => {
  let wallMs = 1_000;
  const clock = new VirtualClock(() => wallMs);
  expect(clock.now()).toBe(1_000);
  clock.set(clock.moved(0, 60));
  wallMs = 2_000;
  expect(clock.now()).toBe(61_000);
  clock.set(clock.moved(86_400_000, 60));
  expect(clock.now()).toBe(86_461_000);
  expect(clock.wallMsUntil(86_461_000 + 6_000)).toBe(100);
  wallMs = 2_100;
  expect(clock.now()).toBe(86_467_000);
  expect(clock.wallMsUntil(0)).toBe(0);
});

test('a wall clock that is set back does not take it back', () => {
  let wallMs = 5_000;
  const clock = new VirtualClock(() => wallMs);
  clock.set(clock.moved(1_000, 10));
  wallMs = 0;
  expect(clock.now()).toBe(6_000);
});
