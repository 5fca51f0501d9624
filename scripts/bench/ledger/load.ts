import { quantile } from '../process-figures';

/** What one run of an operation came to. */
export interface Run {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs an operation in many lanes at once for a time. It answers false when there is nothing left to do. */
export async function runFor(
  seconds: number,
  lanes: number,
  operation: (lane: number) => Promise<unknown>,
): Promise<Run> {
  const tookMs: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1_000;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let at = performance.now(); at < end; at = performance.now()) {
        if ((await operation(lane)) === false) return;
        tookMs.push(performance.now() - at);
      }
    }),
  );
  const spent = (performance.now() - began) / 1_000;
  return {
    perSecond: tookMs.length / spent,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
  };
}
