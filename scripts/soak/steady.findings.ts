import { median } from '../bench/process-figures';

/** How things stood after one stretch of the soak. */
export interface Sample {
  readonly rss: number;
  readonly p99Ms: number;
  /** Rows of the busy tables that vacuum has not taken away yet. */
  readonly deadRows: number;
  /** Age of the oldest transfer that is not sealed yet. */
  readonly heldSeconds: number;
  readonly trades: number;
}

/** Dead rows below this are the ordinary play of vacuum. */
const FEW_ROWS = 20_000;
const HELD_SECONDS = 60;

/** What got worse from the second third of a soak to the last: the first third only warms up. */
export function soakFindings(samples: readonly Sample[]): string[] {
  const third = Math.floor(samples.length / 3);
  const [before, after] = [samples.slice(third, 2 * third), samples.slice(-third)];
  const grown = (
    what: string,
    of: (sample: Sample) => number,
    factor: number,
    free = 0,
  ): string[] => {
    const [from, to] = [median(before.map(of)), median(after.map(of))];
    if (to <= from * factor || to <= free) return [];
    return [`${what} grew from ${from.toFixed(0)} to ${to.toFixed(0)} (at most × ${factor})`];
  };
  const held = Math.max(...samples.map(({ heldSeconds }) => heldSeconds));
  return [
    ...grown('RSS in MiB', ({ rss }) => rss / 2 ** 20, 1.15),
    ...grown('p99 in ms', ({ p99Ms }) => p99Ms, 1.5),
    ...grown('dead rows', ({ deadRows }) => deadRows, 2, FEW_ROWS),
    ...(held > HELD_SECONDS ? [`transfers were unsealed for ${held.toFixed(0)} s`] : []),
  ];
}
