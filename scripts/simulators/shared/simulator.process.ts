import { readSettings, type Settings } from './settings';

/** A simulator that can be started and stopped, in a test or as its own process. */
export interface RunningSimulator {
  port: number;
  close(): Promise<void>;
}

/**
 * Runs a simulator as a process: one `{"ready":true,"port":N}` line when it serves, exit 0 on SIGTERM,
 * SIGINT or when the parent that holds its IPC channel is gone, exit 1 with one line when it cannot start.
 */
export function runAsProcess(
  otherwise: { port: number; dataDir: string; apiKey: string },
  start: (settings: Settings, onFailure: (error: unknown) => void) => Promise<RunningSimulator>,
): void {
  const fail = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  };
  const begin = async (): Promise<void> => {
    const settings = readSettings(process.argv.slice(2), process.env, otherwise);
    const running = await start(settings, fail);
    const stop = (): void => {
      running.close().then(() => process.exit(0), fail);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    if (process.connected) process.on('disconnect', stop);
    process.stdout.write(`${JSON.stringify({ ready: true, port: running.port })}\n`);
  };
  begin().catch(fail);
}
