import { createServer } from 'node:net';

/** The port listened on for a moment, or undefined when it cannot be. 0 finds a free one. */
export function canListen(port: number, host = '127.0.0.1'): Promise<number | undefined> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', () => {
      answer(undefined);
    });
    server.listen(port, host, () => {
      const address = server.address();
      const got = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => {
        answer(got);
      });
    });
  });
}

/**
 * Whether a port can be listened on within `patienceMs`: the processes of a start that was killed
 * end by themselves, but not in the same instant.
 */
export async function portIsFree(port: number, host: string, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while ((await canListen(port, host)) === undefined) {
    if (performance.now() > deadline) return false;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  return true;
}
