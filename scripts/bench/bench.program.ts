import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sayReady } from '../child-program';
import { CpuProfiler } from './cpu-profiler';

/** Commands that a bench program takes while it runs, by name. */
export type Commands = Readonly<Record<string, (input: never) => unknown>>;

/** What a process holds when all garbage is gone, bytes. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

const OPTIONS = 'BENCH_OPTIONS';

/** The environment that hands a bench program its options. */
export const withOptions = (options: object): Record<string, string> => ({
  [OPTIONS]: JSON.stringify(options),
});

/** What the bench that started this program wants of it. */
export const givenOptions = (): unknown => JSON.parse(process.env[OPTIONS] ?? '{}');

/**
 * Makes this process a program of a bench: it takes commands on a port of its own, apart from what is measured, and
 * ends with the bench that started it.
 */
export function serveCommands(commands: Commands): void {
  const profiler = new CpuProfiler();
  const all: Commands = {
    ...commands,
    memory,
    profileStart: () => profiler.start(),
    profileStop: (file: string) => profiler.stop(file),
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const run = all[(request.url ?? '/').slice(1)];
      Promise.resolve()
        .then(() => run?.(JSON.parse(Buffer.concat(chunks).toString()) as never))
        .then(
          (result) => response.end(JSON.stringify({ result: result ?? null })),
          (error: unknown) =>
            response.end(JSON.stringify({ error: (error as Error).stack ?? String(error) })),
        );
    });
  });
  server.requestTimeout = 0;
  process.once('SIGTERM', () => process.exit(0));
  process.once('disconnect', () => process.exit(0));
  server.listen(0, '127.0.0.1', () => {
    sayReady((server.address() as AddressInfo).port);
  });
}

async function memory(): Promise<Memory> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50)); // finalizers run between
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
}
