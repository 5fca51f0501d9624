import { Writable } from 'node:stream';
import pino from 'pino';
import { LagAlarm } from './lag-alarm';

type Line = { readonly level: number; readonly msg: string; readonly source: string };
const lines: Line[] = [];
const log = pino(
  { level: 'info' },
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Line);
      done();
    },
  }),
);
const WARN = 40;
let alarm: LagAlarm | undefined;
beforeEach(() => lines.splice(0));
afterEach(() => alarm?.close());

/** What is told at each look, by source and level. */
function told(lags: Readonly<Record<string, readonly number[]>>): string[][] {
  let at = 0;
  const tails = Object.entries(lags).map(([source, values]) => ({
    source,
    lagMs: () => values[at] ?? 0,
  }));
  alarm = new LagAlarm({ tails, log, aboveMs: 5, lookEveryMs: 60_000 });
  const end = performance.now() + 20;
  while (performance.now() < end); // else nothing can be late yet
  const looks = Math.max(...Object.values(lags).map(({ length }) => length));
  return Array.from({ length: looks }, (_, look) => {
    at = look;
    alarm?.look();
    return lines
      .splice(0)
      .map(({ source, level }) => `${source} ${level === WARN ? 'behind' : 'level'}`);
  });
}

it('tells an episode once, and its end once', () => {
  expect(told({ orders: [0, 6, 7, 900, 5, 0, 8, 0] })).toEqual([
    [],
    ['orders behind'],
    [],
    [],
    ['orders level'],
    [],
    ['orders behind'],
    ['orders level'],
  ]);
});

it('tells of each log alone, and of one that was never followed', () => {
  expect(told({ orders: [0, 0, 9], money: [Infinity, Infinity, 0] })).toEqual([
    ['money behind'],
    [],
    ['orders behind', 'money level'],
  ]);
});
