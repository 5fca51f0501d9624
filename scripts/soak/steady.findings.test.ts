import { type Sample, soakFindings } from './steady.findings';

const samples = (change: (n: number) => Partial<Sample> = () => ({})): Sample[] =>
  Array.from({ length: 30 }, (_, n) => ({
    rss: 200 * 2 ** 20,
    p99Ms: 20,
    deadRows: 1_000,
    heldSeconds: 4,
    trades: 100,
    ...change(n),
  }));

test('a flat soak has no findings, also when it warms up and jumps about a little', () => {
  expect(soakFindings(samples())).toEqual([]);
  const lively = samples((n) => ({ rss: (n < 10 ? 100 : 200) * 2 ** 20, p99Ms: 20 + (n % 5) * 4 }));
  expect(soakFindings(lively)).toEqual([]);
  expect(soakFindings(samples((n) => ({ deadRows: n * n * 20 })))).toEqual([]);
});

test.each<[string, (n: number) => Partial<Sample>]>([
  ['RSS in MiB', (n) => ({ rss: (100 + 10 * n) * 2 ** 20 })],
  ['p99 in ms', (n) => ({ p99Ms: 10 + 3 * n })],
  ['dead rows', (n) => ({ deadRows: 5_000 * n * n })],
  ['transfers were unsealed', (n) => ({ heldSeconds: n === 12 ? 90 : 3 })],
])('what grows is named: %s', (what, change) => {
  expect(soakFindings(samples(change))).toEqual([expect.stringContaining(what)]);
});
