import { isSteppedUp, makeViewer } from './viewer';

const AT = 1_764_500_000;
const later = (seconds: number): Date => new Date((AT + seconds) * 1_000);
const person = makeViewer({ kind: 'USER', authenticatedAt: AT, correlationId: 'test' });

test('a password is fresh for ten minutes', () => {
  expect([0, 600, 601].map((s) => isSteppedUp(person, later(s)))).toEqual([true, true, false]);
});

test('who never entered one, and keys, are never stepped up', () => {
  const others = [
    makeViewer({ kind: 'USER', correlationId: 'test' }),
    makeViewer({ kind: 'API_KEY', authenticatedAt: AT, correlationId: 'test' }),
    makeViewer({ kind: 'ANONYMOUS', authenticatedAt: AT, correlationId: 'test' }),
  ];
  expect(others.map((viewer) => isSteppedUp(viewer, later(1)))).toEqual([false, false, false]);
});
