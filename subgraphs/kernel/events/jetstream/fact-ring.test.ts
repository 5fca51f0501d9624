import type { Fact, Position } from '../fact';
import { FactRing } from './fact-ring';

const at = (xid: number): Position => ({ epoch: 1, xid: xid.toString(), seq: '1' });
const fact = (xid: number, topics: readonly string[] = []): Fact => ({
  id: `evt_${xid.toString()}`,
  type: 'thing.added',
  source: 'shelf',
  subject: xid.toString(),
  topics,
  data: {},
  time: new Date(0),
  actor: 'system',
  correlationId: 'test',
  position: at(xid),
});

/** Facts number 1 to `count`, each behind the one before. */
function filled(count: number, limits = { facts: 1_000_000, bytes: 1_000_000 }): FactRing {
  const ring = new FactRing(limits);
  for (let n = 1; n <= count; n++)
    ring.take(
      { after: at(n - 1), position: at(n), fact: fact(n, [`even:${(n % 2).toString()}`]) },
      10,
    );
  return ring;
}
const all = (ring: FactRing, topics?: readonly string[]): string[] =>
  ring.read(ring.floor ?? at(0), 10_000, topics).map(({ subject }) => subject);

test('knows nothing before the first message', () => {
  const ring = filled(0);
  expect([ring.floor, ring.end, ring.reachesBackTo(at(5))]).toEqual([undefined, undefined, false]);
});

test('reaches from where the first message begins to the last', () => {
  const ring = filled(3);
  expect([ring.floor, ring.end]).toEqual([at(0), at(3)]);
  expect(all(ring)).toEqual(['1', '2', '3']);
  expect(ring.read(at(1), 1).map(({ subject }) => subject)).toEqual(['2']);
  expect(ring.read(at(3), 1)).toEqual([]);
});

test('takes a repeated message once', () => {
  const ring = filled(3);
  ring.take({ after: at(1), position: at(2), fact: fact(2) }, 10);
  ring.take({ after: at(2), position: at(3), fact: fact(3) }, 10);
  expect(all(ring)).toEqual(['1', '2', '3']);
});

test('begins anew behind a gap', () => {
  const ring = filled(3);
  ring.take({ after: at(7), position: at(8), fact: fact(8, ['even:0']) }, 10);
  expect([ring.floor, ring.end]).toEqual([at(7), at(8)]);
  expect(all(ring)).toEqual(['8']);
  expect(all(ring, ['even:0'])).toEqual(['8']);
  expect([ring.reachesBackTo(at(6)), ring.reachesBackTo(at(7))]).toEqual([false, true]);
});

test('a message without a fact sends readers to what it does not hold', () => {
  const ring = filled(3);
  ring.take({ after: at(3), position: at(4) }, 10);
  expect([ring.floor, ring.end, all(ring)]).toEqual([at(4), at(4), []]);
  ring.take({ after: at(4), position: at(5), fact: fact(5) }, 10);
  expect(all(ring)).toEqual(['5']);
});

test.each([
  ['facts', { facts: 100, bytes: 1_000_000 }],
  ['bytes', { facts: 1_000_000, bytes: 1_000 }],
])('forgets the oldest when it has too many %s, by topic too', (_what, limits) => {
  const ring = filled(5_000, limits);
  expect(ring.floor).toEqual(at(4_900));
  const last = Array.from({ length: 100 }, (_, n) => (4_901 + n).toString());
  expect(all(ring)).toEqual(last);
  expect(all(ring, ['even:0'])).toEqual(last.filter((name) => Number(name) % 2 === 0));
  expect(all(ring, ['even:1', 'even:0', 'even:1'])).toEqual(last);
});
