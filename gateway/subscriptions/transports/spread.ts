import type { TransportLimits } from './transport-limits';

const STEP_MS = 10;

/** Lets clients go one after the other, so that they do not all come back at the same moment. */
export async function letGo<Client>(
  clients: ReadonlySet<Client>,
  { drainMs }: Pick<TransportLimits, 'drainMs'>,
  goodbye: (client: Client) => void,
): Promise<void> {
  const all = [...clients];
  const began = performance.now();
  for (const [i, client] of all.entries()) {
    goodbye(client);
    const due = began + Math.min(STEP_MS, drainMs / all.length) * (i + 1);
    // A timer is too coarse for thousands of clients: only what is ahead of its time waits.
    if (due > performance.now()) await pause(STEP_MS);
  }
}

/** True when all are gone within the time. */
export async function allGone(clients: ReadonlySet<unknown>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (clients.size > 0 && performance.now() < deadline) await pause(STEP_MS);
  return clients.size === 0;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
