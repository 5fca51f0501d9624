import { enumOf, machine, statesOf, unreachable } from './machine';

const door = machine<'OPEN' | 'SHUT' | 'GONE', 'SHUT' | 'OPEN' | 'REMOVE'>('SHUT', {
  SHUT: { OPEN: 'OPEN', REMOVE: 'GONE' },
  OPEN: { SHUT: 'SHUT' },
  GONE: {},
});

test('a cell leads on, a missing cell refuses', () => {
  expect(door.next('SHUT', 'OPEN')).toBe('OPEN');
  expect(door.next('OPEN', 'REMOVE')).toBeUndefined();
  expect(door.events('SHUT')).toEqual(['OPEN', 'REMOVE']);
});

test('only a state without events is final', () => {
  expect(statesOf(door).filter((state) => door.isFinal(state))).toEqual(['GONE']);
});

test('an unreachable state is found, also behind another one', () => {
  expect(unreachable(door)).toEqual([]);
  const broken = machine<'A' | 'B' | 'C', 'GO'>('A', { A: {}, B: { GO: 'C' }, C: { GO: 'B' } });
  expect(unreachable(broken)).toEqual(['B', 'C']);
});

test('a circle of states ends the search', () => {
  expect(unreachable(machine<'A' | 'B', 'GO'>('A', { A: { GO: 'B' }, B: { GO: 'A' } }))).toEqual(
    [],
  );
});

test('an enum maps each name to itself', () => {
  expect(enumOf(['A', 'B'])).toEqual({ A: 'A', B: 'B' });
});
