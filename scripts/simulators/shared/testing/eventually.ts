import { setTimeout as wait } from 'node:timers/promises';

/** Polls until `look` returns something other than undefined; fails after the deadline. */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
  deadlineMs = 10_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end)
      throw new Error(`nothing after ${String(deadlineMs)} ms: ${String(look)}`);
    await wait(15);
  }
}
